import { minimum } from "../fit/numbers.ts";

/** The form of kar's spikes, in seconds. */
export interface SpikeForm {
  readonly factor: number;
  readonly riseSec: number;
  readonly decaySec: number;
}

const E3 = Math.exp(-3);
/** Parts of a bin at which the form is taken. */
const PARTS = 5;
const SEC_MIN = 0.5;
const SEC_MAX = 900;

/**
 * The share of the excess that is there so long after the start: a linear rise,
 * then (e^(−3u) − e^(−3)) / (1 − e^(−3)).
 */
export function excessAt(
  { riseSec, decaySec }: Pick<SpikeForm, "riseSec" | "decaySec">,
  sec: number,
): number {
  if (sec < 0 || sec >= riseSec + decaySec) return 0;
  if (sec < riseSec) return sec / riseSec;
  return (Math.exp(-3 * (sec - riseSec) / decaySec) - E3) / (1 - E3);
}

/** The form in bins, from the start on, `shiftSec` later. */
export function formOf(
  shape: Pick<SpikeForm, "riseSec" | "decaySec">,
  { binSec, bins, shiftSec = 0 }: {
    readonly binSec: number;
    readonly bins: number;
    readonly shiftSec?: number;
  },
): Float64Array {
  const form = new Float64Array(bins);
  for (let i = 0; i < bins; i++) {
    let sum = 0;
    for (let k = 0; k < PARTS; k++) {
      sum += excessAt(shape, (i + (k + 0.5) / PARTS) * binSec - shiftSec);
    }
    form[i] = sum / PARTS;
  }
  return form;
}

/**
 * The shape that fits a mean excess best.
 *
 * @param excess share of the rate above it, by bin; the start lies `leadBins` behind its begin
 */
export function fitShape(
  excess: Float64Array,
  { binSec, leadBins }: { readonly binSec: number; readonly leadBins: number },
): SpikeForm & { readonly shiftSec: number } {
  const bins = excess.length;
  const heightOf = (form: Float64Array) => {
    let [top, below] = [0, 0];
    for (let i = 0; i < bins; i++) {
      top += form[i]! * excess[i]!;
      below += form[i]! ** 2;
    }
    return below === 0 ? 0 : Math.max(0, top / below);
  };
  const formAt = ([rise, decay, shift]: readonly number[]) =>
    formOf({ riseSec: bounded(rise!), decaySec: bounded(decay!) }, {
      ...{ binSec, bins },
      shiftSec: leadBins * binSec + shift!,
    });
  const badness = (x: readonly number[]) => {
    const form = formAt(x);
    const height = heightOf(form);
    let sum = 0;
    for (let i = 0; i < bins; i++) sum += (excess[i]! - height * form[i]!) ** 2;
    // A shift beyond the lead is another spike.
    return sum * (1 + Math.max(0, Math.abs(x[2]!) - leadBins * binSec));
  };
  const lengthSec = (bins - leadBins) * binSec;
  const starts = [[0.05, 0.3], [0.1, 0.6], [0.02, 0.15], [0.2, 0.5]];
  const found = starts.map(([rise, decay]) =>
    minimum(badness, {
      start: [Math.log(rise! * lengthSec), Math.log(decay! * lengthSec), 0],
      step: 0.5,
    })
  );
  const best = found.reduce((a, b) => b.value < a.value ? b : a);
  const [rise, decay, shift] = best.at;
  return {
    factor: 1 + heightOf(formAt(best.at)),
    riseSec: bounded(rise!),
    decaySec: bounded(decay!),
    shiftSec: shift!,
  };
}

function bounded(ln: number): number {
  return Math.min(Math.max(Math.exp(ln), SEC_MIN), SEC_MAX);
}
