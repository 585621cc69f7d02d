import { formatDuration, SLOT_MS } from "../../base/mod.ts";
import type { Component } from "./component.ts";

/** Linear from 0 to 1 after each `fire`. */
export const ramp: Component<"ramp", true> = {
  name: "ramp",
  isPlanned: true,
  open: ({ rampUpMs }) => {
    const factorAt = (slot: number, firedSlot: number | null): number => {
      if (firedSlot === null || rampUpMs === 0) return 1;
      const ms = (slot - firedSlot + 0.5) * SLOT_MS;
      return Math.min(1, Math.max(0, ms / rampUpMs));
    };
    return {
      factorAt: (slot, { firedSlot }) => factorAt(slot, firedSlot),
      phaseAt: (slot, { firedSlot }) =>
        factorAt(slot, firedSlot) < 1 ? "ramp" : null,
      why: (slot, { firedSlot }) => {
        if (rampUpMs === 0) return "no ramp is configured";
        if (firedSlot === null) return "not fired yet";
        if (factorAt(slot, firedSlot) === 1) return "the ramp is over";
        const sinceMs = Math.max(0, (slot - firedSlot) * SLOT_MS);
        return `fired ${formatDuration(sinceMs)} ago, full after ${
          formatDuration(rampUpMs)
        }`;
      },
    };
  },
};
