import type {
  RecoverySnapshot,
  SpikeRecovery,
  Statistic,
  TargetRecovery,
} from "../../threshold/mod.ts";
import type { JudgedSecond } from "../second.ts";
import { BaselineWindow, type TargetSecond } from "./baseline.ts";
import { quantileOf, statisticOf, type WatchedTime } from "./kaplan_meier.ts";
import { ReturnWatch } from "./return_watch.ts";

/** Spikes that are kept; the oldest are forgotten. */
const SPIKES_MAX = 1000;

/** A spike, with the targets that are watched after it. */
interface KeptSpike {
  readonly startMs: number;
  readonly endMs: number;
  readonly factor: number;
  /** By target; for an earlier spike only the result is kept. */
  watches: ReadonlyMap<number, Pick<ReturnWatch, "band" | "read">>;
}

/**
 * How long targets take to come back after spikes, manual ones or drawn.
 *
 *   rate   ▁▁▁▁▅▇▅▃▂▁▁▁▁▁▁▁▁▁▁▁
 *   p95    ▁▁▁▁▂▅▇▇▇▆▅▃▂▁▁▁▁▁▁▁
 *   spike      └────┘
 *   recovery         ├───┤ three windows in the band of the baseline follow
 */
export class RecoveryWatch {
  readonly #baselines = new Map<number, BaselineWindow>();
  readonly #spikes: KeptSpike[] = [];
  /** The targets that are watched after the last spike. */
  #open: ReadonlyMap<number, ReturnWatch> = new Map();
  #startMs: number | null = null;
  #factor = 1;

  take(second: JudgedSecond): void {
    const byTarget = secondsOf(second);
    if (second.spike > 1) this.#rise(second);
    else if (this.#startMs !== null) this.#begin(second);
    else this.#watch(byTarget, second);
  }

  /** Everything that is known, by the names of targets. */
  read(series: readonly { readonly name: string }[]): RecoverySnapshot {
    const spikes = this.#spikes.map((spike) => readSpike(spike, series));
    const numbers = [...this.#baselines.keys()].sort((a, b) => a - b);
    return {
      spikes,
      medians: spikes.length === 0 ? [] : numbers.map((target) => {
        const watched = this.#watched(target);
        return {
          target: series[target]?.name ?? "",
          medianMs: quantileOf(watched, 0.5),
          spikes: watched.length,
        };
      }),
    };
  }

  /** A statistic of the times of one target, or of all; null = not known. */
  measure(
    statistic: Statistic,
    target: string | null,
    series: readonly { readonly name: string }[],
  ): number | null {
    const number = target === null
      ? null
      : series.findIndex(({ name }) => name === target);
    return statisticOf(this.#watched(number), statistic);
  }

  #watched(target: number | null): WatchedTime[] {
    return this.#spikes.flatMap(({ watches }) =>
      [...watches].filter(([of]) => target === null || of === target)
        .flatMap(([, watch]) => {
          const { result, ms } = watch.read();
          return result === "unknown" || ms === null
            ? []
            : [{ ms, isCensored: result === "censored" }];
        })
    );
  }

  #rise({ atMs, spike }: JudgedSecond): void {
    if (this.#startMs === null) this.#close();
    this.#startMs ??= atMs;
    this.#factor = Math.max(this.#factor, spike);
  }

  /** No target is watched any more: otherwise histograms would pile up. */
  #close(): void {
    const last = this.#spikes.at(-1);
    if (last === undefined) return;
    last.watches = new Map([...this.#open].map(([target, watch]) => {
      const came = watch.read();
      return [target, { band: watch.band, read: () => came }];
    }));
    this.#open = new Map();
  }

  /** The spike is over as planned: from here on it is watched who comes back. */
  #begin({ atMs }: JudgedSecond): void {
    const watches = new Map(
      [...this.#baselines].map(([target, baseline]) =>
        [target, new ReturnWatch(baseline.band())] as const
      ),
    );
    this.#open = watches;
    const [startMs, factor] = [this.#startMs!, this.#factor];
    this.#spikes.push({ startMs, endMs: atMs, factor, watches });
    if (this.#spikes.length > SPIKES_MAX) this.#spikes.shift();
    this.#startMs = null;
    this.#factor = 1;
  }

  #watch(
    byTarget: ReadonlyMap<number, TargetSecond>,
    { phase, seconds }: JudgedSecond,
  ): void {
    for (const [target, second] of byTarget) {
      const watch = this.#open.get(target);
      if (watch !== undefined && !watch.isOver) watch.take(second, seconds);
      else if (phase === "baseline") this.#baselineOf(target).take(second);
    }
  }

  #baselineOf(target: number): BaselineWindow {
    const known = this.#baselines.get(target) ?? new BaselineWindow();
    this.#baselines.set(target, known);
    return known;
  }
}

function secondsOf({ parts }: JudgedSecond): Map<number, TargetSecond> {
  const byTarget = new Map<number, TargetSecond>();
  for (const { target, response, completed, failed } of parts) {
    const before = byTarget.get(target);
    byTarget.set(target, {
      response: [...before?.response ?? [], response],
      completed: (before?.completed ?? 0) + completed,
      failed: (before?.failed ?? 0) + failed,
    });
  }
  return byTarget;
}

function readSpike(
  { startMs, endMs, factor, watches }: KeptSpike,
  series: readonly { readonly name: string }[],
): SpikeRecovery {
  const targets = [...watches].map(([target, watch]): TargetRecovery => ({
    target: series[target]?.name ?? "",
    ...watch.read(),
    baselineP95Ms: watch.band?.baselineP95Ms ?? null,
  }));
  return { startMs, endMs, factor: Number(factor.toFixed(3)), targets };
}
