import { excerpt, printableJson } from "../../base/mod.ts";

/** How the lines of a log look. */
export type LogFormat = "text" | "json";

/** How much something matters. */
export type LogLevel = "info" | "warn" | "error";

/** Fields of a message: names and plain values. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null>
>;

/** One thing worth a line. */
export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: LogFields;
}

/** Characters of a line; a longer one is cut. */
const LINE_CHARS_MAX = 16_384;

/** An entry as one line with its newline: `2026-11-24T09:00:00Z info Pause …`. */
export function formatEntry(entry: LogEntry, format: LogFormat): string {
  const line = format === "json" ? asJson(entry) : asText(entry);
  return `${line}\n`;
}

function asJson({ timeMs, level, message, fields }: LogEntry): string {
  const time = timeOf(timeMs);
  const line = printableJson({ time, level, message, ...fields });
  // A part of a JSON text is none, so the message gives way as a whole.
  return line.length <= LINE_CHARS_MAX
    ? line
    : printableJson({ time, level, message: excerpt(message, 1000) });
}

function asText({ timeMs, level, message, fields = {} }: LogEntry): string {
  const pairs = Object.entries(fields).map(([key, value]) =>
    ` ${key}=${typeof value === "string" ? JSON.stringify(value) : value}`
  );
  const line = `${timeOf(timeMs)} ${level.padEnd(5)} ${message}`;
  return excerpt(line + pairs.join(""), LINE_CHARS_MAX);
}

function timeOf(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(ms))
    .toString({ smallestUnit: "millisecond" });
}
