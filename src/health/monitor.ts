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
  readonly targets: readonly TargetPlan[];
  readonly clock: Clock;
  /** Asks a target whether it is well; a failure is a value. */
  readonly ask: (target: number) => Promise<Outcome>;
  /** Takes a target out of the traffic, or back in. */
  readonly removed: (target: number, removed: boolean) => void;
  readonly log: (line: string) => void;
}

interface Watched {
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
  readonly #watched: Watched[];
  #isStopped = false;

  constructor(options: MonitorOptions) {
    this.#o = options;
    this.#watched = options.targets.map(() => ({
      healthy: null,
      failures: 0,
      successes: 0,
      removedSinceMs: null,
      removedMs: 0,
    }));
  }

  /** Begins with one check of every target that has traffic. */
  start(): void {
    this.#o.targets.forEach((target, i) => {
      if (target.weight > 0) void this.#check(i);
    });
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

  async #check(i: number): Promise<void> {
    if (this.#isStopped) return;
    const { clock, health, ask } = this.#o;
    const askedMs = clock.now();
    const outcome = await ask(i);
    if (this.#isStopped) return;
    this.#judge(i, isWell(health, outcome));
    const restMs = Math.max(0, askedMs + health.intervalMs - clock.now());
    clock.after(restMs, () => void this.#check(i));
  }

  #judge(i: number, isHealthy: boolean): void {
    const watched = this.#watched[i]!;
    watched.failures = isHealthy ? 0 : watched.failures + 1;
    watched.successes = isHealthy ? watched.successes + 1 : 0;
    if (watched.healthy !== isHealthy) this.#tell(i, isHealthy);
    watched.healthy = isHealthy;
    if (this.#o.health.onUnhealthy !== "remove") return;
    const isOut = watched.removedSinceMs !== null;
    if (!isOut && watched.failures >= FAILURES_TO_REMOVE) this.#remove(i);
    if (isOut && watched.successes >= SUCCESSES_TO_RETURN) this.#return(i);
  }

  #tell(i: number, isHealthy: boolean): void {
    const { name } = this.#o.targets[i]!;
    this.#o.log(`Target ${name} is ${isHealthy ? "healthy" : "unhealthy"}`);
  }

  #remove(i: number): void {
    this.#watched[i]!.removedSinceMs = this.#o.clock.now();
    this.#o.removed(i, true);
    this.#o.log(`Target ${this.#o.targets[i]!.name} is out of the traffic`);
  }

  #return(i: number): void {
    const watched = this.#watched[i]!;
    watched.removedMs += this.#outSoFarMs(watched);
    watched.removedSinceMs = null;
    this.#o.removed(i, false);
    this.#o.log(`Target ${this.#o.targets[i]!.name} is back in the traffic`);
  }

  #outSoFarMs({ removedSinceMs }: Watched): number {
    return removedSinceMs === null ? 0 : this.#o.clock.now() - removedSinceMs;
  }
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
