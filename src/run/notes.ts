import { formatDuration, isoTime, SLOT_MS, slotStartMs } from "../base/mod.ts";
import type { RunState } from "../stats/mod.ts";
import type { PlanClock } from "./plan_clock.ts";
import type { RunOptions } from "./types.ts";

/** Warnings that a run keeps; the first ones tell the most. */
const WARNINGS_MAX = 100;

/** The log lines and warnings of a run. */
export interface Notes {
  /** Logs one line. */
  readonly log: (line: string) => void;
  /** Logs one line, and keeps it for snapshot and report. */
  readonly warn: (line: string) => void;
  /** As `warn`, unless the same line was said before. */
  readonly warnOnce: (line: string) => void;
  /** Logs one line as a warning without keeping it: the snapshot has it as a number. */
  readonly alarm: (line: string) => void;
  /** The lines that were kept. */
  readonly warnings: readonly string[];
}

/** Notes that go to the run's listeners. */
export function openNotes(say: RunOptions["log"]): Notes {
  const warnings: string[] = [];
  const log = (line: string) => say?.(line, "info");
  const alarm = (line: string) => say?.(line, "warn");
  const warn = (line: string) => {
    if (warnings.length < WARNINGS_MAX) warnings.push(line);
    alarm(line);
  };
  const said = new Set<string>();
  const warnOnce = (line: string) => {
    if (said.has(line) || said.size >= WARNINGS_MAX) return;
    said.add(line);
    warn(line);
  };
  return { log, warn, warnOnce, alarm, warnings };
}

/** How a run begins, as far as its notes tell it. */
interface Start {
  readonly planClock: Pick<
    PlanClock,
    "isWaiting" | "begunMs" | "startSlot" | "fireSlot"
  >;
  readonly state: RunState;
  readonly wallMs: number;
}

/** Says how a run begins. */
export function tellStart({ log, warn }: Notes, start: Start): void {
  const { fireSlot, startSlot } = start.planClock;
  if (fireSlot < startSlot) {
    const late = formatDuration((startSlot - fireSlot) * SLOT_MS);
    warn(`Joined ${late} after the traffic began: nothing of that is sent`);
  }
  log(describeStart(start));
}

function describeStart({ planClock, state, wallMs }: Start): string {
  const { begunMs, startSlot, isWaiting } = planClock;
  if (state === "draining") {
    return "Nothing is left to send: the duration is over already";
  }
  if (isWaiting) {
    const inMs = Math.ceil((begunMs - wallMs) / 1000) * 1000;
    return `Begins at ${isoTime(begunMs)}, in ${formatDuration(inMs)}`;
  }
  const from = isoTime(slotStartMs(startSlot));
  return `${state[0]!.toUpperCase()}${state.slice(1)} from ${from}`;
}
