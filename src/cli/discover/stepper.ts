import { formatDuration } from "../../base/mod.ts";
import { isHarmful, isUnclear, type StepMeasure } from "../../discover/mod.ts";
import { formatRate } from "../../report/mod.ts";
import { type Run, startRun } from "../../run/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { Threshold } from "../../threshold/mod.ts";
import { loadPlan, type PlanFlags } from "../load_plan.ts";
import type { System } from "../system.ts";
import { answersOf, checksOf, limitMsOf } from "./checks.ts";
import { Trends } from "./trend.ts";

/** Time between two looks at a step. */
const LOOK_MS = 100;
/** A step grows to this many times its length where its end is not clear. */
const GROWTH_MAX = 3;
/** And to this many times where it has too few answers to be judged. */
const SAMPLES_GROWTH_MAX = 12;
/** Open requests are worth so many limits of waiting; then more would only hurt. */
const BACKLOG_LIMITS = 2;
/** Rates at which a target is asked whether it has recovered. */
const PROBE = { share: 0.1, min: 2, max: 20, ms: 1500 } as const;
/** So long a target may take to recover. */
const RECOVERY_MS_MAX = 60_000;

/** How steps are made. */
export interface StepperOptions {
  readonly plan: PlanFlags;
  readonly thresholds: readonly Threshold[];
  readonly stepMs: number;
  /** Told once for a step that has to be longer than it should be. */
  readonly onLonger: (text: string) => void;
}

/**
 * Makes steps: each a run of its own at a steady rate, as short as it may be
 * and as long as it must.
 */
export class Stepper {
  readonly #system: System;
  readonly #o: StepperOptions;
  readonly #limitMs: number;
  #run: Run | null = null;
  #seeds = 0;
  #isStopped = false;

  constructor(system: System, options: StepperOptions) {
    this.#system = system;
    this.#o = options;
    this.#limitMs = limitMsOf(options.thresholds);
  }

  /** Whether somebody wants no more of it. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Ends the step under way; no other one begins. */
  stop(): void {
    if (this.#isStopped) this.#run?.stop();
    else this.#run?.drain();
    this.#isStopped = true;
  }

  /**
   * Sends at a rate until it can be judged.
   *
   * @param lengths how many times as long as other steps it has to be
   */
  async step(rate: number, lengths: number): Promise<StepMeasure> {
    const { stepMs } = this.#o;
    let isTold = false;
    const sent = await this.#send(rate, (snapshot, trends) => {
      const elapsedMs = snapshot.nowMs - snapshot.startMs;
      if (this.#isSwamped(rate, snapshot)) return true;
      if (elapsedMs < stepMs * lengths) return false;
      const measure = this.#measure(rate, {
        snapshot,
        trends,
        isHarmful: false,
      });
      const isKnown = measure.checks.every(({ result }) =>
        result !== "unknown"
      );
      const mostMs = stepMs * (isKnown ? GROWTH_MAX : SAMPLES_GROWTH_MAX);
      if (!isUnclear(measure) || elapsedMs >= mostMs) return true;
      if (!isTold) this.#o.onLonger(longerText(rate, { mostMs, isKnown }));
      isTold = true;
      return false;
    });
    return this.#measure(rate, sent);
  }

  /** Sends at a rate that is too high, for a step at most. */
  async push(rate: number): Promise<void> {
    await this.#send(
      rate,
      (snapshot) =>
        snapshot.nowMs - snapshot.startMs >= this.#o.stepMs ||
        this.#isSwamped(rate, snapshot),
    );
  }

  /**
   * Waits until a few requests are answered as they should be.
   *
   * @param low the highest rate that held, if one did
   * @returns whether they were, in the end
   */
  async recover(low: number | null): Promise<boolean> {
    const rate = Math.min(
      Math.max((low ?? 0) * PROBE.share, PROBE.min),
      PROBE.max,
    );
    const beganMs = performance.now();
    while (!this.#isStopped) {
      const { snapshot } = await this.#send(
        rate,
        ({ nowMs, startMs }) => nowMs - startMs >= PROBE.ms,
      );
      const { all, failed } = answersOf(snapshot);
      const meanMs = snapshot.latency.response.meanMs ?? Infinity;
      if (all > 0 && failed === 0 && meanMs < this.#limitMs / 2) return true;
      if (performance.now() - beganMs > RECOVERY_MS_MAX) return false;
    }
    return false;
  }

  /** A queue that long is answered too late, whatever comes. */
  #isSwamped(rate: number, { inFlight }: Snapshot): boolean {
    return inFlight >
      Math.max(20, rate * this.#limitMs / 1000 * BACKLOG_LIMITS);
  }

  async #send(
    rate: number,
    isOver: (snapshot: Snapshot, trends: Trends) => boolean,
  ): Promise<Sent> {
    const trends = new Trends();
    const run = await this.#start(rate);
    this.#run = run;
    const harm = new HarmWatch();
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = setInterval(() => {
      const snapshot = run.snapshot();
      trends.look(snapshot);
      const isDone = this.#isStopped || harm.sees(snapshot) ||
        isOver(snapshot, trends);
      if (isDone) resolve();
    }, LOOK_MS);
    try {
      await Promise.race([over, run.finished]);
      run.drain();
      const snapshot = await run.finished;
      return { snapshot, trends, isHarmful: harm.isSeen };
    } finally {
      clearInterval(timer);
      this.#run = null;
    }
  }

  async #start(rate: number): Promise<Run> {
    const { plan } = this.#o;
    const graceMs = Math.ceil(this.#limitMs * BACKLOG_LIMITS);
    const set: PlanFlags["set"] = [
      ...(plan.set ?? []),
      ["controller.base_tps", String(rate)],
      ["controller.max_tps", String(rate)],
      ["controller.ramp_up_duration", "0s"],
      ["controller.schedule", "[]"],
      ["controller.shutdown_timeout", `${graceMs}ms`],
      ["pattern.poisson.enabled", "false"],
      ["pattern.noise.enabled", "false"],
      ...["trend", "drift", "burst", "calendar", "mix"].map((key) =>
        [`pattern.${key}`, "null"] as const
      ),
      ["irregular", "[]"],
      // Whatever else shapes or judges a run would be taken for the target's doing.
      ["scenarios", "[]"],
      ["thresholds", "[]"],
      ["safety.enabled", "false"],
      ["health.enabled", "false"],
      ["metrics.enabled", "false"],
    ];
    // Two tries of one rate are two draws.
    const loaded = await loadPlan(this.#system, {
      ...plan,
      set,
      seed: (plan.seed ?? 0) + this.#seeds++,
    });
    try {
      const { plan, variables, sources } = loaded;
      return await startRun({ plan, variables, sources });
    } catch (error) {
      throw loaded.located(error);
    }
  }

  #measure(rate: number, { snapshot, trends, isHarmful }: Sent): StepMeasure {
    const { due, sent, missed, nowMs, startMs, endMs, latency } = snapshot;
    const { late = 0, worker_lost = 0, stopped = 0 } = missed;
    const { in_flight_limit = 0, no_connection = 0 } = missed;
    const { generator = 0, aborted: unfinished = 0 } = snapshot.failed;
    const { all, failed, byCode } = answersOf(snapshot);
    return {
      rate,
      durationMs: (endMs ?? nowMs) - startMs,
      due: due - stopped,
      sent: sent - generator,
      missedByKar: late + worker_lost + generator,
      missedByBound: in_flight_limit + no_connection,
      completed: all,
      answered: byCode(0, Infinity),
      failed,
      unfinished,
      p95Ms: latency.response.percentile(0.95),
      lagP99Ms: latency.sendLag.percentile(0.99),
      inFlight: trends.inFlight,
      responseMs: trends.responseMs,
      checks: checksOf(this.#o.thresholds, { snapshot, unfinished }),
      isHarmful,
    };
  }
}

function longerText(
  rate: number,
  { mostMs, isKnown }: { readonly mostMs: number; readonly isKnown: boolean },
): string {
  const why = isKnown ? "its backlog may grow" : "too few answers yet";
  const most = formatDuration(mostMs);
  return `${formatRate(rate)} goes on for up to ${most}: ${why}`;
}

/** What came of sending at a rate. */
interface Sent {
  readonly snapshot: Snapshot;
  readonly trends: Trends;
  readonly isHarmful: boolean;
}

/** Looks out for a target that suffers. */
class HarmWatch {
  isSeen = false;
  #answers = 0;
  #answeredMs = 0;

  sees(snapshot: Snapshot): boolean {
    const { sent, nowMs, startMs } = snapshot;
    const { all, failed } = answersOf(snapshot);
    const elapsedMs = nowMs - startMs;
    if (all > this.#answers) {
      this.#answers = all;
      this.#answeredMs = elapsedMs;
    }
    const silentMs = elapsedMs - this.#answeredMs;
    this.isSeen ||= isHarmful({ sent, completed: all, failed, silentMs });
    return this.isSeen;
  }
}
