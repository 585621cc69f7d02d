import { labelledCounts } from "./labels.ts";
import { type Attributes, type HrTime, ValueType } from "@opentelemetry/api";
import {
  AggregationTemporality,
  DataPointType,
  type HistogramMetricData,
  type MetricData,
} from "@opentelemetry/sdk-metrics";
import type { Distribution, Snapshot } from "../stats/mod.ts";

/**
 * 1 ms to 60 s: the limits that people ask for (how many took at most 300 ms?),
 * and none over twice the one before it, so that quantiles stay near.
 */
const DURATION_BOUNDS_MS = [
  ...[1, 2, 3, 5, 7.5, 10, 15, 20, 25, 30, 40, 50, 75],
  ...[100, 150, 200, 250, 300, 400, 500, 750],
  ...[1000, 1500, 2000, 2500, 3000, 4000, 5000, 7500],
  ...[10_000, 15_000, 20_000, 30_000, 60_000],
];

/** 10 µs to 200 ms: just beyond what `max_lateness` lets through by default. */
const LAG_BOUNDS_MS = [
  ...[0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5],
  ...[1, 2, 3, 5, 10, 20, 30, 50, 100, 200],
];

/** Prometheus dates a scrape itself; the serializer prints no times. */
const NO_TIME: HrTime = [0, 0];

/**
 * kar's own histograms as OpenTelemetry points. An instrument would have to
 * see every request; these are only read, at a scrape.
 */
export function histogramMetrics<Data extends MetricData>(
  { own }: Snapshot,
  { metric, point }: HistogramForm<Data>,
): Data[] {
  return [
    metric({
      name: "kar98k_request_duration_seconds",
      help: "Response time from the instant a request should have started",
      points: labelledCounts(own).map(({ counts, labels }) =>
        point(counts.response, DURATION_BOUNDS_MS, {
          ...labels,
          protocol: counts.protocol,
        })
      ),
    }),
    ...(own.journeys.length === 0 ? [] : [
      metric({
        name: "kar98k_journey_duration_seconds",
        help:
          "Time from a journey's instant to its last answer, thinking included",
        points: own.journeys.map(({ name, duration }) =>
          point(duration, DURATION_BOUNDS_MS, { journey: name })
        ),
      }),
    ]),
    metric({
      name: "kar98k_send_lag_seconds",
      help:
        "How much later than intended requests were sent: kar's own lateness",
      points: [point(own.latency.sendLag, LAG_BOUNDS_MS, {})],
    }),
  ];
}

/** What all points of a metric have in common. */
export interface HistogramName<Point> {
  readonly name: string;
  readonly help: string;
  readonly points: Point[];
}

/** How durations become points: by limits that somebody chose, or by the receiver's own. */
export interface HistogramForm<
  Data extends MetricData,
  Point = Data["dataPoints"][number],
> {
  readonly metric: (named: HistogramName<Point>) => Data;
  readonly point: (
    durations: Distribution,
    boundsMs: readonly number[],
    attributes: Attributes,
  ) => Point;
}

/** What every metric says of itself; the unit stands in the name, where Prometheus wants it. */
export function described({ name, help }: HistogramName<unknown>) {
  return {
    descriptor: {
      name,
      description: help,
      unit: "",
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
}

/** Counts up to some limits: for Prometheus's text. */
export const EXPLICIT: HistogramForm<HistogramMetricData> = {
  metric: (named) => ({
    ...described(named),
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: named.points,
  }),
  point(durations, boundsMs, attributes) {
    const upTo = boundsMs.map((ms) => durations.countUpTo(ms));
    const counts = [...upTo, durations.count]
      .map((count, i) => count - (upTo[i - 1] ?? 0));
    return {
      startTime: NO_TIME,
      endTime: NO_TIME,
      attributes,
      value: {
        buckets: { boundaries: boundsMs.map((ms) => ms / 1000), counts },
        count: durations.count,
        sum: durations.sumMs / 1000,
      },
    };
  },
};
