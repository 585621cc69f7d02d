import type { Component } from "./component.ts";

/** The multiplier that an operator has set. */
export const scale: Component<"scale", false> = {
  name: "scale",
  isPlanned: false,
  open: () => ({
    factorAt: (_, control) => control.scale,
    phaseAt: (_, control) => control.scale === 1 ? null : "manual",
    why: (_, control) =>
      control.scale === 1 ? "no operator has scaled it" : "set by an operator",
  }),
};
