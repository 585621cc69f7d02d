import {
  dim,
  forecastPlot,
  formatRate,
  grouped,
  type Line,
  maxOf,
  spread,
  widthOf,
  wrap,
} from "../../report/mod.ts";
import {
  type Answers,
  hasRows,
  hasSpikes,
  isCall,
  isVaried,
} from "./answers.ts";
import type { Size } from "./asker.ts";
import { factorOf, isInterval } from "./document.ts";
import { PAGES, type Question } from "./questions.ts";
import type { ConfigProblem, Preview } from "./deps.ts";

/** Rows of the review that are neither plot nor warnings nor answers: title, menu. */
const REVIEW_ROWS = 13;
/** Rows for what may stand between braces. */
const FIELD_ROWS_MAX = 3;
/** Blanks around the labels of answers. */
const FIELD_INDENT = 5;
const PLOT_ROWS_MAX = 12;
const WARNING_ROWS_MAX = 2;

/** Name, page, keys. */
function titleLines(page: number, { columns }: Size): Line[] {
  return [
    spread(
      [
        " ",
        ["title", "kar98k"],
        `  ${page + 1} of ${PAGES.length}  `,
        ["accent", PAGES[page]!],
      ],
      [dim("Enter next · Esc back · Ctrl-C quit")],
      columns,
    ),
    [dim("─".repeat(columns))],
  ];
}

/** A page of questions: its title, and what was answered on it so far. */
export function questionPage(
  { page }: Question,
  { answered, answers, fields, size }: {
    readonly answered: readonly Question[];
    readonly answers: Answers;
    /** What texts of the request may have, braces included. */
    readonly fields: readonly string[];
    readonly size: Size;
  },
): Line[] {
  const before = answered.filter((question, at) =>
    question.page === page && isLast(question, at, answered)
  );
  const width = maxOf(before.map(({ label }) => widthOf(label)));
  return [
    ...titleLines(page, size),
    ...before.map(({ key, label, options }): Line => [
      dim(`   ${label.padEnd(width)}  `),
      answers[key] === "" ? dim("none") : shownAnswer(options, answers[key]),
    ]),
    ...(page === 0 ? fieldLines(fields, width, size) : []),
  ];
}

/** A question that is asked twice stands where it was asked last. */
function isLast(
  { key }: Question,
  at: number,
  answered: readonly Question[],
): boolean {
  return !answered.slice(at + 1).some((later) => later.key === key);
}

function shownAnswer(options: Question["options"], answer: string): string {
  return options?.find(({ value }) => value === answer)?.label ?? answer;
}

/** What may stand between braces, with as many lines as that may have. */
function fieldLines(
  fields: readonly string[],
  width: number,
  { columns }: Size,
): Line[] {
  if (fields.length === 0) return [];
  const room = columns - width - FIELD_INDENT;
  const texts = wrap(fields.join(" "), room);
  const shown = texts.length <= FIELD_ROWS_MAX
    ? texts
    : [...texts.slice(0, FIELD_ROWS_MAX - 1), `${texts.at(-1)} …`];
  return shown.map((text, i): Line => [
    dim(`   ${(i === 0 ? "Fields" : "").padEnd(width)}  `),
    ["accent", text],
  ]);
}

/** What was answered, in a line for each subject, and what it leads to. */
export function reviewPage(
  answers: Answers,
  { problems, preview, size, message }: {
    readonly problems: readonly ConfigProblem[];
    /** Null while there are errors. */
    readonly preview: Preview | null;
    readonly size: Size;
    readonly message: string | null;
  },
): Line[] {
  const told = answerLines(answers);
  const notes: Line[] = [
    ...warningLines(problems, size),
    ...(message === null ? [] : [[["ok", ` ${message}`]] as Line]),
  ];
  return [
    ...titleLines(PAGES.length - 1, size),
    ...told,
    ...(preview === null
      ? []
      : previewLines(preview, size, told.length + notes.length)),
    ...notes,
  ];
}

/** The next hour, as high as the screen lets it be. */
function previewLines(
  { forecast, zone }: Preview,
  { columns, rows }: Size,
  rowsTaken: number,
): Line[] {
  const height = Math.min(PLOT_ROWS_MAX, rows - REVIEW_ROWS - rowsTaken);
  if (height < 2) return [];
  const { peak, meanRate, total } = forecast;
  const facts = `peak ${formatRate(peak.rate)} · mean ${
    formatRate(meanRate)
  } · ${grouped(total)} requests`;
  return [
    spread([dim(` next hour's peaks, ${zone}`)], [dim(facts)], columns),
    ...forecastPlot(forecast, { zone, width: columns, height }),
  ];
}

function answerLines(answers: Answers): Line[] {
  const { url, protocol, method, call, base, max } = answers;
  const what = isCall(answers) ? call || "health check" : method;
  const { spikes, factor, noise, schedule } = answers;
  const often = isInterval(spikes) ? `every ${spikes}` : `${spikes} a second`;
  return [
    row("Target", `${what} ${url} (${protocol})`),
    ...(isVaried(answers) ? [row("Varies", varyText(answers))] : []),
    row("Traffic", `${base} to ${max} a second`),
    row(
      "Pattern",
      `${
        hasSpikes(answers)
          ? `spikes ${often}, ×${factorOf(factor)}`
          : "no spikes"
      }, noise ${noise}`,
    ),
    row("Schedule", schedule || "none"),
  ];
}

function varyText(answers: Answers): string {
  return hasRows(answers)
    ? `a row of ${answers.rows} for each request`
    : "by drawn values";
}

function row(label: string, text: string): Line {
  return [dim(` ${label.padEnd(9)}`), text];
}

function warningLines(
  problems: readonly ConfigProblem[],
  { columns }: Size,
): Line[] {
  const [first, ...more] = problems;
  if (first === undefined) return [];
  const rest = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return wrap(`! ${first.message}${rest}`, columns - 2)
    .slice(0, WARNING_ROWS_MAX)
    .map((line): Line => [["warn", ` ${line}`]]);
}
