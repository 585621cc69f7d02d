import { PASTE_BEGIN, PASTE_END } from "../keys.ts";

const START = "\x1b[";
const MARK_REGEXP = new RegExp(`(${RegExp.escape(START)}20[01]~)`);
/** The beginning of a mark whose rest is on its way; an escape alone is a key. */
const PART_REGEXP = new RegExp(
  `${RegExp.escape(START)}(?:2(?:0[01]?)?)?$`,
);

/**
 * Takes the marks of pastes out of what a terminal sends. A line's end in a
 * paste becomes a blank: a text that was pasted answers one question, and
 * presses Enter nowhere.
 */
export class PasteFilter {
  #held = "";
  #isPasting = false;

  take(bytes: Uint8Array): Uint8Array {
    // Each byte as one character, and back: what is not a mark stays as it is.
    const chars = Array.from(bytes, (byte) => String.fromCharCode(byte));
    const text = this.#held + chars.join("");
    this.#held = PART_REGEXP.exec(text)?.[0] ?? "";
    const whole = text.slice(0, text.length - this.#held.length);
    const kept = whole.split(MARK_REGEXP).map((part) => this.#keep(part));
    return Uint8Array.from(kept.join(""), (char) => char.charCodeAt(0));
  }

  #keep(part: string): string {
    const isMark = part === START + PASTE_BEGIN || part === START + PASTE_END;
    if (isMark) this.#isPasting = part.endsWith(PASTE_BEGIN);
    if (isMark) return "";
    return this.#isPasting ? part.replace(/\r\n|[\r\n]/g, " ") : part;
  }
}
