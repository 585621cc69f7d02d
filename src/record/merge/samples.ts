import { type Plan, seriesName } from "../../plan/mod.ts";
import { Samples } from "../../stats/mod.ts";
import type { StoredSample } from "../meta.ts";
import { samplesOf } from "../read/mod.ts";
import type { PartRecord } from "./parts.ts";

/** Of the requests that parts have kept as examples those that one run would have kept. */
export function mergedSamples(
  parts: readonly PartRecord[],
  plan: Plan,
): StoredSample[] {
  const all = new Samples();
  for (const { reader, run } of parts) {
    for (const sample of samplesOf(reader, { ...run, plan })) all.add(sample);
  }
  return all.list.map((sample) => ({
    ...sample,
    target: seriesName(plan, sample.target),
  }));
}
