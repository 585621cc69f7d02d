import {
  csi,
  joined,
  type Painted,
  plain,
  trimmedEnd,
} from "../../base/mod.ts";
import { clean, toAscii, truncate, widthOf } from "./width.ts";

/** What a piece of text means; a theme decides how that looks. */
export type Style =
  | "title"
  | "accent"
  | "soft"
  | "dim"
  | "ok"
  | "warn"
  | "error";

/** How many colours a terminal shows. */
export type ColorDepth = "none" | "basic" | "256" | "full";

/** What the reader's terminal can show. */
export interface TerminalCaps {
  readonly color: ColorDepth;
  readonly unicode: boolean;
}

/** A piece of a line, plain or styled. Not yet cleaned, cut or painted. */
export type Span = string | readonly [style: Style, text: string];

/** A line before it is painted. */
export type Line = readonly Span[];

/** The sky-blue theme: red, green, blue; the nearest of 256; the nearest of 16. */
const THEME: Readonly<Record<Style, readonly [string, number, string]>> = {
  title: ["135;206;235", 117, "1;96"],
  accent: ["0;191;255", 39, "96"],
  soft: ["74;144;217", 68, "36"],
  dim: ["128;144;160", 245, "90"],
  ok: ["0;255;136", 48, "92"],
  warn: ["255;215;0", 220, "93"],
  error: ["255;107;107", 203, "91"],
};

/**
 * Reads from the environment what the terminal can show.
 *
 * `NO_COLOR` (no-color.org), `TERM`, `COLORTERM`, and the locale in the order
 * in which POSIX lets one override the other.
 */
export function terminalCapsOf(
  env: (name: string) => string | undefined,
  isTerminal: boolean,
): TerminalCaps {
  const locale = env("LC_ALL") || env("LC_CTYPE") || env("LANG") || "";
  return {
    color: isTerminal ? colorDepthOf(env) : "none",
    unicode: /utf-?8/i.test(locale),
  };
}

function colorDepthOf(env: (name: string) => string | undefined): ColorDepth {
  const term = env("TERM") ?? "";
  if (env("NO_COLOR") || term === "" || term === "dumb") return "none";
  if (/truecolor|24bit/i.test(env("COLORTERM") ?? "")) return "full";
  return term.includes("256") ? "256" : "basic";
}

/** Columns that a line takes once it is cleaned. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, span) => sum + widthOf(clean(textOf(span))), 0);
}

/** The text of a span without its style. */
export function textOf(span: Span): string {
  return typeof span === "string" ? span : span[1];
}

/**
 * The one way from a line to a terminal: cleans, cuts to `columns`, translates
 * to ASCII where there is no Unicode, and colours, in this order. So no caller
 * can let an escape sequence through or pass the edge.
 */
export function paintLine(
  line: Line,
  caps: TerminalCaps,
  columns: number,
): Painted {
  const painted: Painted[] = [];
  let left = columns;
  for (const span of line) {
    const text = truncate(clean(textOf(span)), left);
    left -= widthOf(text);
    const shown = plain(caps.unicode ? text : toAscii(text));
    painted.push(
      typeof span === "string" ? shown : paint(span[0], shown, caps),
    );
    if (left <= 0) break;
  }
  return joined(painted);
}

function paint(style: Style, text: Painted, { color }: TerminalCaps): Painted {
  if (color === "none" || text.trim() === "") return text;
  const [rgb, index, basic] = THEME[style];
  const code = color === "full"
    ? `38;2;${rgb}`
    : color === "256"
    ? `38;5;${index}`
    : basic;
  return joined([csi(`${code}m`), text, csi("0m")]);
}

/** Lines as one text with a newline after each, without trailing blanks. */
export function paintText(
  lines: readonly Line[],
  caps: TerminalCaps,
  columns: number,
): Painted {
  return joined(
    lines.flatMap((line) => [
      trimmedEnd(paintLine(line, caps, columns)),
      plain("\n"),
    ]),
  );
}
