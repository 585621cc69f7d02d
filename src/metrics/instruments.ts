import type { Attributes, Meter } from "@opentelemetry/api";
import { scenarioNames } from "../pattern/mod.ts";
import { codeName, JOURNEY_FAILURE_KINDS } from "../protocol/mod.ts";
import {
  type JourneyCounts,
  MISSED_REASONS,
  type Snapshot,
  total,
} from "../stats/mod.ts";
import { RESULTS } from "../threshold/mod.ts";
import { type LabelledCounts, labelledCounts } from "./labels.ts";
import { FAILURE_KINDS } from "../transport/mod.ts";

const STEP_FAILURES = FAILURE_KINDS.filter((kind) =>
  kind === "capture" || !JOURNEY_FAILURE_KINDS.has(kind)
);
const TARGET_FAILURES = FAILURE_KINDS.filter((kind) =>
  !JOURNEY_FAILURE_KINDS.has(kind)
);

/** One value of a metric with its labels. */
export type MetricSample = readonly [value: number, labels?: Attributes];

/** A metric that is read from the snapshot; what only grows, from this process's own counts. */
export interface Instrument {
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge";
  readonly read: (snapshot: Snapshot) => readonly MetricSample[];
}

/** Every counter and gauge, by the name that Prometheus sees. */
const READINGS: readonly Instrument[] = [
  {
    name: "kar98k_requests_total",
    help: "Requests completed, by outcome and code of the answer",
    kind: "counter",
    read: requests,
  },
  {
    name: "kar98k_failures_total",
    help: "Requests without success, by kind of failure",
    kind: "counter",
    read: failures,
  },
  {
    name: "kar98k_missed_total",
    help: "Requests that were due and not sent, by reason",
    kind: "counter",
    read: ({ own: { missed } }) =>
      MISSED_REASONS.map((reason) => [missed[reason] ?? 0, { reason }]),
  },
  {
    name: "kar98k_target_tps",
    help: "Requests per second that the plan says for now",
    kind: "gauge",
    read: ({ plannedRate }) => [[plannedRate]],
  },
  {
    name: "kar98k_current_tps",
    help:
      "TPS setting in force: the base rate times the scale, before ramp, schedule, spikes and noise",
    kind: "gauge",
    read: (snapshot) => [[settingOf(snapshot)]],
  },
  {
    name: "kar98k_achieved_tps",
    help: "Requests sent in the last full second",
    kind: "gauge",
    read: ({ sentRate }) => [[sentRate]],
  },
  {
    name: "kar98k_active_workers",
    help: "Workers that are up",
    kind: "gauge",
    read: ({ workersUp }) => [[workersUp]],
  },
  {
    name: "kar98k_requests_in_flight",
    help: "Requests sent and not completed",
    kind: "gauge",
    read: ({ inFlight }) => [[inFlight]],
  },
  {
    name: "kar98k_spike_active",
    help: "1 while a spike shapes the rate, else 0",
    kind: "gauge",
    read: ({ spikeActive }) => [[Number(spikeActive)]],
  },
  {
    name: "kar98k_scenario_phase_index",
    help: "Number of the scenario that goes on, from 1; 0 when none does",
    kind: "gauge",
    read: ({ scenario, plan }) => [[
      scenario === null ? 0 : 1 + scenarioNames(plan.pattern).indexOf(scenario),
    ]],
  },
  {
    name: "kar98k_scenario_requests_total",
    help: "Arrivals completed in each scenario, by outcome",
    kind: "counter",
    read: ({ own }) =>
      own.scenarios.flatMap(({ scenario, ok, failed }): MetricSample[] => [
        [ok, { scenario, status: "success" }],
        [total(failed), { scenario, status: "error" }],
      ]),
  },
  {
    name: "kar98k_target_health",
    help: "1 when the target's last health checks were good, 0 when not",
    kind: "gauge",
    read: ({ targets }) =>
      targets.flatMap(({ name, healthy }): MetricSample[] =>
        healthy === null ? [] : [[Number(healthy), { target: name }]]
      ),
  },
  {
    name: "kar98k_journeys_started_total",
    help: "Journeys whose first request was sent",
    kind: "counter",
    read: ({ own }) =>
      own.journeys.map(({ name, sent }) => [sent, { journey: name }]),
  },
  {
    name: "kar98k_journeys_ended_total",
    help: "Journeys that are over: finished, failed or cancelled",
    kind: "counter",
    read: ({ own }) => own.journeys.flatMap(journeyEnds),
  },
  {
    name: "kar98k_journeys_open",
    help: "Journeys started and not over yet",
    kind: "gauge",
    read: ({ journeys }) =>
      journeys.map(({ name, open }) => [open, { journey: name }]),
  },
  {
    name: "kar98k_circuit_breaker_state",
    help: "1 while the circuit breaker holds traffic back, else 0",
    kind: "gauge",
    read: ({ breaker }) => [[Number(breaker.level < 1)]],
  },
  {
    name: "kar98k_threshold_state",
    help:
      "0 while a threshold is kept, 1 when it is not, 2 while it is not known",
    kind: "gauge",
    read: ({ verdict: { thresholds } }) =>
      thresholds.map(({ threshold: { text }, result }) => [
        RESULTS.indexOf(result),
        { threshold: text },
      ]),
  },
  {
    name: "kar98k_recovery_seconds",
    help:
      "Time within which half of the spikes were over for a target, from their planned ends; absent while that is not known",
    kind: "gauge",
    read: ({ recovery: { medians } }) =>
      medians.flatMap(({ target, medianMs }): MetricSample[] =>
        medianMs === null ? [] : [[medianMs / 1000, { target }]]
      ),
  },
  {
    name: "kar98k_circuit_breaker_level",
    help: "Share of the traffic that the circuit breaker lets through, 0 to 1",
    kind: "gauge",
    read: ({ breaker }) => [[breaker.level]],
  },
  {
    name: "kar98k_circuit_breaker_trips_total",
    help: "How often the circuit breaker tripped, failed probes included",
    kind: "counter",
    read: ({ own }) => [[own.breaker.trips]],
  },
  {
    name: "process_cpu_seconds_total",
    help: "CPU time of the process, user and system, in seconds",
    kind: "counter",
    read: ({ cost }) => [[cost.cpuSec]],
  },
  {
    name: "process_resident_memory_bytes",
    help: "Resident memory of the process in bytes",
    kind: "gauge",
    read: ({ cost }) => [[cost.rssBytes]],
  },
];

function journeyEnds({ name, ok, failed }: JourneyCounts): MetricSample[] {
  const cancelled = failed.aborted ?? 0;
  const ends = {
    finished: ok,
    failed: total(failed) - cancelled,
    cancelled,
  };
  return Object.entries(ends).map((
    [end, count],
  ) => [count, { journey: name, end }]);
}

/** The rate that is set, by the config or by an operator; of a part of the traffic, its share. */
function settingOf({ control, plan, share }: Snapshot): number {
  const { base, scale } = control;
  return (Number.isNaN(base) ? plan.pattern.base : base) * scale * share;
}

/**
 * Completed requests by outcome: answers by code, and what got no answer as
 * code `other`, so that all of them add up to the completed ones.
 */
function requests({ own }: Snapshot): MetricSample[] {
  return labelledCounts(own).flatMap(requestsOf);
}

function requestsOf(
  { counts: target, labels }: LabelledCounts,
): MetricSample[] {
  const { protocol, failed } = target;
  const counts = {
    success: new Map<string, number>(),
    error: new Map<string, number>(),
  };
  const add = (status: keyof typeof counts, code: string, count: number) => {
    counts[status].set(code, (counts[status].get(code) ?? 0) + count);
  };
  add("error", "other", total(failed) - (failed.status ?? 0));
  for (const [code, count] of target.status) {
    const failed = target.statusFailed.get(code) ?? 0;
    add("success", codeName(code, protocol), count - failed);
    add("error", codeName(code, protocol), failed);
  }
  return (["success", "error"] as const).flatMap((status) =>
    [...counts[status]].filter(([, count]) => count > 0)
      .map(([code, count]): MetricSample => [
        count,
        { ...labels, status, protocol, code },
      ])
  );
}

/** All kinds, 0 too: a series that first appears with its first failure hides it from `rate()`. */
function failures({ own }: Snapshot): MetricSample[] {
  return labelledCounts(own).flatMap(({ counts: { failed }, labels }) =>
    (labels.step === undefined ? TARGET_FAILURES : STEP_FAILURES)
      .map((kind): MetricSample => [failed[kind] ?? 0, { ...labels, kind }])
  );
}

/** Makes every instrument read one snapshot, and others that are not those of any run. */
export function observe(
  meter: Meter,
  snapshot: Snapshot,
  more: readonly Instrument[] = [],
): void {
  for (const { name, help, kind, read } of [...READINGS, ...more]) {
    const options = { description: help };
    const instrument = kind === "counter"
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
    instrument.addCallback((result) => {
      for (const [value, labels] of read(snapshot)) {
        result.observe(value, labels ?? {});
      }
    });
  }
}
