import { PHASES } from "../../pattern/mod.ts";
import {
  cellMap,
  decodeCells,
  pairsOf,
  shapeOfBits,
} from "../../stats/hdr/mod.ts";
import { hdrLog, type LogInterval } from "../../stats/hdr/mod.ts";
import { COARSE } from "../../stats/mod.ts";
import type { TimeSpan } from "../ladder/mod.ts";
import { readingOf } from "../store/mod.ts";
import type { RecordReader } from "../reader/mod.ts";

/**
 * The response times of a span as HdrHistogram's log: a line for each interval,
 * series and phase, tagged `api/spike`. Intervals over ten seconds are kept in
 * a shape that HdrHistogram does not have: there, samples stand at the middle
 * of their cells, 1.6 % from where they were at most.
 */
export function recordHdrLog(
  record: RecordReader,
  span: Partial<TimeSpan> = {},
): string {
  const { from } = { ...record.extent(), ...span };
  return readingOf(
    record.path,
    () => hdrLog(from * 1000, intervalsOf(record, span)),
  );
}

function* intervalsOf(
  record: RecordReader,
  span: Partial<TimeSpan>,
): Generator<LogInterval> {
  for (const { t, level, series, phase, response } of record.steps(span)) {
    if (response === null) continue;
    const counts = new Float64Array(COARSE.cells);
    decodeCells(
      response.body,
      counts,
      cellMap(shapeOfBits(response.bits), COARSE),
    );
    yield {
      tag: `${series.name}/${PHASES[phase]}`,
      startMs: t * 1000,
      lengthMs: level * 1000,
      cells: pairsOf(counts),
      shape: COARSE,
      maxMs: response.maxMs,
    };
  }
}
