const SCHEME_REGEXP = /^(?:https?:\/\/|unix:)/i;
/** `localhost:8080/path`, `10.0.0.1`, `[::1]:80`, `host:80`: what curl takes, too. */
const BARE_REGEXP =
  /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?(?=:\d{1,5}(?:[/?]|$)))(?::\d{1,5})?(?:[/?].*)?$/i;

/** Whether a word is the address of a target, and not a command or a file. */
export function isUrlWord(word: string): boolean {
  return SCHEME_REGEXP.test(word) || BARE_REGEXP.test(word);
}

/** The address with its scheme; null where the word is none. */
export function urlOf(word: string): string | null {
  if (SCHEME_REGEXP.test(word)) return word;
  return BARE_REGEXP.test(word) ? `http://${word}` : null;
}
