import { formatDuration, KarError } from "../base/mod.ts";
import {
  checkSetting,
  checkSpike,
  type Control,
  type Pattern,
} from "../pattern/mod.ts";
import type { RunState } from "../stats/mod.ts";
import type { Undated } from "./event_writer.ts";
import type { Action } from "./types.ts";

/** The state that the events have brought a run to, while it sends. */
export function stateOf(control: Control): RunState {
  if (control.firedSlot === null) return "armed";
  if (control.paused) return "paused";
  return control.level < 1 ? "tripped" : "firing";
}

/** States in which an action makes sense; other actions are possible in every open state. */
const NEEDS: Partial<Record<string, readonly RunState[]>> = {
  fire: ["armed"],
  pause: ["firing", "tripped"],
  resume: ["paused", "tripped"],
};

/**
 * Refuses an action whose values are out of bounds, or that the state does not
 * allow.
 *
 * @throws {KarError} naming action, and value or state
 */
export function checkAction(
  action: Action | { readonly kind: "reload" },
  state: RunState,
): void {
  checkBounds(action);
  const isOver = state === "draining" || state === "stopped";
  const needed = NEEDS[action.kind];
  if (!isOver && (needed === undefined || needed.includes(state))) return;
  const hint = needed === undefined || isOver
    ? ""
    : `; it must be ${needed.join(" or ")}`;
  throw new KarError(
    "usage",
    `Cannot ${action.kind}: the run is ${state}${hint}`,
  );
}

/** Height of a spike where neither the operator nor the plan says one. */
const SPIKE_FACTOR = 3;
const SPIKE_MS = 10_000;

/**
 * Refuses an action whose values are out of bounds.
 *
 * @throws {KarError} `usage` naming the value and what would be right
 */
export function checkBounds(
  action: Action | { readonly kind: "reload" },
): void {
  switch (action.kind) {
    case "base":
    case "max":
    case "scale":
      return checkSetting(action.kind, action.value);
    case "spike":
      return checkSpike(action);
  }
}

type SpikeAction = Extract<Action, { kind: "spike" }>;
/** An action with every value given. */
export type WholeAction =
  | Exclude<Action, SpikeAction>
  | { readonly kind: "spike"; factor: number; durationMs: number };

/** An action, with the plan's values where it gives none. */
export function whole(action: Action, { spikes }: Pattern): WholeAction {
  if (action.kind !== "spike") return action;
  const { factor = spikes?.factor ?? SPIKE_FACTOR, durationMs = SPIKE_MS } =
    action;
  return { kind: "spike", factor, durationMs };
}

/** The event that an action becomes. */
export function eventOf(action: WholeAction): Undated {
  switch (action.kind) {
    case "fire":
    case "pause":
    case "resume":
      return { kind: action.kind };
    case "spike":
      return {
        kind: "spike",
        value: action.factor,
        durationMs: action.durationMs,
      };
    default:
      return { kind: action.kind, value: action.value ?? NaN };
  }
}

/** An action in words, for the log. */
export function describe(action: WholeAction): string {
  switch (action.kind) {
    case "spike":
      return `Spike ×${action.factor} for ${formatDuration(action.durationMs)}`;
    case "fire":
    case "pause":
    case "resume":
      return action.kind[0]!.toUpperCase() + action.kind.slice(1);
    default:
      return `Set ${action.kind} to ${action.value ?? "the plan's value"}`;
  }
}
