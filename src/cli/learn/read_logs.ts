import {
  detectFormat,
  LINE_FORMATS,
  type LineFormat,
} from "../../access/mod.ts";
import { KarError } from "../../base/mod.ts";
import {
  ByteLines,
  type CountsRead,
  CsvCounts,
  LocalTime,
  LogReader,
  NoCounts,
  NoLog,
  prometheusCounts,
  type StampKind,
} from "../../learn/mod.ts";
import type { System } from "../system.ts";
import { logBytes, type LogPiece } from "./log_bytes.ts";
import { ReadingProgress } from "./progress.ts";

/** Bytes of an answer of Prometheus: a year by the minute is a fifth of it. */
const ANSWER_BYTES_MAX = 64 * 2 ** 20;
const NAMES: Readonly<Record<string, LineFormat>> = {
  nginx: "combined",
  apache: "combined",
  caddy: "json",
};

/** What files may be, and what servers call it. */
export type LearnFormat =
  | "auto"
  | LineFormat
  | "nginx"
  | "apache"
  | "caddy"
  | "csv"
  | "prometheus";

/** How files are read. */
export interface ReadFlags {
  readonly format: LearnFormat;
  readonly stamp?: StampKind | undefined;
  readonly zone: string;
  /** Whether the user named it: stamps that say none are then of it. */
  readonly isZoneGiven: boolean;
}

/** The format of access logs that a word names; null = it is to be found out. */
export function formatNamed(format: LearnFormat): LineFormat | null {
  const named = NAMES[format] ?? format;
  return LINE_FORMATS.find((name) => name === named) ?? null;
}

/** What is learned from, of all files. */
export async function readLogs(
  system: System,
  paths: readonly string[],
  flags: ReadFlags,
) {
  const [first] = paths;
  if (first === undefined) {
    throw new KarError("usage", "LOG is missing: name a log, or - for stdin");
  }
  const kind = await kindOf(first, flags.format);
  if (kind.format === "csv" || kind.format === "prometheus") {
    if (paths.length > 1) {
      throw new KarError(
        "usage",
        `${paths.length} files of counts: name one, or put them into one`,
      );
    }
    const read = kind.format === "csv" ? readCsv : readAnswer;
    return await read(system, first, kind.pieces);
  }
  return await readAccess(system, paths, { ...flags, ...kind });
}

/** What a file is, and its pieces from the first one on, since standard input comes once. */
async function kindOf(path: string, format: LearnFormat) {
  const pieces = logBytes(path);
  const named = NAMES[format] ?? format;
  if (named !== "auto") return { format: named, pieces };
  const head = await pieces.next();
  if (head.done) {
    throw new KarError("config", `${path} is empty: a log has lines`);
  }
  const bytes = head.value.bytes.slice();
  const rest = async function* (): AsyncGenerator<LogPiece> {
    yield { bytes, done: head.value.done };
    yield* pieces;
  };
  return { format: detected(bytes), pieces: rest() };
}

function detected(bytes: Uint8Array): LearnFormat {
  const known = detectFormat(bytes);
  if (known !== undefined) return known;
  const text = new TextDecoder().decode(bytes.subarray(0, 4096));
  if (/^\s*\{/.test(text)) {
    return /"(?:resultType|status)"/.test(text) ? "prometheus" : "auto";
  }
  const [line = "", second = ""] = text.split(/\r?\n/);
  const isTable = /[,;\t]/.test(line) && !/["\[]/.test(line) &&
    (second === "" || /^"?\d{4,}/.test(second));
  // A name, and nothing but times below it.
  const isColumn = /^[A-Za-z_][A-Za-z_ ]*$/.test(line) &&
    /^(?:\d{4}-\d\d-\d\d[ T][\d:.,+Z-]+|\d{9,}(?:\.\d+)?)$/.test(second);
  return isTable || isColumn ? "csv" : "auto";
}

async function readAccess(
  system: System,
  paths: readonly string[],
  { format, stamp, zone, isZoneGiven, pieces }: ReadFlags & {
    readonly pieces: AsyncGenerator<LogPiece>;
  },
) {
  const time = new LocalTime(zone);
  const isNamed = LINE_FORMATS.some((name) => name === format);
  const reader = new LogReader({
    key: system.drawSeed(),
    ...(isNamed && { format: format as LineFormat }),
    ...(stamp && { stamp }),
    ...(isZoneGiven && {
      aheadUs: (us: number) => (time.at(us / 1e6) - us / 1e6) * 1e6,
    }),
  });
  for (const [i, path] of paths.entries()) {
    const progress = new ReadingProgress(system, path);
    try {
      for await (const { bytes, done } of i === 0 ? pieces : logBytes(path)) {
        reader.push(bytes);
        progress.add(bytes.length, done);
      }
      reader.endFile();
    } catch (error) {
      if (!(error instanceof NoLog)) throw error;
      throw new KarError(
        "config",
        `Cannot learn from ${path}: ${error.message}; --format names another format`,
      );
    } finally {
      progress.end();
    }
  }
  const facts = reader.end();
  const { bins, instants, tickUs } = facts;
  return { bins, instants, tickUs, facts };
}

async function readCsv(
  system: System,
  path: string,
  pieces: AsyncGenerator<LogPiece>,
) {
  const counts = new CsvCounts();
  const decoder = new TextDecoder();
  const lines = new ByteLines((bytes, from, to) =>
    counts.take(decoder.decode(bytes.subarray(from, to)))
  );
  const progress = new ReadingProgress(system, path);
  for await (const { bytes, done } of pieces) {
    lines.push(bytes);
    progress.add(bytes.length, done);
  }
  progress.end();
  lines.end();
  return told(path, () => counts.end());
}

async function readAnswer(
  _: System,
  path: string,
  pieces: AsyncGenerator<LogPiece>,
) {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const { bytes } of pieces) {
    length += bytes.length;
    if (length > ANSWER_BYTES_MAX) {
      throw new KarError(
        "config",
        `${path} has more than ${
          ANSWER_BYTES_MAX / 2 ** 20
        } MiB: ask for a longer step`,
      );
    }
    text += decoder.decode(bytes, { stream: true });
  }
  return told(path, () => prometheusCounts(text));
}

function told(path: string, read: () => CountsRead): CountsRead {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NoCounts)) throw error;
    throw new KarError(
      "config",
      `Cannot learn from ${path}: ${error.message}; a table has a line of names such as time,count`,
    );
  }
}
