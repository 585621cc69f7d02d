import {
  JOURNEY_REQUESTS_MAX,
  type JourneyPlan,
  type RepeatPlan,
  type StepPlan,
  stepsOf,
  type ThinkPlan,
} from "../plan/mod.ts";
import { ArrivalDraws, type DrawKey, streamOf } from "../request/mod.ts";

/*
 * What is drawn for a journey besides its requests: by the arrival's key and
 * the names of journey and step, so that a step that is added changes no draw
 * of the others.
 */

/** The stream of one thing that is drawn for a journey. */
export function journeyStream(
  ...names: readonly (string | number)[]
): number {
  return streamOf("journey", ...names);
}

/** Milliseconds of thinking, by a draw in [0, 1). */
export function thinkMs({ law, meanMs }: ThinkPlan, u: number): number {
  return law === "constant" ? meanMs : -Math.log1p(-u) * meanMs;
}

/** How often a step is sent, by a draw in [0, 1); at most, where a condition decides. */
export function timesOf(repeat: RepeatPlan, u: number): number {
  if (repeat.kind !== "times") return repeat.most;
  const { from, to } = repeat;
  return from === to ? from : from + Math.floor(u * (to - from + 1));
}

/**
 * The requests of a journey that its arrival alone decides, as they are sent if
 * every answer is a success. What depends on an answer is left out: steps with
 * `when`, and repeats up to a condition, of which only the first is certain.
 */
export class ForeseenJourney {
  readonly #steps: readonly ForeseenStep[];
  readonly #draws: ArrivalDraws;

  constructor(journey: JourneyPlan, seed: number) {
    this.#draws = new ArrivalDraws(seed, () => 0);
    // The requests of a script are known only when it runs.
    const steps = journey.script === undefined ? stepsOf(journey) : [];
    this.#steps = steps.filter(({ when }) => when === null)
      .map((step) => ({
        step,
        chance: journeyStream(journey.name, step.name, "probability"),
        repeats: journeyStream(journey.name, step.name, "repeat"),
      }));
  }

  /** Reports each request of an arrival: its step, and how often that was sent before. */
  each(
    arrival: DrawKey,
    tell: (step: StepPlan, iteration: number) => void,
  ): void {
    let requests = 0;
    this.#draws.begin(arrival);
    for (const { step, chance, repeats } of this.#steps) {
      const { probability, repeat } = step;
      if (probability < 1 && this.#draws.unit(chance) >= probability) continue;
      const times = repeat.kind === "times"
        ? timesOf(repeat, this.#draws.unit(repeats))
        : 1;
      for (let i = 0; i < times; i++) {
        if (requests++ === JOURNEY_REQUESTS_MAX) return;
        tell(step, i);
      }
    }
  }
}

interface ForeseenStep {
  readonly step: StepPlan;
  /** Streams of its draws. */
  readonly chance: number;
  readonly repeats: number;
}

/** Steps of which answers decide how often they are sent. */
export function unforeseenSteps(
  journey: Pick<JourneyPlan, "items">,
): StepPlan[] {
  return stepsOf(journey).filter(({ when, repeat }) =>
    when !== null || repeat.kind !== "times"
  );
}
