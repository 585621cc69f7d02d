import { formatDuration, parseDuration, suggest } from "../base/mod.ts";
import { type Phase, PHASES } from "../pattern/mod.ts";
import {
  isMeasure,
  MEASURE_NAMES,
  type MeasureName,
  MEASURES,
} from "./measures.ts";
import { readLimit } from "./limit.ts";
import { type Pieces, scan, Wrong } from "./scan.ts";
import { readStatistic } from "./statistic.ts";
import type {
  CodeSpan,
  Measure,
  Selection,
  Threshold,
  WindowSpec,
} from "./threshold.ts";
import {
  type Operator,
  PROOFS,
  type Selector,
  SELECTORS,
  THRESHOLD_ACTIONS,
} from "./words.ts";

/** Characters of a threshold; a real one has some fifty. */
export const THRESHOLD_CHARS_MAX = 300;
/** So many windows in a row at most. */
const TIMES_MAX = 60;
const MINUTE_SEC = 60;
const HOUR_SEC = 3600;
const WINDOW_SEC_MAX = 7 * 24 * HOUR_SEC;

/** A threshold, or what is wrong with its text. */
export type ThresholdResult =
  | { readonly kind: "threshold"; readonly threshold: Threshold }
  | { readonly kind: "wrong"; readonly message: string };

/**
 * Reads one threshold.
 *
 * ```
 *  measure[.part][{key=value, …}] operator limit [over D] [for N] [-> action]
 * ```
 */
export function parseThreshold(text: string): ThresholdResult {
  try {
    if (text.length > THRESHOLD_CHARS_MAX) {
      throw new Wrong(`is longer than ${THRESHOLD_CHARS_MAX} characters`);
    }
    return { kind: "threshold", threshold: thresholdOf(scan(text)) };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { kind: "wrong", message: error.message };
  }
}

function thresholdOf(pieces: Pieces): Threshold {
  const measure = measureOf(pieces);
  return {
    text: textOf(pieces),
    measure,
    operator: pieces.operator as Operator,
    limit: readLimit(pieces, measure),
    window: windowOf(pieces),
    action: oneOf(pieces.action ?? "fail", THRESHOLD_ACTIONS, "action"),
  };
}

/** One line, however it was spaced. */
function textOf(pieces: Pieces): string {
  const { measure, select, operator, limit, over, times, action } = pieces;
  const pairs = select.map(([key, value]) => `${key}=${value}`).join(",");
  return [
    measure + (pairs === "" ? "" : `{${pairs}}`),
    `${operator} ${limit}`,
    ...(over === null ? [] : [`over ${over}`]),
    ...(times === null ? [] : [`for ${times}`]),
    ...(action === null ? [] : [`-> ${action}`]),
  ].join(" ");
}

function measureOf({ measure: written, select }: Pieces): Measure {
  const dot = written.indexOf(".");
  const name = dot < 0 ? written : written.slice(0, dot);
  const part = dot < 0 ? null : written.slice(dot + 1);
  if (!isMeasure(name)) throw unknownWord("measure", name, MEASURE_NAMES);
  const none = { statistic: null, codes: null, proof: null };
  return {
    name,
    ...none,
    ...partOf(name, part),
    select: selectionOf(name, select),
  };
}

function partOf(name: MeasureName, part: string | null): Partial<Measure> {
  switch (MEASURES[name].part) {
    case "statistic":
      return { statistic: readStatistic(name, part) };
    case "codes":
      if (part === null) {
        throw new Wrong("status needs a code such as status.5xx or status.429");
      }
      return { codes: codesOf(part) };
    case "proof":
      if (part === null) {
        throw new Wrong(`proof needs a name: ${PROOFS.join(", ")}`);
      }
      return { proof: oneOf(part, PROOFS, "proof") };
    case null:
      if (part === null) return {};
      throw new Wrong(`${name} has no ${part}: write ${name} alone`);
  }
}

function selectionOf(
  name: MeasureName,
  pairs: Pieces["select"],
): Selection {
  const selection: Partial<Record<Selector, unknown>> = {};
  const { by } = MEASURES[name];
  for (const [written, value] of pairs) {
    const key = oneOf(written, SELECTORS, "selector");
    if (!by.includes(key)) throw notCountedBy(name, key);
    if (selection[key] !== undefined) throw new Wrong(`${key} is given twice`);
    selection[key] = valueOf(key, value);
  }
  return selection as Selection;
}

function valueOf(key: Selector, value: string): string | CodeSpan | Phase {
  switch (key) {
    case "phase":
      return oneOf(value, PHASES, "phase");
    case "status":
      return codesOf(value);
    default:
      return value;
  }
}

function notCountedBy(name: MeasureName, key: Selector): Wrong {
  const { by } = MEASURES[name];
  const known = by.length === 0
    ? "it has no parts"
    : `it can be selected by ${by.join(", ")}`;
  return new Wrong(`${name} is not counted by ${key}: ${known}`);
}

/** `5xx`, `429`, `500-504`. */
function codesOf(text: string): CodeSpan {
  const hundreds = /^([1-5])xx$/i.exec(text)?.[1];
  if (hundreds !== undefined) {
    const from = Number(hundreds) * 100;
    return [from, from + 99];
  }
  const span = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(text);
  const [from, to] = [Number(span?.[1]), Number(span?.[2] ?? span?.[1])];
  if (from <= to && to <= 599) return [from, to];
  throw new Wrong(`no code "${text}": write 5xx, 429 or 500-504`);
}

function windowOf(
  { measure, over, times: written }: Pieces,
): WindowSpec | null {
  const whole = /^(proof|recovery)\./.exec(measure)?.[1];
  if (over !== null && whole !== undefined) {
    throw new Wrong(`${whole} is of the whole run: leave out over ${over}`);
  }
  if (over === null) {
    if (written === null) return null;
    throw new Wrong(`for ${written} counts windows: add over such as over 10s`);
  }
  const askedMs = parseDuration(over);
  const askedSec = Math.ceil((askedMs ?? 0) / 1000);
  if (askedMs === undefined || askedSec < 1 || askedSec > WINDOW_SEC_MAX) {
    const most = formatDuration(WINDOW_SEC_MAX * 1000);
    throw new Wrong(`over must be a duration from 1s to ${most}, not ${over}`);
  }
  const stride = strideSec(askedSec);
  const lengthSec = Math.ceil(askedSec / stride) * stride;
  return { lengthSec, askedMs, times: timesOf(written) };
}

/** By how much a window of some length slides: what lies within is kept no finer. */
export function strideSec(lengthSec: number): number {
  if (lengthSec <= MINUTE_SEC) return 1;
  return lengthSec <= HOUR_SEC ? MINUTE_SEC : HOUR_SEC;
}

function timesOf(written: string | null): number {
  if (written === null) return 1;
  const times = /^\d+$/.test(written) ? Number(written) : NaN;
  if (times >= 1 && times <= TIMES_MAX) return times;
  throw new Wrong(
    `for must be a whole number from 1 to ${TIMES_MAX}, not ${written}`,
  );
}

/** One of a closed set, or what was probably meant. */
function oneOf<Word extends string>(
  word: string,
  known: readonly Word[],
  what: string,
): Word {
  if ((known as readonly string[]).includes(word)) return word as Word;
  throw unknownWord(what, word, known);
}

function unknownWord(
  what: string,
  word: string,
  known: readonly string[],
): Wrong {
  return new Wrong(unknownText(what, word, known));
}

/** What is said of a name that is none. */
export function unknownText(
  what: string,
  word: string,
  known: readonly string[],
): string {
  if (known.length === 0) return `no ${what} "${word}": there is none`;
  const near = suggest(word, known);
  const meant = near === undefined ? "" : `, did you mean ${near}?`;
  const list = `${what}s: ${known.join(", ")}`;
  return `no ${what} "${word}"${meant === "" ? "; " : `${meant} `}${list}`;
}
