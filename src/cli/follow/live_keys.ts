import { messageOf } from "../../base/mod.ts";
import type { Action, Run } from "../../run/mod.ts";
import { SCALE_MAX } from "../../pattern/mod.ts";
import { formatRate, isWaiting } from "../../report/mod.ts";
import type { Command } from "../../screen/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";

/** One press of + or −. */
const SCALE_STEP = 1.1;
/** Digits of a scale: enough for − to take back what + did. */
const SCALE_DIGITS = 3;
const SCALE_MIN = 0.01;

/** Options of `LiveKeys`, besides the run. */
export interface LiveKeysOptions {
  /** Does what a signal does: drains, and at the second call stops. */
  readonly stop: () => void;
  /** Shows a line to whoever pressed the key. */
  readonly tell: (line: string) => void;
}

/** Turns the keys of the live screen into changes of its run. */
export class LiveKeys {
  readonly #run: Run;
  readonly #o: LiveKeysOptions;
  /** Presses of + less presses of − that no change was made of yet. */
  #steps = 0;
  #isScaling = false;
  #isEnding = false;

  constructor(run: Run, options: LiveKeysOptions) {
    this.#run = run;
    this.#o = options;
  }

  press(key: Command): void {
    switch (key) {
      case "stop":
        return void this.#end();
      case "interrupt":
        return this.#o.stop();
      case "toggle":
        return void this.#apply(toggled(this.#run.snapshot()));
      case "spike":
        return void this.#apply({ kind: "spike" });
      case "faster":
      case "slower":
        this.#steps += key === "faster" ? 1 : -1;
        if (!this.#isScaling) void this.#scale();
    }
  }

  /** Ends all parts of a fleet's run, and this process alone at the second press; whoever only watches leaves. */
  async #end(): Promise<void> {
    const run = this.#run;
    const { state } = run.snapshot();
    const isOver = this.#isEnding || state === "draining" ||
      state === "stopped";
    if (isOver || quitOf(run) !== "stop all") return this.#o.stop();
    this.#isEnding = true;
    try {
      await run.endAll!();
    } catch (error) {
      this.#o.tell(`${messageOf(error)}; q once more ends this part alone`);
    }
  }

  /** One change at a time: a key that is held down comes to a few, not to hundreds. */
  async #scale(): Promise<void> {
    this.#isScaling = true;
    // What was pressed together is one change.
    await Promise.resolve();
    while (this.#steps !== 0) {
      const steps = this.#steps;
      this.#steps = 0;
      const snapshot = this.#run.snapshot();
      const value = scaled(snapshot, steps);
      if (value === snapshot.control.scale) {
        this.#o.tell(boundText(snapshot, steps));
      } else await this.#apply({ kind: "scale", value });
    }
    this.#isScaling = false;
  }

  async #apply(action: Action): Promise<void> {
    try {
      await this.#run.apply(action);
    } catch (error) {
      this.#o.tell(messageOf(error));
    }
  }
}

/** What q does, in words. */
export function quitOf({ endAll, parts }: Run): string {
  if (parts?.part === 0) return "leave";
  return endAll === undefined ? "stop" : "stop all";
}

function toggled(snapshot: Snapshot): Action {
  const { state } = snapshot;
  // One that waits fires by itself.
  if (state === "armed") {
    return { kind: isWaiting(snapshot) ? "pause" : "fire" };
  }
  return { kind: state === "paused" ? "resume" : "pause" };
}

/**
 * The scale some steps away from the one that is promised, whoever set it. Up
 * it goes as far as the base rate alone reaches the maximum: more changes
 * little now, and takes as long to take back.
 */
function scaled(snapshot: Snapshot, steps: number): number {
  const { scale } = snapshot.control;
  const wanted = Math.max(SCALE_MIN, scale) * SCALE_STEP ** steps;
  const rounded = Number(wanted.toPrecision(SCALE_DIGITS));
  if (steps < 0) return Math.min(scale, Math.max(SCALE_MIN, rounded));
  return Math.max(scale, Math.min(boundOf(snapshot), rounded));
}

function boundOf({ control, plan }: Snapshot): number {
  const { base, max } = ratesOf({ control, plan });
  const bound = Math.max(1, max / base);
  return Math.min(SCALE_MAX, Number(bound.toPrecision(SCALE_DIGITS)));
}

/** The rates in force. */
function ratesOf({ control, plan }: Pick<Snapshot, "control" | "plan">) {
  const { base, max } = plan.pattern;
  return {
    base: Number.isNaN(control.base) ? base : control.base,
    max: Number.isNaN(control.max) ? max : control.max,
  };
}

function boundText(snapshot: Snapshot, steps: number): string {
  const { scale } = snapshot.control;
  if (steps < 0) return `The scale is ×${scale} already; ENTER pauses`;
  const { base, max } = ratesOf(snapshot);
  return `The scale is ×${scale} already: base ${formatRate(base)}, max ${
    formatRate(max)
  }`;
}
