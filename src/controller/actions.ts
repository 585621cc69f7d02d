import { KarError } from "../base/mod.ts";
import type { Control, EventKind, TrafficEvent } from "../pattern/mod.ts";
import type { RunState } from "../stats/mod.ts";
import type { Action } from "./types.ts";

/** Which state the events have brought a run to, as long as it sends. */
export function stateOf(control: Control): RunState {
  if (control.firedSlot === null) return "armed";
  if (control.paused) return "paused";
  return control.level < 1 ? "tripped" : "firing";
}

/** States in which an action makes sense; the others can be had in any open state. */
const NEEDS: Partial<Record<string, readonly RunState[]>> = {
  fire: ["armed"],
  pause: ["firing", "tripped"],
  resume: ["paused", "tripped"],
};

/**
 * Refuses an action that the state does not allow.
 *
 * @throws {KarError} naming action and state
 */
export function checkAction(
  action: Action | { readonly kind: "reload" },
  state: RunState,
): void {
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

/** The event that an action becomes. */
export function eventOf(
  action: Action,
): Partial<TrafficEvent> & { kind: EventKind } {
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
export function describe(action: Action): string {
  switch (action.kind) {
    case "spike":
      return `Spike ×${action.factor} for ${action.durationMs} ms`;
    case "fire":
    case "pause":
    case "resume":
      return action.kind[0]!.toUpperCase() + action.kind.slice(1);
    default:
      return `Set ${action.kind} to ${action.value ?? "the plan's value"}`;
  }
}
