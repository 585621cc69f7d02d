import { IS_TOKEN } from "./fields.ts";

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;
const DELETE = 127;

type ExtensionState =
  | "between"
  | "before_name"
  | "name"
  | "after_name"
  | "before_value"
  | "value"
  | "quoted"
  | "quoted_pair";

/**
 * What may follow a chunk's size on its line (RFC 9112, 7.1.1), one byte at a
 * time: blanks, and extensions each of which begins with a semicolon.
 *
 *   chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
 *
 * Blanks before the line's end are accepted, as by all clients.
 */
export class ChunkExtensions {
  #where: ExtensionState = "between";

  /** Starts behind a size. */
  begin(): void {
    this.#where = "between";
  }

  /** Whether the line may end here. */
  get mayEnd(): boolean {
    return this.#where === "between" || this.#where === "name" ||
      this.#where === "after_name" || this.#where === "value";
  }

  /** Takes a byte that does not end the line; false = it is not allowed here. */
  take(byte: number): boolean {
    const next = this.#next(byte);
    if (next === null) return false;
    this.#where = next;
    return true;
  }

  #next(byte: number): ExtensionState | null {
    switch (this.#where) {
      case "between":
        return isBlank(byte) ? "between" : separator(byte);
      case "before_name":
        if (isBlank(byte)) return "before_name";
        return IS_TOKEN[byte] === 1 ? "name" : null;
      case "name":
        return IS_TOKEN[byte] === 1 ? "name" : afterName(byte);
      case "after_name":
        return afterName(byte);
      case "before_value":
        if (isBlank(byte)) return "before_value";
        if (byte === QUOTE) return "quoted";
        return IS_TOKEN[byte] === 1 ? "value" : null;
      case "value":
        if (IS_TOKEN[byte] === 1) return "value";
        return isBlank(byte) ? "between" : separator(byte);
      case "quoted":
        if (byte === QUOTE) return "between";
        if (byte === BACKSLASH) return "quoted_pair";
        return isText(byte) ? "quoted" : null;
      case "quoted_pair":
        return isText(byte) ? "quoted" : null;
    }
  }
}

function separator(byte: number): ExtensionState | null {
  return byte === SEMICOLON ? "before_name" : null;
}

function afterName(byte: number): ExtensionState | null {
  if (isBlank(byte)) return "after_name";
  return byte === EQUALS ? "before_value" : separator(byte);
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** `HTAB / SP / VCHAR / obs-text` (RFC 9110, 5.6.4). */
function isText(byte: number): boolean {
  return (byte >= SPACE && byte !== DELETE) || byte === TAB;
}
