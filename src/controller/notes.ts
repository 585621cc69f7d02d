import { isoTime, slotStartMs } from "../base/mod.ts";
import type { RunState } from "../stats/mod.ts";
import type { RunOptions } from "./types.ts";

/** Warnings that a run keeps; the first ones tell the most. */
const WARNINGS_MAX = 100;

/** What a run has to say. */
export interface Notes {
  /** Says one line. */
  readonly log: (line: string) => void;
  /** Says one line, and keeps it for snapshot and report. */
  readonly warn: (line: string) => void;
  /** As `warn`, but nothing that was said before. */
  readonly warnOnce: (line: string) => void;
  /** Says one line as a warning, and keeps it nowhere: the snapshot has it as a number. */
  readonly alarm: (line: string) => void;
  /** The lines that were kept. */
  readonly warnings: readonly string[];
}

/** Notes that are said to whoever listens. */
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

/** How a run begins, for the log. */
export function describeStart(state: RunState, slot: number): string {
  if (state === "draining") {
    return "Nothing is left to send: the duration was over before it went on";
  }
  const from = isoTime(slotStartMs(slot));
  return `${state[0]!.toUpperCase()}${state.slice(1)} from ${from}`;
}
