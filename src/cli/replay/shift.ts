import { TraceCursor, type TraceReader } from "../../trace/mod.ts";

/** Shifts that are tried, in seconds. */
const SHIFTS_SEC = [5, 20, 60];
/** Correlation of counts at which copies may be moved onto one another. */
const NEAR_MAX = 0.1;
/** Looked at: enough seconds to tell. */
const SECONDS_MAX = 7200;

/**
 * The least of 5, 20 and 60 s at which the counts of neighbouring seconds have
 * nearly forgotten one another: copies moved by less would pile bursts on
 * bursts.
 */
export function shiftOf(reader: TraceReader): number {
  const seconds = Math.min(SECONDS_MAX, Math.ceil(reader.head.spanUs / 1e6));
  const counts = new Float64Array(Math.max(1, seconds));
  const cursor = new TraceCursor(reader);
  for (cursor.seek(0); cursor.us < seconds * 1e6; cursor.next()) {
    counts[Math.floor(cursor.us / 1e6)]!++;
  }
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  const covariance = (lag: number) => {
    let sum = 0;
    for (let i = 0; i + lag < counts.length; i++) {
      sum += (counts[i]! - mean) * (counts[i + lag]! - mean);
    }
    return sum / Math.max(1, counts.length - lag);
  };
  // What is there at one second, without the chance of each second itself.
  const whole = covariance(1);
  const found = SHIFTS_SEC.find((sec) => covariance(sec) < NEAR_MAX * whole);
  return (found ?? SHIFTS_SEC.at(-1)!) * 1e6;
}
