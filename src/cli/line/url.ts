import { KarError } from "../../base/mod.ts";

const SCHEME_REGEXP = /^(?:https?:\/\/|unix:)/i;
/** `localhost:8080/path`, `10.0.0.1`, `[::1]:80`, `host:80`: what curl takes, too. */
const BARE_REGEXP =
  /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?(?=:\d{1,5}(?:[/?]|$)))(?::\d{1,5})?(?:[/?].*)?$/i;

/** Whether a word is the address of a target, and not a command or a file. */
export function isUrlWord(word: string): boolean {
  return SCHEME_REGEXP.test(word) || BARE_REGEXP.test(word);
}

/**
 * The address of a word, with its scheme.
 *
 * @throws {KarError} `usage` where the word is none
 */
export function givenUrl(word: string): string {
  if (SCHEME_REGEXP.test(word)) return word;
  if (BARE_REGEXP.test(word)) return `http://${word}`;
  throw new KarError(
    "usage",
    `'${word}' is not a URL such as http://localhost:8080/; name a config file with --config`,
  );
}
