import type { RunState } from "../stats/mod.ts";
import { formatPercent, type Style } from "./format/mod.ts";

const STYLES: Readonly<Record<RunState, Style>> = {
  armed: "warn",
  firing: "ok",
  paused: "warn",
  tripped: "error",
  draining: "accent",
  stopped: "dim",
};

/**
 * The colour of a state, the same wherever it stands.
 *
 * @param state a `RunState`; perhaps one that only another version of kar has
 */
export function stateStyle(state: string): Style {
  return Object.hasOwn(STYLES, state) ? STYLES[state as RunState] : "dim";
}

/** What stands beside the state: scenario and phase of a run that fires, what a breaker lets through. */
export function besideState({ state, phase, scenario, level }: {
  readonly state: string;
  readonly phase: string;
  /** The one that goes on; null or empty = none. */
  readonly scenario: string | null;
  /** Share of the traffic that the breaker lets through. */
  readonly level: number;
}): string {
  if (state === "firing") return scenario ? `${scenario}: ${phase}` : phase;
  const isTrickling = state === "tripped" && level > 0;
  return isTrickling ? `lets ${formatPercent(level, 1)} through` : "";
}
