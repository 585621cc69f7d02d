import {
  type CollectionResult,
  MeterProvider,
  type MetricData,
  type MetricProducer,
  MetricReader,
  type ResourceMetrics,
} from "@opentelemetry/sdk-metrics";
import type { Attributes } from "@opentelemetry/api";
import { printable } from "../base/mod.ts";
import type { PartState, Snapshot } from "../stats/mod.ts";
import { observe } from "./instruments.ts";
import { partInstruments } from "./parts.ts";

/** Series of one metric: enough for 64 targets, as many as a run has, with 300 codes each. */
const SERIES_MAX = 20_000;
const SCOPE = { name: "kar98k" };

type Resource = CollectionResult["resourceMetrics"]["resource"];

/** How a snapshot becomes metrics. */
export interface CollectOptions {
  /** Of what the metrics are; Prometheus says that itself. */
  readonly resource: Attributes;
  /** The histograms, in the form that the receiver takes. */
  readonly histograms: (snapshot: Snapshot) => MetricData[];
  /** The parts of a fleet's run; absent = it is none. */
  readonly parts?: readonly PartState[] | undefined;
}

/**
 * Every metric of a snapshot: one list of series for all who receive them.
 *
 * Each call has a meter provider of its own, which is cheap: so a receiver sees
 * one snapshot, whatever else is read at the time, and no series is left over
 * from an earlier one.
 */
export async function collectMetrics(
  snapshot: Snapshot,
  { resource, histograms, parts = [] }: CollectOptions,
): Promise<ResourceMetrics> {
  const shown = withPrintableNames(snapshot);
  const source = resourceOf(resource);
  const reader = new ScrapeReader({
    cardinalitySelector: () => SERIES_MAX,
    metricProducers: [producerOf(histograms(shown), source)],
  });
  const provider = new MeterProvider({ resource: source, readers: [reader] });
  observe(provider.getMeter(SCOPE.name), shown, partInstruments(parts));
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics;
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

/** The SDK's own adds what it finds of the process: these say only what they are given. */
function resourceOf(attributes: Attributes): Resource {
  const resource: Resource = {
    attributes,
    merge: (other) => other ?? resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

function producerOf(
  metrics: MetricData[],
  resource: Resource,
): MetricProducer {
  const scopeMetrics = [{ scope: SCOPE, metrics }];
  return {
    collect: () =>
      Promise.resolve({
        errors: [],
        resourceMetrics: { resource, scopeMetrics },
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
