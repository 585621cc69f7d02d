import { thinkMs, timesOf } from "../draws.ts";
import type { OpenJourney } from "../open_journey.ts";
import type { OpenStep } from "../open_plan.ts";

/**
 * Moves a journey to its next request.
 *
 * @returns milliseconds of thinking before it; −1 = there is none
 */
export function nextRequest(journey: OpenJourney): number {
  const { step, plan } = journey;
  let ms = step.plan.think === null
    ? 0
    : thinkMs(step.plan.think, journey.unit(step.streams.think));
  const mayRepeat = journey.iteration + 1 < journey.times;
  if (mayRepeat && (step.goesOn === null || step.goesOn(journey))) {
    journey.iteration++;
    return ms;
  }
  journey.iteration = 0;
  for (let at = journey.item + 1; at < plan.items.length; at++) {
    const item = plan.items[at]!;
    if (item.kind === "think") {
      ms += thinkMs(item.think, journey.unit(item.stream));
      continue;
    }
    if (!isSent(item, journey)) continue;
    journey.item = at;
    journey.times = timesOf(
      item.plan.repeat,
      journey.unit(item.streams.repeat),
    );
    return ms;
  }
  return -1;
}

function isSent(
  { plan, when, streams }: OpenStep,
  journey: OpenJourney,
): boolean {
  if (when !== null && !when(journey)) return false;
  return plan.probability >= 1 ||
    journey.unit(streams.probability) < plan.probability;
}
