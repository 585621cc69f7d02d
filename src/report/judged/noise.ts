import type { Distribution, MachineNoise, Snapshot } from "../../stats/mod.ts";
import { formatMs, labelled, type Line } from "../format/mod.ts";

/** Before a duration that says as much of the machine as of the target. */
export const BELOW_FLOOR = "~";

/** How late the machine woke a thread that only slept; percentiles as in `LatencyV1`. */
export interface NoiseFloorV1 extends MachineNoise {
  /**
   * Percentiles of all requests that lie below it, such as `response.p99`: they
   * say as much of the machine as of the target.
   */
  readonly below: readonly string[];
}

const SHARES = [
  ["p50", 0.5, "p50Ms"],
  ["p90", 0.9, "p90Ms"],
  ["p95", 0.95, "p95Ms"],
  ["p99", 0.99, "p99Ms"],
  ["p99.9", 0.999, "p999Ms"],
] as const;

/** The noise floor of a run, for machines; null = not known. */
export function noiseFloorV1(
  { noise, latency }: Pick<Snapshot, "noise" | "latency">,
): NoiseFloorV1 | null {
  if (noise === undefined) return null;
  const below = (["response", "service"] as const).flatMap((name) =>
    SHARES.filter(([, share]) => isBelowFloor(latency[name], share, noise)).map(
      ([percentile]) => `${name}.${percentile}`,
    )
  );
  return { ...noise, below };
}

/** Whether a share of sleepers was woken later than a share of durations took. */
function isBelowFloor(
  durations: Distribution,
  share: number,
  noise: MachineNoise | undefined,
): boolean {
  const [, , key] = SHARES.find(([, known]) => known === share) ?? [];
  const floorMs = key === undefined ? null : noise?.[key] ?? null;
  const ms = durations.percentile(share);
  return ms !== null && floorMs !== null && ms < floorMs;
}

/** A percentile for people, marked where it lies below the noise floor. */
export function percentileText(
  durations: Distribution,
  share: number,
  noise: MachineNoise | undefined,
): string {
  const text = formatMs(durations.percentile(share));
  return isBelowFloor(durations, share, noise) ? BELOW_FLOOR + text : text;
}

/** The line of the report that tells it; none before the first wake. */
export function noiseLines({ noise }: Snapshot, width: number): Line[] {
  if (noise === undefined || noise.wakes === 0) return [];
  const known = SHARES.flatMap(([name, , key]) =>
    noise[key] === null ? [] : [`${name} ${formatMs(noise[key])}`]
  );
  const shown = [...known, `max ${formatMs(noise.maxMs)}`].join(", ");
  return labelled("noise   ", `a sleeping thread woke ${shown} late`, width);
}

/** What the mark means. */
export const FLOOR_NOTE =
  `${BELOW_FLOOR} is below the noise floor: this machine wakes a thread that only sleeps later than that, so the figure says as much of the machine as of the target`;
