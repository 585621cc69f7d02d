import { type Command, CommanderError } from "@commander-js/extra-typings";
import { EXIT, KarError, messageOf } from "../base/mod.ts";
import { foreignHint, singleDashHint } from "./line/foreign.ts";
import { isUrlWord } from "./line/url.ts";
import type { System } from "./system.ts";
import { checkSlips } from "./tree/slips.ts";
import { buildTree } from "./tree/tree.ts";

/**
 * Runs the command line from the first word to the exit code. Never throws and
 * never exits: the caller ends the process with the code.
 */
export async function runCli(system: System): Promise<number> {
  let code: number = EXIT.done;
  const tree = buildTree({ system, ended: (ended) => code = ended });
  try {
    const words = withRun(tree, helpChecked(tree, system.args));
    checkDashes(words);
    checkSlips(tree, words);
    await tree.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    // The reason was printed before.
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

/** Commands that take a URL, and with it the flags that others have for one. */
const URL_COMMANDS = ["run", "quickstart", "discover"];

/** `kar URL` and `kar -r 200 URL` are `kar run …`. */
function withRun(tree: Command, words: string[]): string[] {
  const [first] = words;
  const isCommand = first === "help" ||
    tree.commands.some((command) => command.name() === first);
  if (isCommand || first === undefined) return words;
  const isMeant = first.startsWith("-")
    ? words.some((word) => isUrlWord(word))
    : isUrlWord(first);
  return isMeant ? ["run", ...words] : words;
}

/** @throws {KarError} `usage` for a flag with one dash that means another one here */
function checkDashes([command, ...words]: readonly string[]): void {
  if (!URL_COMMANDS.includes(command ?? "")) return;
  for (const word of words) {
    const hint = singleDashHint(word);
    if (hint !== null) {
      throw new KarError("usage", `unknown option '${word}'${hint}`);
    }
  }
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
    system.stderr.write(`kar: ${foreignWords(error) ?? wordsOf(error)}\n`);
  }
  return EXIT.usage;
}

/** A flag of another tool, answered with kar's own; null where it is none. */
function foreignWords({ code, message }: CommanderError): string | null {
  const flag = code === "commander.unknownOption"
    ? /'(-[^']*)'/.exec(message)?.[1]
    : undefined;
  const hint = flag === undefined ? null : foreignHint(flag);
  return hint === null ? null : `unknown option '${flag}'${hint}`;
}

/** What the parser of the command line says, as kar would say it. */
function wordsOf({ message }: CommanderError): string {
  const text = message.replace(/^error: /, "").replace("\n", " ")
    .replace(/^command-argument value/, "argument");
  // Whoever has learnt `kar validate FILE` writes `kar run FILE`.
  return /^too many .* '(?:simulate|start)'/.test(text)
    ? `${text.replace(/\.$/, "")}; name a config file with --config`
    : text;
}
