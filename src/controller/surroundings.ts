import type { Clock } from "../base/mod.ts";
import type { BreakerChange, TargetHealth } from "../health/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { ResolvedTarget } from "../transport/mod.ts";
import type { Spawn } from "../worker/mod.ts";

/** The world around a run: the real one, or a simulated one. */
export interface Surroundings {
  readonly clock: Clock;
  readonly spawn: Spawn;
  /** How many workers a plan gets. */
  readonly workers: number;
  /** Certificates and gRPC call of each of the first plan's targets. */
  readonly resolved: readonly ResolvedTarget[];
  /** The same for a plan that comes later. */
  readonly resolve: (
    plan: Plan,
    variables: Readonly<Record<string, string>>,
  ) => Promise<readonly ResolvedTarget[]>;
  readonly runId: string;
  readonly userAgent: string;
  /** What the process cost so far. */
  readonly cost: () => { readonly cpuSec: number; readonly rssBytes: number };
  /** Watches the targets; see `src/health`. */
  readonly watchHealth: (on: {
    readonly removed: (target: number, removed: boolean) => void;
    readonly log: (line: string) => void;
  }) => HealthWatch;
  /** Posts changes of the circuit breaker; absent = they are posted nowhere. */
  readonly openHook?: (log: (line: string) => void) => BreakerHook;
}

/** Where changes of the circuit breaker go. Neither waits nor throws. */
export interface BreakerHook {
  post(url: string, change: BreakerChange): void;
  close(): void;
}

/** A plan, and what it takes to ask its targets. */
export interface WatchedPlan {
  readonly plan: Plan;
  readonly variables: Readonly<Record<string, string>>;
  readonly resolved: readonly ResolvedTarget[];
}

/** The health checks of a run. */
export interface HealthWatch {
  /** Asks the targets of another plan from here on. */
  take(next: WatchedPlan): void;
  /** What is known now, for each target. */
  read(): readonly TargetHealth[];
  stop(): void;
}

/** What is known of each target. */
export function healthOf(
  watch: HealthWatch | null,
  { targets }: Plan,
): TargetHealth[] {
  const known = watch?.read() ?? [];
  return targets.map((_, i) => known[i] ?? { healthy: null, removedMs: 0 });
}
