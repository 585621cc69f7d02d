import type { Clock } from "../base/mod.ts";
import type { HealthPlan, TargetPlan } from "../plan/mod.ts";
import type { Outcome } from "../transport/mod.ts";

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

/** What a monitor needs. */
export interface MonitorOptions {
  readonly health: HealthPlan;
  readonly clock: Clock;
  /** Asks a target whether it is well; a failure is a value. */
  readonly ask: (target: number) => Promise<Outcome>;
  /** Takes a target out of the traffic, or back in. */
  readonly removed: (target: number, removed: boolean) => void;
  readonly log: (line: string) => void;
}

interface Watched {
  readonly target: TargetPlan;
  /** Whether it is asked any more. */
  isOver: boolean;
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
  #watched: Watched[] = [];
  #isStopped = false;

  constructor(options: MonitorOptions) {
    this.#o = options;
  }

  /**
   * Watches the targets of a plan, beginning with one check of every one that
   * has traffic. What is known of a target that stays as it is goes on; a
   * target that has become another one is judged anew, in the traffic.
   */
  watch(targets: readonly TargetPlan[]): void {
    const before = this.#watched;
    this.#watched = targets.map((target, i) =>
      this.#watchedAs(target, before[i])
    );
    targets.forEach((target, i) => {
      if (this.#watched[i] === before[i]) return;
      const removedSinceMs = before[i]?.removedSinceMs ?? null;
      if (removedSinceMs !== null) this.#o.removed(i, false);
      if (target.weight > 0) void this.#check(i, this.#watched[i]!);
    });
  }

  #watchedAs(target: TargetPlan, before: Watched | undefined): Watched {
    if (before !== undefined && isSame(before.target, target)) return before;
    if (before !== undefined) before.isOver = true;
    return {
      target,
      isOver: false,
      healthy: null,
      failures: 0,
      successes: 0,
      removedSinceMs: null,
      removedMs: before === undefined
        ? 0
        : before.removedMs + this.#outSoFarMs(before),
    };
  }

  /** What is known now, for each target. */
  read(): TargetHealth[] {
    return this.#watched.map((watched) => ({
      healthy: watched.healthy,
      removedMs: watched.removedMs + this.#outSoFarMs(watched),
    }));
  }

  /** Asks no more. */
  stop(): void {
    this.#isStopped = true;
    for (const watched of this.#watched) {
      watched.removedMs += this.#outSoFarMs(watched);
      watched.removedSinceMs = null;
    }
  }

  async #check(i: number, watched: Watched): Promise<void> {
    if (this.#isStopped || watched.isOver) return;
    const { clock, health, ask } = this.#o;
    const askedMs = clock.now();
    const outcome = await ask(i);
    if (this.#isStopped || watched.isOver) return;
    this.#judge(i, watched, isWell(health, outcome));
    const restMs = Math.max(0, askedMs + health.intervalMs - clock.now());
    clock.after(restMs, () => void this.#check(i, watched));
  }

  #judge(i: number, watched: Watched, isHealthy: boolean): void {
    watched.failures = isHealthy ? 0 : watched.failures + 1;
    watched.successes = isHealthy ? watched.successes + 1 : 0;
    if (watched.healthy !== isHealthy) {
      this.#tell(watched, isHealthy ? "healthy" : "unhealthy");
    }
    watched.healthy = isHealthy;
    if (this.#o.health.onUnhealthy !== "remove") return;
    const isOut = watched.removedSinceMs !== null;
    if (!isOut && watched.failures >= FAILURES_TO_REMOVE) {
      this.#remove(i, watched);
    }
    if (isOut && watched.successes >= SUCCESSES_TO_RETURN) {
      this.#return(i, watched);
    }
  }

  #tell({ target: { name } }: Watched, what: string): void {
    this.#o.log(`Target ${name} is ${what}`);
  }

  #remove(i: number, watched: Watched): void {
    watched.removedSinceMs = this.#o.clock.now();
    this.#o.removed(i, true);
    this.#tell(watched, "out of the traffic");
  }

  #return(i: number, watched: Watched): void {
    watched.removedMs += this.#outSoFarMs(watched);
    watched.removedSinceMs = null;
    this.#o.removed(i, false);
    this.#tell(watched, "back in the traffic");
  }

  #outSoFarMs({ removedSinceMs }: Watched): number {
    return removedSinceMs === null ? 0 : this.#o.clock.now() - removedSinceMs;
  }
}

/** Whether what is known of one target holds for another. */
function isSame(a: TargetPlan, b: TargetPlan): boolean {
  const known = (target: TargetPlan) =>
    JSON.stringify({ ...target, weight: target.weight > 0 });
  return known(a) === known(b);
}

function isWell(health: HealthPlan, outcome: Outcome): boolean {
  if (outcome.kind === "failure") return false;
  // Without a code there was no answer to judge: reaching it is all that counts.
  const { expect } = health;
  if (expect === null) return outcome.code < 400;
  return expect.some(([from, to]) =>
    outcome.code >= from && outcome.code <= to
  );
}
