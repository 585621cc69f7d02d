/** Octaves of a stretch of 409.6 s: from 409.6 s down to 1/128 s. */
const OCTAVES = 16;
const STRETCH_US = 409_600_000;

/** How a count divides between the halves of a cell. */
export interface Octave {
  /** Length of the cell whose halves are compared, in seconds. */
  readonly sec: number;
  /** Pairs of arrivals in one cell. */
  readonly pairs: number;
  /** The larger half's mean share: ½ for a Poisson process. */
  readonly b: number;
  readonly z: number;
}

/** Whether arrivals come in bursts, and of what kind. */
export interface BurstFit {
  readonly isBursty: boolean;
  readonly why: string;
  /** b above 8 s, from 0.25 to 8 s, below; null = the stamps do not tell. */
  readonly slow: number | null;
  readonly mid: number | null;
  readonly fast: number | null;
  readonly octaves: readonly Octave[];
  /** Index of dispersion of counts by the length of bins in seconds. */
  readonly dispersion: readonly {
    readonly sec: number;
    readonly idc: number;
  }[];
}

/** Whole parts of a stretch. */
const DISPERSION_SEC = [0.0125, 0.1, 0.8, 6.4];
const Z_MIN = 4;
const IDC_MIN = 1.2;
const STRETCHES_MIN = 2;
const SLOW_SEC = 8;
const FAST_SEC = 0.25;
/** Stamps tell of scales that are longer than so many ticks. */
const TICKS = 4;

/**
 * The share b of the larger half in each octave:
 *
 *   S_{j+1} / S_j = b² + (1 − b)²,  S_j = Σ N (N − 1) over cells of octave j
 *
 * Bursty are arrivals where two neighbouring octaves of 8 s and below are above
 * a Poisson process by z > 4, and counts by the second vary by more than chance.
 *
 * A drift moves all counts of a second together: what it adds is taken away.
 *
 * @param driftVariance of the rate beside its mean, as a share
 * @param stretches instants in microseconds since the begin of 409.6 s, with spikes left out
 */
export function fitBursts(
  stretches: readonly Float64Array[],
  tickUs: number,
  driftVariance = 0,
): BurstFit {
  const sums = new Float64Array(OCTAVES + 1);
  for (const instants of stretches) addPairs(instants, sums);
  const octaves: Octave[] = [];
  for (let j = 0; j < OCTAVES; j++) {
    const sec = STRETCH_US / 1e6 / 2 ** j;
    const pairs = sums[j]! / 2;
    if (sec / 2 < TICKS * tickUs / 1e6 || pairs < 20) continue;
    const ratio = sums[j + 1]! / sums[j]!;
    const z = (ratio - 0.5) / (0.5 / Math.sqrt(pairs));
    octaves.push({ sec, pairs, b: shareOf(ratio), z });
  }
  const dispersion = dispersionOf(stretches, tickUs);
  const verdict = judge(
    stretches,
    octaves,
    restOf(dispersion, stretches, driftVariance),
  );
  return {
    ...verdict,
    slow: bandOf(octaves, SLOW_SEC, Infinity),
    mid: bandOf(octaves, FAST_SEC, SLOW_SEC),
    fast: bandOf(octaves, 0, FAST_SEC),
    octaves,
    dispersion,
  };
}

/** The dispersion without what a drift adds to it: rate × length × variance. */
function restOf(
  dispersion: BurstFit["dispersion"],
  stretches: readonly Float64Array[],
  driftVariance: number,
): BurstFit["dispersion"] {
  const count = stretches.reduce((sum, { length }) => sum + length, 0);
  const rate = count / Math.max(1, stretches.length) / (STRETCH_US / 1e6);
  return dispersion.map(({ sec, idc }) => ({
    sec,
    idc: idc - rate * sec * driftVariance,
  }));
}

function judge(
  stretches: readonly Float64Array[],
  octaves: readonly Octave[],
  dispersion: BurstFit["dispersion"],
): { readonly isBursty: boolean; readonly why: string } {
  const no = (why: string) => ({ isBursty: false, why });
  if (stretches.length < STRETCHES_MIN) return no("the log is too short");
  const short = octaves.filter(({ sec }) => sec <= SLOW_SEC);
  if (short.length < 2) return no("the stamps are too coarse to tell");
  const has = short.some(({ z }, i) =>
    z > Z_MIN && (short[i + 1]?.z ?? 0) > Z_MIN
  );
  if (!has) return no("below 8 s arrivals are a Poisson process");
  const second = dispersion.find(({ sec }) => sec >= 0.8)?.idc ?? 1;
  if (second <= IDC_MIN) {
    return no(
      `counts by the second vary by ${
        second.toFixed(2)
      } of chance, too little to plan`,
    );
  }
  return { isBursty: true, why: "" };
}

/** From the share of pairs that stay together to b. */
function shareOf(ratio: number): number {
  return 0.5 + Math.sqrt(Math.max(0, Math.min(1, 2 * ratio - 1))) / 2;
}

/** The mean share of the octaves of a band, by their pairs' weight in its product. */
function bandOf(
  octaves: readonly Octave[],
  fromSec: number,
  toSec: number,
): number | null {
  const within = octaves.filter(({ sec }) => sec > fromSec && sec <= toSec);
  if (within.length === 0) return null;
  const logs = within.reduce(
    (sum, { b }) => sum + Math.log(b * b + (1 - b) ** 2),
    0,
  );
  return shareOf(Math.exp(logs / within.length));
}

function addPairs(instants: Float64Array, sums: Float64Array): void {
  for (let j = 0; j <= OCTAVES; j++) {
    const cellUs = STRETCH_US / 2 ** j;
    eachCount(instants, cellUs, (n) => sums[j]! += n * (n - 1));
  }
}

function eachCount(
  instants: Float64Array,
  cellUs: number,
  take: (count: number) => void,
): void {
  let cell = -1;
  let count = 0;
  for (const us of instants) {
    const at = Math.floor(us / cellUs);
    if (at === cell) count++;
    else {
      if (count > 0) take(count);
      cell = at;
      count = 1;
    }
  }
  if (count > 0) take(count);
}

/** Variance over mean of the counts of whole stretches, by the length of bins. */
export function dispersionOf(
  stretches: readonly Float64Array[],
  tickUs = 1,
): { readonly sec: number; readonly idc: number }[] {
  return DISPERSION_SEC.filter((sec) => sec * 1e6 >= tickUs)
    .map((sec) => {
      let [bins, sum, square] = [0, 0, 0];
      const per = Math.round(STRETCH_US / 1e6 / sec);
      for (const instants of stretches) {
        bins += per;
        eachCount(instants, sec * 1e6, (n) => {
          sum += n;
          square += n * n;
        });
      }
      const mean = sum / Math.max(1, bins);
      const variance = square / Math.max(1, bins) - mean * mean;
      return { sec, idc: mean === 0 ? 1 : variance / mean };
    });
}
