import { type Attributes, type HrTime, ValueType } from "@opentelemetry/api";
import {
  AggregationTemporality,
  DataPointType,
  type HistogramMetricData,
} from "@opentelemetry/sdk-metrics";
import type { Distribution, Snapshot } from "../stats/mod.ts";

/** Each bound is twice the one before it. */
const BOUNDS = 15;

/** 1 ms to 16.4 s: response times. Kept from the Go program, so that dashboards go on. */
const DURATION_BOUNDS_SEC = boundsFrom(0.001);

/** 10 µs to 164 ms: just beyond what `max_lateness` lets through by default. */
const LAG_BOUNDS_SEC = boundsFrom(0.00001);

/** Prometheus dates a scrape itself; the serializer prints no times. */
const NO_TIME: HrTime = [0, 0];

function boundsFrom(firstSec: number): readonly number[] {
  return Array.from({ length: BOUNDS }, (_, i) => firstSec * 2 ** i);
}

/**
 * kar's own histograms as OpenTelemetry points. An instrument would have to
 * see every request; these are only read, at a scrape.
 */
export function histogramMetrics(snapshot: Snapshot): HistogramMetricData[] {
  return [
    metric({
      name: "kar98k_request_duration_seconds",
      help: "Response time from the instant a request should have started",
      points: snapshot.targets.map(({ name, protocol, response }, i) =>
        point(
          { now: response, before: snapshot.before?.targets[i]?.response },
          DURATION_BOUNDS_SEC,
          { target: name, protocol },
        )
      ),
    }),
    metric({
      name: "kar98k_send_lag_seconds",
      help:
        "How much later than intended requests were sent: kar's own lateness",
      points: [
        point(
          {
            now: snapshot.latency.sendLag,
            before: snapshot.before?.latency.sendLag,
          },
          LAG_BOUNDS_SEC,
          {},
        ),
      ],
    }),
  ];
}

type Point = HistogramMetricData["dataPoints"][number];

function metric(
  { name, help, points }: { name: string; help: string; points: Point[] },
): HistogramMetricData {
  return {
    // The unit stands in the name, where Prometheus wants it.
    descriptor: {
      name,
      description: help,
      unit: "",
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: points,
  };
}

/** Durations, and those of them that processes before this one had counted. */
interface Counted {
  readonly now: Distribution;
  readonly before: Distribution | undefined;
}

function point(
  { now, before }: Counted,
  boundsSec: readonly number[],
  attributes: Attributes,
): Point {
  const upTo = boundsSec.map((sec) =>
    now.countUpTo(sec * 1000) - (before?.countUpTo(sec * 1000) ?? 0)
  );
  const count = now.count - (before?.count ?? 0);
  const counts = [...upTo, count]
    .map((count, i) => count - (upTo[i - 1] ?? 0));
  return {
    startTime: NO_TIME,
    endTime: NO_TIME,
    attributes,
    value: {
      buckets: { boundaries: [...boundsSec], counts },
      count,
      sum: Math.max(0, now.sumMs - (before?.sumMs ?? 0)) / 1000,
    },
  };
}
