import type { Clock } from "../base/mod.ts";
import type { BreakerChange, TargetHealth } from "../health/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { Vars } from "../request/mod.ts";
import type { MachineNoise } from "../stats/mod.ts";
import type { ResolvedTarget } from "../transport/mod.ts";
import type { SendPlan, Spawn } from "../worker/mod.ts";

/** What a run needs from its surroundings, real or simulated. */
export interface RunDeps {
  readonly clock: Clock;
  readonly spawn: Spawn;
  /** How many workers a plan gets. */
  readonly workers: number;
  /** Cores for them; absent = one for each. */
  readonly cores?: number;
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
  /** How late the machine wakes a thread; absent or null = not known. */
  readonly noise?: () => MachineNoise | null;
  /** Watches the targets; see `src/health`. */
  readonly watchHealth: (on: {
    readonly removed: (target: number, removed: boolean) => void;
    readonly log: (line: string) => void;
  }) => HealthWatch;
  /** Frees at the end what the run has taken. */
  readonly close?: () => void;
  /** What was captured before the run; absent = there is no setup. */
  readonly setup?: SetupRun;
  /** Posts changes of the circuit breaker; absent = they are not posted. */
  readonly openHook?: (log: (line: string) => void) => BreakerHook;
}

/** The setup of a run, which has been done once. */
export interface SetupRun {
  /** What was captured last. */
  readonly values: Vars;
  /** Does it again and again, if the plan says so. */
  start(on: {
    readonly changed: () => void;
    readonly log: (line: string) => void;
    readonly warn: (line: string) => void;
  }): void;
  stop(): void;
}

/** Where changes of the circuit breaker go. Neither waits nor throws. */
export interface BreakerHook {
  post(url: string, change: BreakerChange): void;
  close(): void;
}

/** The health checks of a run. */
export interface HealthWatch {
  /** What is known now, for each target. */
  read(): readonly TargetHealth[];
  /** Takes the targets of another plan. */
  take(plan: SendPlan): void;
  stop(): void;
}

/** What is known of each target; nothing where there are no checks. */
export function healthOf(
  watch: HealthWatch,
  { targets }: Plan,
): TargetHealth[] {
  const known = watch.read();
  return targets.map((_, i) => known[i] ?? { healthy: null, removedMs: 0 });
}

/** How late the machine wakes a thread, where it is known. */
export function noiseOf(
  { noise }: RunDeps,
): { readonly noise?: MachineNoise } {
  const known = noise?.() ?? null;
  return known === null ? {} : { noise: known };
}
