import { type Reading, type Times, timesOf } from "./reading.ts";

/** What a load generator tells of itself. */
export interface Told
  extends Partial<Pick<Reading, "lag" | "service" | "response">> {
  /** Those that were answered. */
  readonly requests: number;
  /** How long it sent, where that is not what it was asked for. */
  readonly seconds?: number;
}

/** oha with `--latency-correction` counts from the intended instant. */
export function tellsOha(json: string): Told {
  const { statusCodeDistribution, latencyPercentiles } = JSON.parse(json) as {
    readonly statusCodeDistribution: Readonly<Record<string, number>>;
    readonly latencyPercentiles: Readonly<Record<string, number | null>>;
  };
  const us = (name: string) => {
    const sec = latencyPercentiles[name];
    return typeof sec === "number" ? sec * 1e6 : null;
  };
  return {
    requests: statusCodeDistribution["200"] ?? 0,
    response: { p50: us("p50"), p90: us("p90"), p99: us("p99") },
  };
}

/** wrk2 tells twice: from the intended instant, and "uncorrected" from the sent one. */
export function tellsWrk2(text: string): Told {
  const [, corrected = "", uncorrected = ""] = text.split(
    /Latency Distribution/,
  );
  return {
    ...requestsOfWrk(text),
    response: percentLines(corrected),
    service: percentLines(uncorrected),
  };
}

/** wrk with `--latency`: each connection sends when it has its answer. */
export function tellsWrk(text: string): Told {
  const [, distribution = ""] = text.split(/Latency Distribution/);
  return { ...requestsOfWrk(text), service: percentLines(distribution) };
}

function requestsOfWrk(text: string): { requests: number; seconds: number } {
  const [, requests, seconds] = text.match(/(\d+) requests in ([\d.]+)s/) ?? [];
  return { requests: Number(requests), seconds: Number(seconds) };
}

/** Lines such as `50.000%  1.01ms` or `50%  61.00us`. */
function percentLines(text: string): Times {
  const us = (percent: number) => {
    const line = new RegExp(
      `^\\s*${percent}(?:\\.0+)?%\\s+([\\d.]+)(us|ms|s|m)\\s*$`,
      "m",
    ).exec(text);
    return line === null ? null : Number(line[1]) * US_OF[line[2]!]!;
  };
  return { p50: us(50), p90: us(90), p99: us(99) };
}

const US_OF: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1e3,
  s: 1e6,
  m: 6e7,
};

/**
 * `vegeta encode -to csv`: instant of sending, code, latency, … and the number
 * of the request. It sends request n at n/rate; the least late one is taken
 * to be on time, so its lag is one beside that.
 */
export function tellsVegeta(csv: string, ratePerSec: number): Told {
  const lines = csv.trim().split("\n").map((line) => line.split(","))
    .filter(([, code]) => code === "200");
  const sentUs = lines.map(([ns]) => Number(BigInt(ns!) / 10n) / 100);
  const startUs = lines.reduce(
    (least, line, i) => Math.min(least, sentUs[i]! - dueUs(line, ratePerSec)),
    Infinity,
  );
  const lag = Float64Array.from(
    lines,
    (line, i) => sentUs[i]! - startUs - dueUs(line, ratePerSec),
  );
  const service = Float64Array.from(lines, ([, , ns]) => Number(ns) / 1000);
  // Before they are sorted.
  const response = lag.map((us, i) => us + service[i]!);
  return {
    requests: lines.length,
    lag: timesOf(lag),
    service: timesOf(service),
    response: timesOf(response),
  };
}

/** Microseconds from the start of an attack to when a request was due. */
function dueUs(line: readonly string[], ratePerSec: number): number {
  return Number(line[8]) * 1e6 / ratePerSec;
}

/** k6's metrics; its duration leaves out the time to connect. */
export function tellsK6(json: string): Told {
  const metrics = JSON.parse(json) as {
    readonly http_reqs: { readonly values: { readonly count: number } };
    readonly http_req_failed: { readonly values: { readonly passes: number } };
    readonly http_req_duration: {
      readonly values: Readonly<Record<string, number>>;
    };
  };
  const { values } = metrics.http_req_duration;
  const us = (name: string) => values[name]! * 1000;
  return {
    requests: metrics.http_reqs.values.count -
      metrics.http_req_failed.values.passes,
    service: { p50: us("p(50)"), p90: us("p(90)"), p99: us("p(99)") },
  };
}

/** h2load's log: start, code, microseconds. */
export function tellsH2load(tsv: string): Told {
  const lines = tsv.trim().split("\n").map((line) => line.split("\t"))
    .filter(([, code]) => code === "200");
  const us = Float64Array.from(lines, ([, , duration]) => Number(duration));
  return { requests: us.length, service: timesOf(us) };
}

/** ghz's report; latencies in nanoseconds, from the sent instant. */
export function tellsGhz(json: string): Told {
  const { statusCodeDistribution, latencyDistribution } = JSON.parse(json) as {
    readonly statusCodeDistribution: { readonly OK?: number };
    readonly latencyDistribution:
      | readonly { readonly percentage: number; readonly latency: number }[]
      | null;
  };
  const us = (percent: number) => {
    const found = latencyDistribution
      ?.find(({ percentage }) => percentage === percent);
    return found === undefined ? null : found.latency / 1000;
  };
  return {
    requests: statusCodeDistribution.OK ?? 0,
    service: { p50: us(50), p90: us(90), p99: us(99) },
  };
}
