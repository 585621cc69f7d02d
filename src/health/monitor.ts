import { type Cancel, type Clock, excerpt } from "../base/mod.ts";
import { type HealthPlan, okRule, type TargetPlan } from "../plan/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import { type Outcome, REACHED_CODE, reasonOf } from "../transport/mod.ts";

/** Checks in a row that must fail before a target is taken out. */
const FAILURES_TO_REMOVE = 3;
/** Checks in a row that must succeed before it comes back. */
const SUCCESSES_TO_RETURN = 2;

/** What the checks say of one target. */
export interface TargetHealth {
  /** null = not checked yet. */
  readonly healthy: boolean | null;
  /** Milliseconds for which it was out of the traffic so far. */
  readonly removedMs: number;
}

/** Options of a health monitor. */
export interface MonitorOptions {
  readonly health: HealthPlan;
  /** The targets at the start. */
  readonly targets: readonly TargetPlan[];
  readonly clock: Clock;
  /** Sends one check to a target; a failure is a value. */
  readonly ask: (target: number) => Promise<Outcome>;
  /** Takes a target out of the traffic, or back in. */
  readonly removed: (target: number, removed: boolean) => void;
  readonly log: (line: string) => void;
}

/** What is known of a target, from when it was first asked as it now is. */
interface Watched {
  /** Cancels the next check. */
  cancel: Cancel;
  healthy: boolean | null;
  failures: number;
  successes: number;
  removedSinceMs: number | null;
  removedMs: number;
}

/**
 * Asks each target at an interval whether it is well, apart from the traffic
 * and not counted in it. With `remove`, a target that fails three times is
 * left out until it answered twice; with `report`, that is only told.
 */
export class HealthMonitor {
  readonly #o: MonitorOptions;
  readonly #watched: Watched[] = [];
  #targets: readonly TargetPlan[] = [];
  #isStopped = false;

  constructor(options: MonitorOptions) {
    this.#o = options;
  }

  /** Begins with one check of every target that has traffic. */
  start(): void {
    this.take(this.#o.targets);
  }

  /**
   * Takes other targets, by their numbers. What is new, or is asked in another
   * way, is checked at once; what has no traffic any more, no longer.
   */
  take(targets: readonly TargetPlan[]): void {
    const before = this.#targets;
    this.#targets = targets;
    targets.forEach((target, i) => {
      if (!isAskedAlike(before[i], target)) this.#begin(i);
    });
  }

  /** What is known now, for each target. */
  read(): TargetHealth[] {
    return this.#watched.map((watched) => ({
      healthy: watched.healthy,
      removedMs: watched.removedMs + this.#outSoFarMs(watched),
    }));
  }

  /** Stops checking. */
  stop(): void {
    this.#isStopped = true;
    for (const watched of this.#watched) {
      watched.cancel();
      watched.removedMs += this.#outSoFarMs(watched);
      watched.removedSinceMs = null;
    }
  }

  #begin(i: number): void {
    const before = this.#watched[i];
    if (before && before.removedSinceMs !== null) this.#return(i);
    before?.cancel();
    const watched: Watched = {
      cancel: () => {},
      healthy: null,
      failures: 0,
      successes: 0,
      removedSinceMs: null,
      removedMs: before?.removedMs ?? 0,
    };
    this.#watched[i] = watched;
    // A step of a journey has no weight: what it asks makes no sense alone.
    if (this.#targets[i]!.weight > 0) void this.#check(i, watched);
  }

  async #check(i: number, watched: Watched): Promise<void> {
    const isOver = () => this.#isStopped || this.#watched[i] !== watched;
    if (isOver()) return;
    const { clock, health, ask } = this.#o;
    const askedMs = clock.now();
    const outcome = await ask(i);
    if (isOver()) return;
    this.#judge(i, outcome);
    const restMs = Math.max(0, askedMs + health.intervalMs - clock.now());
    watched.cancel = clock.after(
      restMs,
      () => void this.#check(i, watched),
    );
  }

  #judge(i: number, outcome: Outcome): void {
    const isHealthy = isWell(this.#o.health, this.#targets[i]!, outcome);
    const watched = this.#watched[i]!;
    watched.failures = isHealthy ? 0 : watched.failures + 1;
    watched.successes = isHealthy ? watched.successes + 1 : 0;
    if (watched.healthy !== isHealthy) {
      const state = isHealthy ? "healthy" : `unhealthy: ${describe(outcome)}`;
      this.#o.log(`Target ${this.#targets[i]!.name} is ${state}`);
    }
    watched.healthy = isHealthy;
    if (this.#o.health.onUnhealthy !== "remove") return;
    const isOut = watched.removedSinceMs !== null;
    if (!isOut && watched.failures >= FAILURES_TO_REMOVE) this.#remove(i);
    if (isOut && watched.successes >= SUCCESSES_TO_RETURN) this.#return(i);
  }

  #remove(i: number): void {
    this.#watched[i]!.removedSinceMs = this.#o.clock.now();
    this.#o.removed(i, true);
    this.#o.log(`Target ${this.#targets[i]!.name} is out of the traffic`);
  }

  #return(i: number): void {
    const watched = this.#watched[i]!;
    watched.removedMs += this.#outSoFarMs(watched);
    watched.removedSinceMs = null;
    this.#o.removed(i, false);
    this.#o.log(`Target ${this.#targets[i]!.name} is back in the traffic`);
  }

  #outSoFarMs({ removedSinceMs }: Watched): number {
    return removedSinceMs === null ? 0 : this.#o.clock.now() - removedSinceMs;
  }
}

/** Whether a check of one target says the same of the other. */
function isAskedAlike(a: TargetPlan | undefined, b: TargetPlan): boolean {
  const asked = (target: TargetPlan) =>
    JSON.stringify({ ...target, weight: target.weight > 0 });
  return a !== undefined && asked(a) === asked(b);
}

/** What came of a check, in words. */
function describe(outcome: Outcome): string {
  const reason = excerpt(reasonOf(outcome));
  return outcome.kind === "answer"
    ? `its answer was ${reason}`
    : `no answer (${outcome.failure}): ${reason}`;
}

function isWell(
  { expect }: HealthPlan,
  target: TargetPlan,
  outcome: Outcome,
): boolean {
  if (outcome.kind === "failure") return false;
  // Where there was nothing to judge, it was reached, and that is all that counts.
  const { code } = outcome;
  const isExpected = expect?.some(([from, to]) => code >= from && code <= to);
  if (protocolOf(target.protocol).request === "http") {
    return isExpected ?? code < 400;
  }
  return isExpected || code === REACHED_CODE || okRule(target)(code);
}
