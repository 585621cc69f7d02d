import type { FailureKind } from "../../protocol/mod.ts";
import { LeastK } from "./least.ts";

/** First failures of a target and kind that are kept. */
export const FIRST_SAMPLES = 20;
/** Further failures that are kept, drawn from all. */
export const DRAWN_SAMPLES = 20;
/** Slow requests that are kept. */
export const SLOW_SAMPLES = 20;
/** Targets and kinds of which failures are kept; more would not be read. */
export const SAMPLED_KINDS_MAX = 100;

/** One request, kept as an example. */
export interface RequestSample {
  /** Why it is kept. */
  readonly why: "failure" | "slow";
  /** Number of its target, or of its step. */
  readonly target: number;
  /** Plan time at which its arrival was due, milliseconds since the epoch. */
  readonly intendedMs: number;
  /** Drawn by its arrival, in [0, 1): the least of a kind are kept. */
  readonly rank: number;
  /** From the intended instant, and from the one at which it was sent. */
  readonly responseMs: number;
  readonly serviceMs: number;
  /** Why it failed; null = it did not. */
  readonly kind: FailureKind | null;
  /** The answer's code; null = there was none. */
  readonly code: number | null;
  /** One printable line. */
  readonly reason: string;
  /** The beginning of the answer's body, printable; null = it was not kept. */
  readonly body: string | null;
  /** The trace that it was sent with, 32 hexadecimal digits; null = none. */
  readonly trace: string | null;
}

/** Failures of one target and kind. */
interface Failures {
  readonly first: LeastK<RequestSample>;
  readonly drawn: LeastK<RequestSample>;
}

/**
 * Requests that are kept as examples: for each target and kind the first
 * failures and some drawn from all, and the slowest of all requests. Those of
 * all workers are merged as if there were one worker.
 */
export class Samples {
  readonly #failures = new Map<string, Failures>();
  readonly #slow = new LeastK<RequestSample>(
    SLOW_SAMPLES,
    ({ responseMs }) => -responseMs,
  );
  #list: readonly RequestSample[] | null = [];

  /** A request that takes longer than this is kept. */
  get slowMs(): number {
    return this.#slow.bound === Infinity ? 0 : -this.#slow.bound;
  }

  /** Whether a failure would be kept. */
  wants(
    target: number,
    kind: FailureKind,
    at: Pick<RequestSample, "intendedMs" | "rank">,
  ) {
    const known = this.#failures.get(`${target} ${kind}`);
    if (known === undefined) return this.#failures.size < SAMPLED_KINDS_MAX;
    return at.intendedMs < known.first.bound || at.rank < known.drawn.bound;
  }

  /**
   * @returns whether it is kept
   */
  add(sample: RequestSample): boolean {
    const isKept = sample.why === "slow"
      ? this.#slow.add(sample)
      : this.#addFailure(sample);
    if (isKept) this.#list = null;
    return isKept;
  }

  /** All of them; the same list as long as nothing has changed. */
  get list(): readonly RequestSample[] {
    this.#list ??= this.#all();
    return this.#list;
  }

  #addFailure(sample: RequestSample): boolean {
    const key = `${sample.target} ${sample.kind}`;
    let failures = this.#failures.get(key);
    if (failures === undefined) {
      if (this.#failures.size >= SAMPLED_KINDS_MAX) return false;
      failures = {
        first: new LeastK(FIRST_SAMPLES, ({ intendedMs }) => intendedMs),
        drawn: new LeastK(DRAWN_SAMPLES, ({ rank }) => rank),
      };
      this.#failures.set(key, failures);
    }
    const isFirst = failures.first.add(sample);
    return failures.drawn.add(sample) || isFirst;
  }

  #all(): RequestSample[] {
    const failures = [...this.#failures.values()].flatMap((
      { first, drawn },
    ) => {
      const all = new Set([...first.values, ...drawn.values]);
      return [...all].sort((a, b) => a.intendedMs - b.intendedMs);
    });
    return [...failures, ...this.#slow.values];
  }
}
