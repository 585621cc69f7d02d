import type { Cancel, Clock } from "../../base/mod.ts";
import type { SendPlan } from "../due.ts";
import {
  capturedNames,
  type Plan,
  setupNames,
  type TargetPlan,
} from "../../plan/mod.ts";
import { isTemplate } from "../../request/mod.ts";
import type { OpenTarget } from "../../transport/mod.ts";

/** How a target is opened. */
export interface TargetCacheOptions {
  /** Time that its last requests may take. */
  readonly timeoutMs: number;
  readonly open: () => Promise<OpenTarget>;
}

/** A target that is open. */
interface Kept {
  readonly target: OpenTarget;
  readonly timeoutMs: number;
  /** Keeps it from being closed; null = it is in use. */
  keep: Cancel | null;
}

/** Time that requests of a plan that is over get beyond their timeout. */
const MARGIN_MS = 1000;

/**
 * The open targets of a worker, by everything they were opened with: plans that
 * want the same target share it, and its connections.
 */
export class TargetCache {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The target that was opened under a key, or a new one. */
  async take(
    key: string,
    { timeoutMs, open }: TargetCacheOptions,
  ): Promise<OpenTarget> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      kept.keep?.();
      kept.keep = null;
      return kept.target;
    }
    const target = await open();
    this.#kept.set(key, { target, timeoutMs, keep: null });
    return target;
  }

  /**
   * Closes all but the used ones, once the timeout of their requests has
   * passed, unless they are used again before.
   */
  retire(used: ReadonlySet<OpenTarget>): void {
    for (const [key, kept] of this.#kept) {
      if (kept.keep !== null || used.has(kept.target)) continue;
      kept.keep = this.#clock.after(kept.timeoutMs + MARGIN_MS, () => {
        this.#kept.delete(key);
        void kept.target.client.close();
      });
    }
  }

  /** Closes all at once. */
  async close(): Promise<void> {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    for (const { keep } of kept) keep?.();
    await Promise.all(kept.map(({ target }) => target.client.close()));
  }
}

/** Of a target that has left the run: nothing is due for it. */
export const GONE: OpenTarget = {
  client: {
    frame: () => null,
    send: () => false,
    cancel: () => {},
    close: () => Promise.resolve(),
  },
  framed: null,
  framedWithCookies: null,
  path: "/",
  uses: [],
  endRank: Infinity,
};

/** Everything that a target of a plan is opened with, as text. */
export function targetKey(next: SendPlan, i: number): string {
  const { plan, variables, resolved } = next;
  const { limits, safety, data = [], files = {}, pattern: { seed } } = plan;
  const target = plan.targets[i]!;
  const varying = isTemplate(JSON.stringify(target)) || target.content ||
      target.trace
    ? [seed, data, files]
    : null;
  const captured = journeyKey(plan, target);
  return JSON.stringify([
    ...[i, target, captured, limits, variables, resolved[i]],
    ...[Boolean(safety), varying],
  ], asText);
}

/** Bytes as text, so that two different messages give two different keys. */
function asText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Array.from(value) : value;
}

/** What a request depends on besides it: names of captured values. */
function journeyKey(
  plan: Plan,
  { step }: TargetPlan,
): unknown {
  const { journeys = [] } = plan;
  const journey = journeys.find(({ name }) => name === step?.journey);
  return [
    setupNames(plan),
    journey && [
      ...[capturedNames(journey), journey.cookies],
      Boolean(journey.script),
    ],
  ];
}

/** How long requests of a target may still come once its plan is over: a step's as long as its journey. */
export function longestMs(
  { journeys = [] }: Plan,
  { step, timeoutMs }: TargetPlan,
): number {
  const journey = journeys.find(({ name }) => name === step?.journey);
  return timeoutMs + (journey?.timeoutMs ?? 0);
}
