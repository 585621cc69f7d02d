import type { FailureKind } from "../protocol/mod.ts";
import type { RequestSample } from "./samples/mod.ts";

/** Distinct reasons that are kept of each target and kind: the first ones. */
export const REASONS_MAX = 5;

/** Why requests of one target failed. */
export interface Reason {
  readonly kind: FailureKind;
  /** The answer's code where the kind is `status`; else null. */
  readonly code: number | null;
  /** One printable line of at most `EXCERPT_CHARS_MAX` characters. */
  readonly reason: string;
  /** Requests that failed so. */
  readonly count: number;
}

/** A reason, and the number of the series that it is about. */
export interface TargetReason extends Reason {
  readonly target: number;
}

/** The message in which a worker reports failures. */
export interface ReasonBatch {
  /** How often each reason occurred since the last report. */
  readonly reasons: readonly TargetReason[];
  /** Why the last request failed; null = requests failed only because the run ended. */
  readonly newest: TargetReason | null;
  /** Requests that are kept as examples; absent = there are no new ones. */
  readonly samples?: readonly RequestSample[];
}

/** One reason, being counted. */
interface CountedReason extends Reason {
  count: number;
}

/**
 * Reasons by target and kind, with their counts. What comes after the first
 * `REASONS_MAX` of a target and kind is counted elsewhere, under its kind
 * alone, so memory does not grow with what peers say.
 */
export class Reasons {
  readonly #byTarget = new Map<number, Map<FailureKind, CountedReason[]>>();

  /**
   * Adds to the count of a reason.
   *
   * @returns `new` for a reason that was not there; `full` when there is no
   *   room for it
   */
  add(
    { target, kind, code, reason, count }: TargetReason,
  ): "new" | "known" | "full" {
    const entries = this.#entries(target, kind);
    const known = entries.find((entry) =>
      entry.code === code && entry.reason === reason
    );
    if (known !== undefined) {
      known.count += count;
      return "known";
    }
    if (entries.length >= REASONS_MAX) return "full";
    entries.push({ kind, code, reason, count });
    return "new";
  }

  /** The reasons of one target, in the order in which they came up. */
  of(target: number): Reason[] {
    const kinds = [...this.#byTarget.get(target)?.values() ?? []];
    return kinds.flatMap((entries) => entries.map((entry) => ({ ...entry })));
  }

  #entries(target: number, kind: FailureKind): CountedReason[] {
    let kinds = this.#byTarget.get(target);
    if (kinds === undefined) {
      kinds = new Map();
      this.#byTarget.set(target, kinds);
    }
    let entries = kinds.get(kind);
    if (entries === undefined) {
      entries = [];
      kinds.set(kind, entries);
    }
    return entries;
  }
}
