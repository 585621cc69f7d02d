import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** A page of the manual: its file, and its text for `man`. */
export interface ManPage {
  readonly file: string;
  readonly text: string;
}

/** What every page says of the program. */
export interface ManFacts {
  readonly version: string;
  /** `2026-11-30`. */
  readonly date: string;
}

/**
 * The manual of a tree of commands, a page for each (man(7)): `kar.1`,
 * `kar-run.1`, `kar-import-curl.1`.
 */
export function manPages(
  tree: CommandUnknownOpts,
  facts: ManFacts,
): readonly ManPage[] {
  return pagesOf(tree, ["kar"], facts);
}

function pagesOf(
  command: CommandUnknownOpts,
  path: readonly string[],
  facts: ManFacts,
): ManPage[] {
  const below = subcommandsOf(command).flatMap((sub) =>
    pagesOf(sub, [...path, sub.name()], facts)
  );
  const file = `${path.join("-")}.1`;
  return [{ file, text: pageOf(command, path, facts) }, ...below];
}

/** Those that a person is shown, but for `help`. */
function subcommandsOf(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command.createHelp().visibleCommands(command)
    .filter((sub) => sub.name() !== "help");
}

function pageOf(
  command: CommandUnknownOpts,
  path: readonly string[],
  { version, date }: ManFacts,
): string {
  const help = command.createHelp();
  const title = path.join("-").toUpperCase();
  const usage = `${path.join(" ")} ${command.usage()}`;
  const terms = (rows: readonly (readonly [string, string])[]) =>
    rows.flatMap(([term, text]) => [".TP", `.B ${escaped(term)}`, line(text)]);
  return [
    `.TH ${quoted(title)} 1 ${quoted(date)} ${quoted(`kar ${version}`)}`,
    ".SH NAME",
    line(`${path.join("-")} - ${command.description().replace(/\.$/, "")}`),
    ".SH SYNOPSIS",
    `.B ${escaped(usage)}`,
    ...section(
      "ARGUMENTS",
      terms(
        help.visibleArguments(command).map((each) => [
          help.argumentTerm(each),
          help.argumentDescription(each),
        ]),
      ),
    ),
    ...section(
      "OPTIONS",
      terms(
        help.visibleOptions(command).map((each) => [
          help.optionTerm(each),
          help.optionDescription(each),
        ]),
      ),
    ),
    ...section(
      "COMMANDS",
      terms(
        subcommandsOf(command).map((sub) => [
          `${[...path, sub.name()].join("-")}(1)`,
          sub.description(),
        ]),
      ),
    ),
    ...section("EXAMPLES", exampleLines(command)),
    ...(path.length === 1 ? [] : [".SH SEE ALSO", ".BR kar (1)"]),
    "",
  ].join("\n");
}

function section(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${name}`, ...lines];
}

/** The help's own lines below `Examples:`. */
function exampleLines(command: CommandUnknownOpts): string[] {
  let text = "";
  const keep = (part: string) => void (text += part);
  const { writeOut } = command.configureOutput();
  command.configureOutput({ writeOut: keep });
  command.outputHelp();
  command.configureOutput({ writeOut: writeOut! });
  const [, examples] = text.split("\nExamples:\n");
  if (examples === undefined) return [];
  const lines = examples.split("\n").map((each) => each.trim()).filter(Boolean);
  return [".nf", ...lines.map(line), ".fi"];
}

/** A line of text: none may begin as a request of roff. */
function line(text: string): string {
  const plain = escaped(text.replaceAll(/\s+/g, " "));
  return /^[.']/.test(plain) ? `\\&${plain}` : plain;
}

/** Backslashes and hyphens mean something to roff (groff_char(7)). */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', "\\(dq")}"`;
}
