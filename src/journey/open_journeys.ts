import { type JourneyPlan, journeySeries, stepsOf } from "../plan/mod.ts";
import type { CompileJsonPath } from "./capture.ts";
import {
  type OpenJourneyPlan,
  openJourneyPlan,
  type OpenJourneysOptions,
} from "./open_plan.ts";

/** Makes all journeys of a plan ready. */
export async function openJourneys(
  options: Omit<OpenJourneysOptions, "compileJsonPath">,
): Promise<OpenJourneyPlan[]> {
  const { journeys = [] } = options.plan;
  const compileJsonPath = await jsonPathOf(journeys);
  return journeys.map((journey, i) =>
    openJourneyPlan(journey, journeySeries(i), { ...options, compileJsonPath })
  );
}

/** The library is loaded only where a plan has a JSONPath. */
export async function jsonPathOf(
  journeys: readonly Pick<JourneyPlan, "items">[],
): Promise<CompileJsonPath> {
  const isNeeded = journeys.flatMap(stepsOf)
    .some(({ capture }) => capture.some(({ from }) => from.kind === "json"));
  if (!isNeeded) return () => () => undefined;
  return (await import("./json_path.ts")).compileJsonPath;
}
