import { printableLines } from "./printable.ts";

declare const PAINTED: unique symbol;

/**
 * Text that may be written to a terminal as it is: its only escape sequences
 * are kar's own. It is made in this file alone, and what writes to a terminal
 * takes nothing else, so no text from outside comes there unseen.
 */
export type Painted = string & { readonly [PAINTED]: true };

/** Any other text. Painted text would be shown with its own sequences as codes. */
export type Unpainted = string & { readonly [PAINTED]?: never };

const CODE_REGEXP = /^\??[0-9;]*[A-Za-z]$/;

/** Any text, with whatever a terminal would obey shown by its code. */
export function plain(text: string): Painted {
  return printableLines(text) as Painted;
}

/**
 * One of kar's own escape sequences (ECMA-48, CSI): `csi("2J")` clears the screen.
 *
 * @throws {RangeError} for what is none
 */
export function csi(code: string): Painted {
  if (CODE_REGEXP.test(code)) return `\x1b[${code}` as Painted;
  throw new RangeError(`Not the code of an escape sequence: ${code}`);
}

/** Back to the first column of the line. */
export const LINE_START = "\r" as Painted;

/** Painted texts as one. */
export function joined(parts: readonly Painted[], between = ""): Painted {
  return parts.join(plain(between)) as Painted;
}

/** A painted text without blanks at its end. */
export function trimmedEnd(text: Painted): Painted {
  return text.trimEnd() as Painted;
}

/** The lines of a painted text. */
export function linesOf(text: Painted): Painted[] {
  return text.split("\n") as Painted[];
}
