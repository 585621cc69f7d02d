import type {
  Command,
  CommandUnknownOpts,
  Option,
} from "@commander-js/extra-typings";

/** One word that may stand next, and what it is for. */
export interface Candidate {
  readonly word: string;
  readonly hint: string;
}

/** Words that only somebody else knows, by the flag that they stand behind. */
export type KnownWords = Readonly<Record<string, readonly string[]>>;

/** Where in the tree some words lead. */
interface CompletionPoint {
  readonly command: CommandUnknownOpts;
  /** Arguments of the command that are already given. */
  readonly given: number;
  /** The option whose value comes next. */
  readonly wants: Option | undefined;
}

/**
 * The words that may stand in place of the last one, which may be empty. None
 * means: a file's name, or anything.
 *
 * @param words all words after the program's name, up to the cursor
 * @param known words of flags that have no choices of their own
 */
export function complete(
  tree: Command,
  words: readonly string[],
  known: KnownWords = {},
): readonly Candidate[] {
  const plain = withoutEquals(words);
  const last = plain.at(-1) ?? "";
  const start: CompletionPoint = { command: tree, given: 0, wants: undefined };
  const place = plain.slice(0, -1).reduce(step, start);
  return candidatesAt(place, last, known).filter(({ word }) =>
    word.startsWith(last)
  );
}

/** Bash cuts `--format=csv` into three words and completes only the third. */
function withoutEquals(words: readonly string[]): readonly string[] {
  return words.at(-1) === "="
    ? withoutEquals([...words.slice(0, -1), ""])
    : words.filter((word) => word !== "=");
}

function step(place: CompletionPoint, word: string): CompletionPoint {
  const { command, given, wants } = place;
  if (wants !== undefined) return { command, given, wants: undefined };
  if (word.startsWith("-")) {
    const option = optionOf(command, word);
    return { ...place, wants: option?.required ? option : undefined };
  }
  const sub = command.commands.find((each) => each.name() === word);
  return sub === undefined
    ? { ...place, given: given + 1 }
    : { command: sub, given: 0, wants };
}

function candidatesAt(
  place: CompletionPoint,
  last: string,
  known: KnownWords,
): Candidate[] {
  const { command, given, wants } = place;
  const behind = (option: Option | undefined) =>
    option?.argChoices ?? known[option?.long ?? ""];
  if (wants !== undefined) return choices(behind(wants));
  // Other shells than bash complete `--format=csv` as one word.
  const flag = /^--[^=]+(?==)/.exec(last)?.[0];
  if (flag !== undefined) {
    return choices(behind(optionOf(command, flag)), `${flag}=`);
  }
  const argument = command.registeredArguments[given];
  const help = command.createHelp();
  const words = [
    ...help.visibleCommands(command)
      .map((each) => ({ word: each.name(), hint: each.description() })),
    ...choices(argument?.argChoices),
  ];
  // Where only options can follow, an empty word shows them too.
  const onlyOptions = command.commands.length === 0 && argument === undefined;
  if (!last.startsWith("-") && !onlyOptions) return words;
  return help.visibleOptions(command).map((option) => ({
    word: option.long ?? option.flags,
    hint: option.description,
  }));
}

function optionOf(
  command: CommandUnknownOpts,
  flag: string,
): Option | undefined {
  return command.options.find(({ long, short }) =>
    long === flag || short === flag
  );
}

function choices(
  words: readonly string[] | undefined,
  before = "",
): Candidate[] {
  return (words ?? []).map((word) => ({ word: before + word, hint: "" }));
}
