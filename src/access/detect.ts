import { albParser, combinedParser, envoyParser } from "./formats.ts";
import { jsonParser } from "./json_line.ts";
import { type LineParser, newRecord } from "./record.ts";

/** Formats of access logs that are read by bytes. */
export const LINE_FORMATS = ["combined", "json", "envoy", "alb"] as const;

/** One of `LINE_FORMATS`. */
export type LineFormat = typeof LINE_FORMATS[number];

const PARSERS: Readonly<Record<LineFormat, () => LineParser>> = {
  combined: combinedParser,
  json: jsonParser,
  envoy: envoyParser,
  alb: albParser,
};

/** A parser of a format, with memory of its own. */
export function parserOf(format: LineFormat): LineParser {
  return PARSERS[format]();
}

/** Lines that are tried with each parser. */
const LINES_TRIED = 100;
/** Share of lines that the best format has to read. */
const READ_MIN = 0.5;
const NEWLINE = 10;

/** The format in which most of the first lines can be read; undefined = in none at least half. */
export function detectFormat(sample: Uint8Array): LineFormat | undefined {
  const lines = firstLines(sample);
  const record = newRecord();
  let best: LineFormat | undefined;
  let most = Math.max(1, lines.length * READ_MIN);
  for (const format of LINE_FORMATS) {
    const parse = parserOf(format);
    const read = lines.filter(([from, to]) => {
      record.from = from;
      record.to = to;
      return parse(sample, record);
    });
    if (read.length < most) continue;
    best = format;
    most = read.length + 1;
  }
  return best;
}

function firstLines(sample: Uint8Array): (readonly [number, number])[] {
  const lines: [number, number][] = [];
  let from = 0;
  while (from < sample.length && lines.length < LINES_TRIED) {
    const found = sample.indexOf(NEWLINE, from);
    const to = found < 0 ? sample.length : found;
    if (to > from) lines.push([from, to]);
    from = to + 1;
  }
  return lines;
}
