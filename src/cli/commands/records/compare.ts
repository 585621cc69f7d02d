import { EXIT, KarError, printableJson } from "../../../base/mod.ts";
import {
  compareRuns,
  type Comparison,
  type FailIf,
  failsIf,
  parseFailIf,
} from "../../../compare/mod.ts";
import { terminalCapsOf, writeReport } from "../../../report/mod.ts";
import { readSide } from "../../record/side.ts";
import { type System, textColumns } from "../../system.ts";
import { compareText } from "../../text/compare_text.ts";
import type { OutFlag } from "../../values.ts";

/** What `kar compare` takes. */
export interface CompareFlags {
  readonly out?: readonly OutFlag[] | undefined;
  readonly failIf?: readonly string[] | undefined;
}

const STDOUT = "-";

/** `kar compare A B`: two runs beside each other. */
export async function compare(
  system: System,
  [a, b]: readonly [string, string],
  { out = [], failIf = [] }: CompareFlags,
): Promise<number> {
  const conditions = failIf.map(parseFailIf);
  for (const { format, path } of out) checkOutput(format, path);
  const comparison = compareRuns(
    await readSide(system, a),
    await readSide(system, b),
  );
  const isTaken = out.some(({ path }) => path === STDOUT);
  const output = isTaken ? system.stderr : system.stdout;
  const caps = terminalCapsOf(system.env, output.isTerminal);
  const width = textColumns(system, output);
  output.paint(compareText(comparison, { ...caps, width }));
  for (const { format, path } of out) {
    const text = format === "json"
      ? `${printableJson(comparison, 2)}\n`
      : compareText(comparison, { color: "none", unicode: true, width: 80 });
    if (path === STDOUT) system.stdout.write(text);
    else await writeReport(path, text);
  }
  return judged(system, conditions, comparison);
}

/** @returns the exit code: what failed counts more than what nobody can tell */
function judged(
  { stderr }: System,
  conditions: readonly FailIf[],
  comparison: Comparison,
): number {
  let code: number = EXIT.done;
  for (const condition of conditions) {
    const fails = failsIf(condition, comparison);
    if (fails === false) continue;
    stderr.write(
      fails
        ? `kar: failed: ${condition.text}\n`
        : `kar: cannot tell: ${condition.text}: too few requests, too much variation, or no record\n`,
    );
    if (fails) code = EXIT.failed;
    else if (code === EXIT.done) code = EXIT.unknown;
  }
  return code;
}

function checkOutput(format: string, path: string): void {
  if (format === "json" || format === "text") return;
  throw new KarError(
    "usage",
    `--out '${format}=${path}' is invalid: write json=FILE or text=FILE`,
  );
}
