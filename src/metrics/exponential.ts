import {
  DataPointType,
  type ExponentialHistogramMetricData,
} from "@opentelemetry/sdk-metrics";
import type { HrTime } from "@opentelemetry/api";
import { cellMidUs, type Distribution } from "../stats/mod.ts";
import { described, type HistogramForm } from "./histograms.ts";

/** Buckets for each doubling of a value: 2^SCALE. A bucket is 9 % wide. */
const SCALE = 3;
const NO_TIME: HrTime = [0, 0];

/**
 * OpenTelemetry's exponential histograms: no limits that somebody has to
 * choose. Bucket i holds what lies in (b^i, b^(i+1)] seconds, b = 2^(2^−SCALE).
 */
export const EXPONENTIAL: HistogramForm<ExponentialHistogramMetricData> = {
  metric: (named) => ({
    ...described(named),
    dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
    dataPoints: named.points,
  }),
  point(durations, _, attributes) {
    const { count, sumMs, minMs, maxMs } = durations;
    const range = count === 0 ? {} : { min: minMs / 1000, max: maxMs / 1000 };
    return {
      startTime: NO_TIME,
      endTime: NO_TIME,
      attributes,
      value: {
        count,
        sum: sumMs / 1000,
        scale: SCALE,
        ...bucketsOf(durations),
        negative: { offset: 0, bucketCounts: [] },
        ...range,
      },
    };
  },
};

function bucketsOf(durations: Distribution) {
  const counts = new Map<number, number>();
  let zeroCount = 0;
  for (const [cell, count] of durations.cells()) {
    const us = cellMidUs(durations.shape, cell);
    if (us <= 0) {
      zeroCount += count;
      continue;
    }
    const bucket = bucketOf(us / 1e6);
    counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  }
  const used = [...counts.keys()];
  const offset = used.length === 0 ? 0 : Math.min(...used);
  const length = used.length === 0 ? 0 : Math.max(...used) - offset + 1;
  const bucketCounts = Array.from(
    { length },
    (_, i) => counts.get(offset + i) ?? 0,
  );
  return { zeroCount, positive: { offset, bucketCounts } };
}

/** The bucket of a value in seconds. */
export function bucketOf(seconds: number): number {
  return Math.ceil(Math.log2(seconds) * 2 ** SCALE) - 1;
}
