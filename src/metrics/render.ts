import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import type { PartState, Snapshot } from "../stats/mod.ts";
import { collectMetrics } from "./collect.ts";
import { EXPLICIT, histogramMetrics } from "./histograms.ts";

/** A snapshot, and how each part of a fleet's run is, in the Prometheus text format 0.0.4. */
export async function renderMetrics(
  snapshot: Snapshot,
  parts?: readonly PartState[],
): Promise<string> {
  const metrics = await collectMetrics(snapshot, {
    resource: {},
    parts,
    histograms: (shown) => histogramMetrics(shown, EXPLICIT),
  });
  // No prefix, timestamps, resource labels, target_info or scope labels.
  return new PrometheusSerializer("", false, undefined, true, true)
    .serialize(metrics);
}
