import {
  clean,
  dim,
  type Line,
  type Span,
  widthOf,
  wrap,
} from "../../report/mod.ts";
import type { Choice, Size, TextQuestion } from "./asker.ts";

/** A question as it stands. */
export type Asked =
  | {
    readonly kind: "text";
    readonly question: Pick<TextQuestion, "message" | "initial" | "example">;
    readonly typed: string;
    /** Index in what was typed. */
    readonly cursor: number;
    /** Why the answer cannot be taken; null = nothing is wrong. */
    readonly complaint: string | null;
  }
  | {
    readonly kind: "choice";
    readonly choice: Pick<Choice, "message" | "options">;
    /** Index of the option that Enter takes. */
    readonly at: number;
  }
  | { readonly kind: "wait"; readonly message: string };

/** Lines, and where in them the terminal's cursor is. */
export interface Picture {
  readonly lines: readonly Line[];
  /** From 0; null = it is not shown. */
  readonly cursor: { readonly row: number; readonly column: number } | null;
}

const GUIDE: Span = ["soft", "│"];
const END: Span = ["soft", "└"];
/** Sign and two blanks before every text. */
const INDENT = 3;

/** A page with a question below it: exactly what fits, the question first, then the page's title and its end. */
export function pictureOf(
  page: readonly Line[],
  asked: Asked | null,
  size: Size,
): Picture {
  const question = asked === null ? NOTHING : questionPicture(asked, size);
  const room = Math.max(0, size.rows - question.lines.length);
  const above = page.length <= room || room === 0
    ? page.slice(0, room)
    : [page[0]!, ...page.slice(page.length - room + 1)];
  const { cursor } = question;
  return {
    lines: [...above, ...question.lines],
    cursor: cursor && { ...cursor, row: cursor.row + above.length },
  };
}

const NOTHING: Picture = { lines: [], cursor: null };

function questionPicture(asked: Asked, size: Size): Picture {
  switch (asked.kind) {
    case "text":
      return textPicture(asked, size);
    case "choice":
      return choicePicture(asked, size);
    case "wait": {
      const texts = wrapped(asked.message, size.columns, size.rows - 1);
      const head = messageLines(texts, ["accent", "◆"]);
      return { lines: [[GUIDE], ...head], cursor: null };
    }
  }
}

/** Message, field, and below it why the answer is wrong, or an example of one. */
function textPicture(
  asked: Asked & { kind: "text" },
  { columns, rows }: Size,
): Picture {
  const { question, typed, cursor, complaint } = asked;
  const isWrong = complaint !== null;
  const note = noteOf(complaint, question.example);
  const notes = wrapped(note, columns, Math.ceil((rows - 1) / 2));
  const texts = wrapped(question.message, columns, rows - 1 - notes.length);
  const head = messageLines(texts, isWrong ? ["warn", "▲"] : ["accent", "◆"]);
  const isTight = head.length + 1 + notes.length >= rows;
  const above = isTight ? head : [[GUIDE], ...head];
  const field = fieldOf(typed, cursor, columns - INDENT);
  return {
    lines: [
      ...above,
      [
        isWrong ? ["warn", "│"] : GUIDE,
        isOffered(asked) ? dim(`  ${field.shown}`) : `  ${field.shown}`,
      ],
      ...notes.map((text, i): Line => [
        i > 0 ? " " : isWrong ? ["warn", "└"] : END,
        [isWrong ? "warn" : "dim", `  ${text}`],
      ]),
    ],
    cursor: { row: above.length, column: INDENT + field.column },
  };
}

/** Whether it stood there from the start: the first letter replaces it. */
function isOffered(
  { question, typed, cursor, complaint }: Asked & { kind: "text" },
): boolean {
  const isUntouched = typed === question.initial && cursor === typed.length;
  return isUntouched && complaint === null;
}

function noteOf(complaint: string | null, example: string | undefined): string {
  if (complaint !== null) return complaint;
  return example === undefined ? "" : `such as ${example}`;
}

/** The part of a text that is shown in a field, such that its cursor is in it. */
function fieldOf(
  typed: string,
  cursor: number,
  columns: number,
): { readonly shown: string; readonly column: number } {
  const room = Math.max(1, columns - 1);
  const whole = [...clean(typed.slice(0, cursor))];
  const before = [...whole];
  while (widthOf(before.join("")) > room) before.shift();
  if (before.length < whole.length && before.length > 0) {
    before.splice(0, 1, "…".padEnd(widthOf(before[0]!)));
  }
  const shown = before.join("");
  return {
    shown: shown + clean(typed.slice(cursor)),
    column: widthOf(shown),
  };
}

/** As many options as there is room for, the chosen one among them. */
function choicePicture(
  { choice: { message, options }, at }: Asked & { kind: "choice" },
  { columns, rows }: Size,
): Picture {
  const textRows = Math.min(rows - 1, Math.max(1, rows - options.length));
  const texts = wrapped(message, columns, textRows);
  const room = Math.max(1, rows - texts.length);
  const first = Math.max(0, Math.min(at - (room >> 1), options.length - room));
  const shown = options.slice(first, first + room);
  const menu = shown.map(({ label, hint }, i): Line => {
    const isChosen = first + i === at;
    return [
      GUIDE,
      isChosen ? ["accent", "  ● "] : dim("  ○ "),
      isChosen ? label : dim(label),
      ...(hint === undefined ? [] : [dim(`  ${hint}`)]),
    ];
  });
  const lines = [...messageLines(texts, ["accent", "◆"]), ...menu];
  const spare = rows - lines.length;
  return {
    lines: [
      ...(spare > 1 ? [[GUIDE]] : []),
      ...lines,
      ...(spare > 0 ? [[END]] : []),
    ],
    cursor: null,
  };
}

function messageLines(texts: readonly string[], sign: Span): Line[] {
  return texts.map((text, i) => [i === 0 ? sign : GUIDE, `  ${text}`]);
}

/** A text in at most `rows` lines; the last one holds all the rest, to be cut with an ellipsis. */
function wrapped(text: string, columns: number, rows: number): string[] {
  if (rows < 1) return [];
  const lines = wrap(clean(text), Math.max(1, columns - INDENT));
  if (lines.length <= rows) return lines;
  return [...lines.slice(0, rows - 1), lines.slice(rows - 1).join(" ")];
}
