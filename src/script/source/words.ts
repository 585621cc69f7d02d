/*
 * What a script throws may contain what an answer held: a token, a password. Of
 * all that it says only words are shown that occur in its own files, or in the
 * messages of the engine.
 */

const WORD_REGEXP = /[\p{L}\p{N}_$]+/gu;
/** Words that belong together: a token of several parts is one. */
const RUN_REGEXP =
  /[\p{L}\p{N}_$](?:[\p{L}\p{N}_$.+/=~%@-]*[\p{L}\p{N}_$=])?/gu;
/** A status, a count; longer numbers may be anything. */
const NUMBER_REGEXP = /^[0-9]{1,3}$/;
const SHOWN_CHARS_MAX = 200;
const HIDDEN = "…";

/** Words of the engine's own messages, which hold no values except masked ones. */
const ENGINE = new Set(
  `a access after an and argument arguments array as assigned Assignment async
  at await be before been but call called cannot Cannot class clone cloned
  constant constructor convert could create data defined delete derived did
  document does duplicate element empty end escaped exceeded expected
  Expected export expression extensible field found from function get got
  has identifier in incompatible index initialization initialized input
  instance instanceof Invalid invalid is it iterable iterator JSON key left
  length Maximum member method missing must name new no non not null number
  object Object of on only or out parameter parse position private promise
  properties property prototype provide read reading receiver redefine
  redeclaration request required resolve returned right set setting side size
  stack string super symbol target that the this time to token try type
  undefined Unexpected unterminated Unterminated valid value variable was while
  with without yield call
  BigInt Promise String Number Array Uint8Array Map Set Symbol RegExp`
    .split(/\s+/),
);

/** All words of some texts. */
export function wordsIn(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap((text) => text.match(WORD_REGEXP) ?? []));
}

/** A text without the words that are not known. */
export function maskWords(text: string, known: ReadonlySet<string>): string {
  const shown = text.slice(0, SHOWN_CHARS_MAX);
  const isKnown = (word: string) =>
    known.has(word) || ENGINE.has(word) || NUMBER_REGEXP.test(word);
  return shown.replaceAll(
    RUN_REGEXP,
    (run) => run.match(WORD_REGEXP)!.every(isKnown) ? run : HIDDEN,
  ).replaceAll(/\s+/g, " ").trim();
}
