import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { isoTime } from "../../base/mod.ts";
import { COARSE, FINE, type Geometry, MAX_US } from "../geometry.ts";
import { encodeCells, type Pairs } from "./cells.ts";

/** One line of a log: what was counted in an interval. */
export interface LogInterval {
  /** What is counted, such as `api/spike`; null = everything. */
  readonly tag: string | null;
  /** Instant at which it begins, milliseconds since the epoch. */
  readonly startMs: number;
  readonly lengthMs: number;
  /** Pairs of cell and count, of the shape FINE or COARSE. */
  readonly cells: Pairs;
  readonly shape: Geometry;
  readonly maxMs: number;
}

const COOKIE = 0x1c849313;
const COMPRESSED_COOKIE = 0x1c849314;
const HEADER_BYTES = 40;
/** Significant digits that HdrHistogram has for a shape. */
const DIGITS = new Map<Geometry, number>([[FINE, 3], [COARSE, 2]]);

/**
 * HdrHistogram's log, version 1.3: what its tools read. Values are
 * microseconds; the greatest value of an interval stands there in milliseconds.
 *
 * @param startMs instant from which lines count their seconds
 */
export function hdrLog(
  startMs: number,
  intervals: Iterable<LogInterval>,
): string {
  const lines = [
    "#[Histogram log format version 1.3]",
    "#[Values are response times in microseconds; Interval_Max is in milliseconds]",
    `#[StartTime: ${(startMs / 1000).toFixed(3)} (seconds since epoch), ${
      isoTime(startMs)
    }]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ];
  for (const interval of intervals) lines.push(lineOf(startMs, interval));
  return `${lines.join("\n")}\n`;
}

function lineOf(startMs: number, interval: LogInterval): string {
  const { tag, lengthMs, maxMs, cells, shape } = interval;
  const prefix = tag === null ? "" : `Tag=${tagOf(tag)},`;
  const start = ((interval.startMs - startMs) / 1000).toFixed(3);
  const length = (lengthMs / 1000).toFixed(3);
  const histogram = compressedHistogram(cells, shape);
  return `${prefix}${start},${length},${maxMs.toFixed(3)},${histogram}`;
}

/** A tag ends at a comma or at white space. */
function tagOf(name: string): string {
  return name.replace(/[,\s]/g, "_");
}

/** A histogram in HdrHistogram's compressed format V2, as Base64. */
function compressedHistogram(cells: Pairs, shape: Geometry): string {
  const body = encodeCells(cells);
  const plain = Buffer.alloc(HEADER_BYTES + body.length);
  plain.writeInt32BE(COOKIE, 0);
  plain.writeInt32BE(body.length, 4);
  plain.writeInt32BE(0, 8);
  plain.writeInt32BE(DIGITS.get(shape) ?? 0, 12);
  plain.writeBigInt64BE(1n, 16);
  plain.writeBigInt64BE(BigInt(MAX_US), 24);
  plain.writeDoubleBE(1, 32);
  plain.set(body, HEADER_BYTES);
  const deflated = deflateSync(plain);
  const whole = Buffer.alloc(8 + deflated.length);
  whole.writeInt32BE(COMPRESSED_COOKIE, 0);
  whole.writeInt32BE(deflated.length, 4);
  whole.set(deflated, 8);
  return whole.toString("base64");
}
