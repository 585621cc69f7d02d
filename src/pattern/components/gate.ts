import type { Control } from "../events.ts";
import type { Component } from "./component.ts";

/** 0 when armed, paused or tripped; otherwise the share that the breaker lets through. */
export function gateOf(control: Control): number {
  return control.firedSlot === null || control.paused ? 0 : control.level;
}

/** Whether anything is sent at all. */
export const gate: Component<"gate", false> = {
  name: "gate",
  isPlanned: false,
  open: () => ({
    factorAt: (_, control) => gateOf(control),
    why: (_, control) => {
      if (control.firedSlot === null) return "armed: nothing is sent yet";
      if (control.paused) return "paused by an operator";
      if (control.level === 1) return "open";
      return "the circuit breaker holds traffic back";
    },
  }),
};
