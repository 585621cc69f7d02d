import type { Attributes, HrTime } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import type { MetricData, ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { messageOf } from "../base/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import { collectMetrics } from "./collect.ts";
import { EXPONENTIAL } from "./exponential.ts";
import { histogramMetrics } from "./histograms.ts";

/** Where metrics are sent, and as whose. */
export interface OtlpOptions {
  /** The whole address, `/v1/metrics` and all. */
  readonly url: string;
  /** What they are told to be of: name and version of the service. */
  readonly resource: Attributes;
}

/** A receiver that takes longer, tries anew and all, has not taken it: less than the end of a run waits. */
const TIMEOUT_MS = 2500;
/** `ExportResultCode.SUCCESS` of OpenTelemetry, which is a constant of its types only. */
const SUCCESS = 0;

/** Sends metrics by OTLP over HTTP, in JSON; headers come from `OTEL_EXPORTER_OTLP_HEADERS`. */
export class OtlpSender {
  readonly #exporter: OTLPMetricExporter;
  readonly #resource: Attributes;

  constructor({ url, resource }: OtlpOptions) {
    this.#exporter = new OTLPMetricExporter({
      url,
      timeoutMillis: TIMEOUT_MS,
    });
    this.#resource = resource;
  }

  /**
   * Sends all metrics of a snapshot.
   *
   * @returns why they did not arrive; null = they did
   */
  async send(snapshot: Snapshot): Promise<string | null> {
    const resource = {
      ...this.#resource,
      "kar.run_id": snapshot.runId,
      "kar.plan_id": snapshot.plan.planId,
    };
    const metrics = dated(
      await collectMetrics(snapshot, {
        resource,
        histograms: (shown) => histogramMetrics(shown, EXPONENTIAL),
      }),
      snapshot,
    );
    const { promise, resolve } = Promise.withResolvers<string | null>();
    this.#exporter.export(metrics, ({ code, error }) => {
      resolve(code === SUCCESS ? null : messageOf(error ?? "no answer"));
    });
    return await promise;
  }

  close(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

/** Sums since the run began, as of now: without that each message would be a new beginning. */
function dated(
  metrics: ResourceMetrics,
  { begunMs, startMs, nowMs }: Snapshot,
): ResourceMetrics {
  const startTime = hrTime(begunMs);
  const endTime = hrTime(begunMs + nowMs - startMs);
  const datedMetric = (metric: MetricData) =>
    ({
      ...metric,
      dataPoints: metric.dataPoints.map((point) => ({
        ...point,
        startTime,
        endTime,
      })),
    }) as MetricData;
  return {
    ...metrics,
    scopeMetrics: metrics.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map(datedMetric),
    })),
  };
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), Math.round(ms % 1000) * 1e6];
}

/** The variables of OpenTelemetry that say where metrics go. */
export type OtlpEnv = (name: string) => string | undefined;

const METRICS_PATH = "/v1/metrics";

/**
 * Where metrics go: what the config says, else OpenTelemetry's variables.
 *
 * @param endpoint the base, to which `/v1/metrics` is added
 * @returns null where nobody wants them
 */
export function otlpUrl(
  endpoint: string | null,
  env: OtlpEnv,
): string | null {
  if (endpoint !== null) return withPath(endpoint);
  const isOff = env("OTEL_SDK_DISABLED")?.toLowerCase() === "true" ||
    env("OTEL_METRICS_EXPORTER") === "none";
  if (isOff) return null;
  const whole = env("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
  if (whole) return whole;
  const base = env("OTEL_EXPORTER_OTLP_ENDPOINT");
  return base ? withPath(base) : null;
}

function withPath(base: string): string {
  return base.endsWith(METRICS_PATH)
    ? base
    : `${base.replace(/\/+$/, "")}${METRICS_PATH}`;
}
