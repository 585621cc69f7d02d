import type { RepeatPlan, ThinkPlan } from "../plan/mod.ts";
import { streamOf } from "../request/mod.ts";

/*
 * What is drawn for a journey beside its requests: by the arrival's key and
 * the names of journey and step, so that a step that is added changes nothing
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
