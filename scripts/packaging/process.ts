/** A program to run, and how. */
export interface Command {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface Ended {
  readonly code: number;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** Runs a program to its end. @throws Deno.errors.NotFound when there is none */
export async function run(
  program: string,
  { args, cwd, env = {} }: Command,
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { ...env, NO_COLOR: "1" },
    ...(cwd !== undefined && { cwd }),
  }).output();
  const text = new TextDecoder();
  return { code, output: text.decode(stdout) + text.decode(stderr) };
}
