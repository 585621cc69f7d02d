import { excerpt, messageOf } from "../../../base/mod.ts";
import { TooMuchDescribed } from "../types/mod.ts";

/** What the library for types says, and how kar says it; `$1` is what it quotes. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^illegal token '(.*)'/s, '"$1" makes no sense here'],
  [/^illegal (?:name|reference|type|value) '(.*)'/s, '"$1" cannot stand here'],
  [
    /^illegal (?:id|number|integer) '(.*)'/s,
    '"$1" is not a number that can stand here',
  ],
  [/^illegal (comment|string)/, "a $1 has no end"],
  [/^illegal (.*?) \(/, "the $1 makes no sense here"],
  [
    /^duplicate (?:name|id) '(.*)' in \w+ \.?(.*)$/s,
    '"$1" is there twice in $2',
  ],
  [
    /^no such .* '(.*)' in \w+ \.?(.*)$/s,
    '"$1" is described nowhere; $2 needs it',
  ],
  [
    /^(?:no such type: |unresolvable extensions: )(.*)/s,
    '"$1" is described nowhere',
  ],
  [/^missing (\w+)/, "$1 is missing"],
];
const LINE_REGEXP = /\((?:.*, )?line (\d+)\)/s;
const STACK_REGEXP = /stack|depth/i;

/**
 * A sentence of kar's own for what the library for types could not read.
 *
 * @param file the file that it was reading, where there was one
 */
export function inOurWords(error: unknown, file?: string): string {
  const text = error instanceof TooMuchDescribed
    ? `it describes too much: ${error.message}`
    : messageOf(error);
  const line = LINE_REGEXP.exec(text)?.[1];
  const place = [file, line && `line ${line}`].filter(Boolean).join(", ");
  const said = excerpt(sentence(text));
  return place === "" ? said : `${place}: ${said}`;
}

function sentence(text: string): string {
  if (STACK_REGEXP.test(text)) return "it is nested too deeply";
  for (const [pattern, words] of WORDS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    return words.replaceAll(
      /\$(\d)/g,
      (_, i: string) => match[Number(i)] ?? "",
    );
  }
  return text.replace(LINE_REGEXP, "").trim();
}
