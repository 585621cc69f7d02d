import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import type { Snapshot } from "../stats/mod.ts";
import { collectMetrics } from "./collect.ts";
import { EXPLICIT, histogramMetrics } from "./histograms.ts";

/** A snapshot in the Prometheus text format 0.0.4. */
export async function renderMetrics(snapshot: Snapshot): Promise<string> {
  const metrics = await collectMetrics(snapshot, {
    resource: {},
    histograms: (shown) => histogramMetrics(shown, EXPLICIT),
  });
  // No prefix, timestamps, resource labels, target_info or scope labels.
  return new PrometheusSerializer("", false, undefined, true, true)
    .serialize(metrics);
}
