import type {
  RecoverySnapshot,
  SpikeRecovery,
  Statistic,
} from "../../threshold/mod.ts";
import { quantileOf, statisticOf, type WatchedTime } from "./kaplan_meier.ts";

/** How targets came back from the spikes that began in a span of plan time, in milliseconds. */
export function recoveryIn(
  { spikes: all, medians }: RecoverySnapshot,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): RecoverySnapshot {
  const spikes = all.filter(({ startMs }) =>
    startMs >= fromMs && startMs < toMs
  );
  return {
    spikes,
    medians: spikes.length === 0 ? [] : medians.map(({ target }) => {
      const watched = watchedIn(spikes, target);
      const medianMs = quantileOf(watched, 0.5);
      return { target, medianMs, spikes: watched.length };
    }),
  };
}

/** Recoveries that were watched elsewhere: later seconds do not change them. */
export class KnownRecovery {
  readonly #known: RecoverySnapshot;

  constructor(known: RecoverySnapshot) {
    this.#known = known;
  }

  take(): void {}

  read(): RecoverySnapshot {
    return this.#known;
  }

  /** A statistic of the times of one target, or of all; null = not known. */
  measure(statistic: Statistic, target: string | null): number | null {
    return statisticOf(watchedIn(this.#known.spikes, target), statistic);
  }
}

function watchedIn(
  spikes: readonly SpikeRecovery[],
  target: string | null,
): WatchedTime[] {
  return spikes.flatMap(({ targets }) => targets)
    .filter((each) => target === null || each.target === target)
    .flatMap(({ result, ms }) =>
      result === "unknown" || ms === null
        ? []
        : [{ ms, isCensored: result === "censored" }]
    );
}
