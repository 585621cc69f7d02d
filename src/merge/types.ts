import type { Control } from "../pattern/mod.ts";

/** Stretches of parts that one record tells at most: a part has one for each process that sent it. */
export const SPANS_MAX = 4096;

/** A part of the traffic: `part`, from 1, of `parts` equal ones. */
export interface PartName {
  readonly part: number;
  readonly parts: number;
}

/** A stretch of plan time in which a process counted a part of the traffic. */
export interface PartSpan extends PartName {
  readonly host: string;
  readonly runId: string;
  /** The first slot that it sent. */
  readonly fromSlot: number;
  /** The first slot that it did not count, at least not for certain. */
  readonly toSlot: number;
  /**
   * Arrivals of slots from `toSlot` on that it has counted all the same, less
   * those before it that it has not: workers of a process that was killed were
   * a slot apart.
   */
  readonly over: number;
  /** `killed` = nobody wrote an end: it was killed, or goes on. */
  readonly end: "ended" | "killed";
  /** What its operators and its breaker had made of the plan by then. */
  readonly control: Control;
  /** The plan that it ended with; absent = merged by an older kar. */
  readonly planId?: string;
  /** The run of a fleet that it belonged to; absent = it had no bus. */
  readonly fleet?: string;
}

/** Why a part of the plan is in no record. */
export type HoleReason =
  /** No record tells of these lanes. */
  | "absent"
  /** It joined after the traffic had begun. */
  | "late"
  /** It was killed; the last of it may have been sent, and nobody wrote it down. */
  | "killed"
  /** It ended before others did. */
  | "stopped";

/** Requests of the plan that no record tells of. */
export interface PartHole extends PartName {
  /** Plan time, milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly due: number;
  readonly why: HoleReason;
}

/**
 * What a member of a fleet that was cut off has sent while another one had begun
 * to send its part.
 */
export interface PartDouble extends PartName {
  /** Plan time, milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly due: number;
}

/** What several parts came to together, beside their counts. */
export interface MergedParts {
  /** In the order of parts and time. */
  readonly spans: readonly PartSpan[];
  readonly holes: readonly PartHole[];
  /** Absent = none. */
  readonly doubled?: readonly PartDouble[];
}

/** Requests of holes of which nobody knows whether they were sent. */
export function notConfirmed(holes: readonly PartHole[]): number {
  return holes.filter(({ why }) => why === "killed" || why === "absent")
    .reduce((sum, { due }) => sum + due, 0);
}

/** All requests of some holes, or of what was sent twice. */
export function dueIn(holes: readonly Pick<PartHole, "due">[]): number {
  return holes.reduce((sum, { due }) => sum + due, 0);
}
