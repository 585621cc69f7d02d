import { csi } from "../base/mod.ts";

/** What a key asks for. `interrupt` is Ctrl-C, which raw mode delivers as a byte. */
export type Command =
  | "toggle"
  | "spike"
  | "faster"
  | "slower"
  | "stop"
  | "interrupt";

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ...keys("\r\n", "toggle"),
  ...keys("sS", "spike"),
  // The key of + and - on most keyboards, with or without shift.
  ...keys("+=", "faster"),
  ...keys("-_", "slower"),
  ...keys("qQ", "stop"),
  ...keys("\x03", "interrupt"),
]);

function keys(chars: string, command: Command): [string, Command][] {
  return [...chars].map((char) => [char, command]);
}

/** Asks a terminal to mark what is pasted, and to stop marking. */
export const MARK_PASTES = csi("?2004h");
export const UNMARK_PASTES = csi("?2004l");
/** What follows `ESC [` where a paste begins and where it ends. */
export const PASTE_BEGIN = "200~";
export const PASTE_END = "201~";

/** Where in a stream of keys we are. */
type KeyState =
  | { readonly kind: "keys" }
  /** After an escape; `is` tells what came, up to the final letter. */
  | { readonly kind: "escape" }
  | { readonly kind: "sequence"; readonly is: string }
  /** One more character belongs to the key, such as the S of F4. */
  | { readonly kind: "last" };

const FINAL_REGEXP = /[@-~]/;
/** No sequence of a key is longer; what is, is none. */
const SEQUENCE_MAX = 32;
const KEYS: KeyState = { kind: "keys" };

/**
 * Finds our keys in what a terminal sends. A letter in the sequence of an arrow
 * or a function key is none, in however many pieces it arrives, and neither is
 * anything pasted. An Esc on its own is told from one that begins a sequence by
 * the pause after it.
 */
export class KeyReader {
  #place: KeyState = KEYS;
  #isPasting = false;

  /** The commands in what a terminal sent at once. */
  read(bytes: Uint8Array): Command[] {
    // Every byte as one character: all of our keys are ASCII.
    const chars = [...bytes].map((byte) => String.fromCharCode(byte));
    const commands = chars.flatMap((char) => this.#take(char) ?? []);
    return isText(chars) ? commands.filter((c) => c === "interrupt") : commands;
  }

  /** Nothing came for a moment: an Esc before it was a key of its own. */
  pause(): void {
    this.#place = KEYS;
  }

  #take(char: string): Command | undefined {
    if (char === "\x03") {
      this.#place = KEYS;
      return "interrupt";
    }
    switch (this.#place.kind) {
      case "keys":
        if (char === "\x1b") this.#place = { kind: "escape" };
        else if (!this.#isPasting) return COMMANDS.get(char);
        return;
      case "escape":
        this.#place = afterEscape(char);
        return;
      case "last":
        this.#place = KEYS;
        return;
      case "sequence":
        this.#continue(this.#place.is + char);
    }
  }

  #continue(is: string): void {
    const isWhole = FINAL_REGEXP.test(is.at(-1)!) || is.length > SEQUENCE_MAX;
    this.#place = isWhole ? KEYS : { kind: "sequence", is };
    if (is === PASTE_BEGIN) this.#isPasting = true;
    if (is === PASTE_END) this.#isPasting = false;
  }
}

function afterEscape(char: string): KeyState {
  if (char === "[") return { kind: "sequence", is: "" };
  if (char === "O") return { kind: "last" };
  return char === "\x1b" ? { kind: "escape" } : KEYS;
}

/** Whether characters came together of which some are not keys: a text, from a terminal that does not mark pastes. */
function isText(chars: readonly string[]): boolean {
  return chars.length > 1 && !chars.includes("\x1b") &&
    chars.some((char) => !COMMANDS.has(char));
}
