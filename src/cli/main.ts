import { type Command, CommanderError } from "@commander-js/extra-typings";
import { EXIT, KarError, messageOf } from "../base/mod.ts";
import type { System } from "./system.ts";
import { buildTree } from "./tree/tree.ts";

/**
 * Runs the command line from the first word to the exit code. Never throws and
 * never exits: the caller ends the process with the code.
 */
export async function runCli(system: System): Promise<number> {
  let code: number = EXIT.done;
  const tree = buildTree({ system, ended: (ended) => code = ended });
  try {
    await tree.parseAsync(helpChecked(tree, system.args), { from: "user" });
    return code;
  } catch (error) {
    // What led to it was told before.
    await system.stderr.flushed();
    return reportError(system, error);
  }
}

/** `help` of a command that is none is that command's own error. */
function helpChecked(tree: Command, args: readonly string[]): string[] {
  const [first, asked] = args;
  const isNone = asked !== undefined &&
    !tree.commands.some((command) => command.name() === asked);
  if (first !== "help" || !isNone) return [...args];
  return asked === "help" ? ["help"] : [asked];
}

/**
 * Tells the user what went wrong, without a stack.
 *
 * @returns the exit code that fits
 */
export function reportError(system: System, error: unknown): number {
  if (error instanceof CommanderError) return reportUsage(system, error);
  if (error instanceof KarError) {
    system.stderr.write(`kar: ${error.message}\n`);
    return EXIT[error.exit];
  }
  system.stderr.write(
    `kar: a bug in kar: ${messageOf(error)}; please report it${
      wantsStack(system) ? "" : " (KAR_DEBUG=1 shows where)"
    }\n`,
  );
  if (wantsStack(system) && error instanceof Error) {
    system.stderr.write(`${error.stack}\n`);
  }
  return EXIT.bug;
}

function wantsStack(system: System): boolean {
  return system.env("KAR_DEBUG") === "1";
}

/** The command tree ends by throwing, be it after help or after wrong use. */
function reportUsage(system: System, error: CommanderError): number {
  // Help that was asked for ends with 0; a bare `kar` has shown its help.
  if (error.exitCode === 0) return EXIT.done;
  if (error.code !== "commander.help") {
    system.stderr.write(`kar: ${wordsOf(error)}\n`);
  }
  return EXIT.usage;
}

/** What the parser of the command line says, as kar would say it. */
function wordsOf({ message }: CommanderError): string {
  const text = message.replace(/^error: /, "").replace("\n", " ")
    .replace(/^command-argument value/, "argument");
  // Whoever has learnt `kar validate FILE` writes `kar run FILE`.
  return /^too many .* '(?:run|simulate|start)'/.test(text)
    ? `${text.replace(/\.$/, "")}; a config file goes behind --config`
    : text;
}
