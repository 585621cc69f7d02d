import process from "node:process";
import { LINE_FORMATS, type LineFormat } from "../../src/access/mod.ts";
import { LogReader } from "../../src/learn/mod.ts";
import { LOG_LINES, madeLog } from "./log_lines.ts";
import { median } from "./process.ts";
import { atLeast, type Bench } from "./rows.ts";

const ROUNDS = 3;
/** The log, so many times: what is done at the end counts as it does for a long file. */
const TIMES = 4;
const PIECE_BYTES = 2 ** 20;
const MB_PER_SEC = 150;

/** How fast logs are read: bytes for each second of a core's own time. */
export const LEARN: Bench = {
  name: "learn",
  about: "how fast logs are read, by format",
  run: ({ say }) =>
    Promise.resolve(
      Object.entries(LOG_LINES).map(([format, write]) => {
        say(`learn: ${format}`);
        const log = madeLog(write);
        return atLeast({
          bench: "learn",
          what: `${format}, read`,
          value: mbPerSec(log, format),
          unit: "MB/s",
        }, MB_PER_SEC);
      }),
    ),
};

function mbPerSec(log: Uint8Array, name: string): number {
  const format = LINE_FORMATS.find((known) => known === name) ?? "json";
  read(log, format);
  return median(Array.from({ length: ROUNDS }, () => {
    const started = process.cpuUsage();
    read(log, format);
    const { user, system } = process.cpuUsage(started);
    return TIMES * log.length / (user + system);
  }));
}

function read(log: Uint8Array, format: LineFormat): void {
  const reader = new LogReader({ format, key: 1 });
  for (let time = 0; time < TIMES; time++) {
    for (let at = 0; at < log.length; at += PIECE_BYTES) {
      reader.push(log.subarray(at, at + PIECE_BYTES));
    }
  }
  reader.endFile();
  const { taken, read } = reader.end().lines;
  if (taken !== read) throw new Error(`${format}: ${read - taken} lines lost`);
}
