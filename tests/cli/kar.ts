import { runCli } from "../../src/cli/mod.ts";
import { FakeSystem, type FakeSystemOptions } from "./fake_system.ts";

/** What one use of kar came to. */
export interface Used {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs kar in memory: `kar(["version", "--json"])`. */
export async function kar(
  args: readonly string[],
  options: Omit<FakeSystemOptions, "args"> = {},
): Promise<Used> {
  const system = new FakeSystem({ ...options, args });
  const code = await runCli(system);
  return { code, out: system.stdout.text, err: system.stderr.text };
}

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** The words that start a real kar in a process of its own. */
export const KAR: readonly [string, ...string[]] = [
  Deno.execPath(),
  "run",
  "-A",
  "--no-check",
  MAIN,
];

/** Runs a real kar to its end. */
export async function realKar(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Used> {
  const [program, ...words] = KAR;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...words, ...args],
    env,
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}
