import { formatDuration, SLOT_MS, streamKey } from "../../base/mod.ts";
import { STREAM } from "../streams.ts";
import { Wander } from "../wander.ts";
import { absent, type Component } from "./component.ts";

/** Drifts that a pattern can have. */
export const DRIFTS_MAX = 4;

/** A slow wandering of the rate. */
export interface DriftSpec {
  /** Deviation of the logarithm of the rate, above 0. */
  readonly amplitude: number;
  /** Time in which it forgets where it was, to 1/e. */
  readonly timeMs: number;
}

/** A pattern that may drift. */
export interface WithDrift {
  readonly drift?: readonly DriftSpec[] | undefined;
}

/**
 * Slow wandering, up to four of different times:
 *
 *   Π e^(a·g(t) − a²/2)     g: Ornstein–Uhlenbeck, deviation 1, see `Wander`
 *
 * The second term makes the mean 1.
 */
export const drift: Component<"drift", true, WithDrift> = {
  name: "drift",
  isPlanned: true,
  open: ({ drift, seed }) => {
    if (drift === undefined) return absent("no drift is configured");
    const parts = drift.map(({ amplitude, timeMs }, i) => ({
      amplitude,
      path: new Wander(timeMs, streamKey(seed, STREAM.drift + i)),
    }));
    const factorsAt = (slot: number) => {
      const ms = (slot + 0.5) * SLOT_MS;
      return parts.map(({ amplitude: a, path }) =>
        Math.exp(a * path.at(ms) - a * a / 2)
      );
    };
    return {
      factorAt: (slot) => {
        const ms = (slot + 0.5) * SLOT_MS;
        let log = 0;
        for (let i = 0; i < parts.length; i++) {
          const { amplitude: a, path } = parts[i]!;
          log += a * path.at(ms) - a * a / 2;
        }
        return Math.exp(log);
      },
      why: (slot) =>
        factorsAt(slot).map((factor, i) => {
          const { amplitude, timeMs } = drift[i]!;
          return `×${Number(factor.toPrecision(3))} of ${amplitude} in ${
            formatDuration(timeMs)
          }`;
        }).join(", "),
    };
  },
};
