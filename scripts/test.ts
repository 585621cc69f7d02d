/**
 * Runs the tests and ends with one line: `N passed, N failed`, and `, N
 * skipped` where some were. Arguments go to `deno test`; paths among them
 * replace the whole of `tests`.
 *
 * Use: `deno task test [--filter NAME] [tests/FOLDER …]`.
 */

import {
  EVENT_INTERVAL_VARIABLE,
  usableEventInterval,
} from "../src/base/mod.ts";

/** Tiers with tasks of their own: they need minutes, or programs or a binary that may not be there. */
const OWN_TASK = ["tests/real", "tests/binary", "tests/bench", "tests/long"];

/** What a run of `deno test` came to. */
export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Tests that did not even begin have failed. */
const NONE_RAN: TestCount = { passed: 0, failed: 1, skipped: 0 };

/** Arguments of `deno test` for what the user asked. */
export function testArgs(args: readonly string[]): readonly string[] {
  const isPath = (arg: string) => /^(?:\.\/)?tests(?:\/|$)/.test(arg);
  return [
    "test",
    "-A",
    // Types have a check of their own, which sees more than the tests.
    "--no-check",
    "--quiet",
    // Every test brings its own ports, folders and clocks, and leaves nothing.
    "--parallel",
    "--sanitize-ops",
    "--sanitize-resources",
    `--ignore=${OWN_TASK.join(",")}`,
    ...args,
    ...(args.some(isPath) ? [] : ["tests"]),
  ];
}

/**
 * Reads the last line of `deno test`: `ok | 12 passed (3 steps) | 0 failed |
 * 2 ignored (1s)`.
 *
 * @returns undefined when there is none: the tests did not even begin
 */
export function readSummary(output: string): TestCount | undefined {
  const lines = stripAnsi(output).split("\n");
  const summary = lines.findLast((line) =>
    /^(?:ok|FAILED) \| \d+ passed/.test(line)
  );
  if (summary === undefined) return undefined;
  const count = (word: string) =>
    Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  return {
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("ignored"),
  };
}

/** The one line that the run ends with. */
export function formatCount({ passed, failed, skipped }: TestCount): string {
  const rest = skipped > 0 ? `, ${skipped} skipped` : "";
  return `${passed} passed, ${failed} failed${rest}`;
}

function stripAnsi(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[\d;]*m/g, "");
}

/** As it comes, colours included. */
function print(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    at += Deno.stdout.writeSync(bytes.subarray(at));
  }
}

/** Much of the suite waits for real runs to end: more files than cores. */
function jobs(): number {
  return navigator.hardwareConcurrency + 1;
}

async function main(): Promise<number> {
  Deno.chdir(`${import.meta.dirname}/..`);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...testArgs(Deno.args)],
    // As every worker of kar has it: see base/runtime/event_interval.ts.
    env: {
      DENO_JOBS: Deno.env.get("DENO_JOBS") ?? `${jobs()}`,
      [EVENT_INTERVAL_VARIABLE]: usableEventInterval(
        Deno.env.get(EVENT_INTERVAL_VARIABLE),
      ),
    },
    stdout: "piped",
  }).spawn();
  let output = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    print(text);
    output += text;
  }
  const { code } = await child.status;
  const count = readSummary(output);
  if (count === undefined) {
    print(`deno test ended with code ${code} before any test ran\n`);
  }
  const { failed } = count ?? NONE_RAN;
  print(`${formatCount(count ?? NONE_RAN)}\n`);
  return failed > 0 ? Math.max(code, 1) : code;
}

if (import.meta.main) Deno.exit(await main());
