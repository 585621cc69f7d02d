import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import {
  type CollectionResult,
  MeterProvider,
  type MetricProducer,
  MetricReader,
} from "@opentelemetry/sdk-metrics";
import { printable } from "../base/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import { histogramMetrics } from "./histograms.ts";
import { observe } from "./instruments.ts";

/** Series of one metric: enough for 64 targets, as many as a run has, with 300 codes each. */
const SERIES_MAX = 20_000;
const SCOPE = { name: "kar98k" };

type Resource = CollectionResult["resourceMetrics"]["resource"];

/** Prometheus says itself where a metric comes from. */
const NO_RESOURCE: Resource = {
  attributes: {},
  merge: (other) => other ?? NO_RESOURCE,
  getRawAttributes: () => [],
};

/**
 * A snapshot in the Prometheus text format 0.0.4.
 *
 * Each call has a meter provider of its own, which is cheap: so a scrape sees
 * one snapshot, whatever else is scraped at the time, and no series is left
 * over from an earlier one.
 */
export async function renderMetrics(snapshot: Snapshot): Promise<string> {
  const shown = withPrintableNames(snapshot);
  const reader = new ScrapeReader({
    cardinalitySelector: () => SERIES_MAX,
    metricProducers: [histogramProducer(shown)],
  });
  const provider = new MeterProvider({
    resource: NO_RESOURCE,
    readers: [reader],
  });
  observe(provider.getMeter(SCOPE.name), shown);
  const { resourceMetrics } = await reader.collect();
  // No prefix, timestamps, resource labels, target_info or scope labels.
  return new PrometheusSerializer("", false, undefined, true, true)
    .serialize(resourceMetrics);
}

/** A target's name becomes a label. */
function withPrintableNames(snapshot: Snapshot): Snapshot {
  const { own, targets } = snapshot;
  return {
    ...snapshot,
    targets: targets.map(printablyNamed),
    own: { ...own, targets: own.targets.map(printablyNamed) },
  };
}

function printablyNamed<Target extends { readonly name: string }>(
  target: Target,
): Target {
  return { ...target, name: printable(target.name) };
}

function histogramProducer(snapshot: Snapshot): MetricProducer {
  const metrics = histogramMetrics(snapshot);
  const scopeMetrics = [{ scope: SCOPE, metrics }];
  return {
    collect: () =>
      Promise.resolve({
        errors: [],
        resourceMetrics: { resource: NO_RESOURCE, scopeMetrics },
      }),
  };
}

/** Collects when it is asked; has nothing to flush or to close. */
class ScrapeReader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}
