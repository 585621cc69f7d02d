import { SLOT_MS } from "../../base/mod.ts";
import type { FlashSpec, IrregularShape } from "./types.ts";

const CUBE = Math.exp(3) - 1;

/**
 * A crowd (Jung, Krishnamurthy, Rabinovich 2002): it comes faster and faster,
 * and leaves by a power of time. As multiple of the rate, with u = t/R up to 1
 * and v = (t − R)/D after it:
 *
 *   1 + (f − 1)·(e^(3u) − 1)/(e³ − 1)
 *   1 + (f − 1)·(1 + v)^(−a)
 *
 *   f ┤    ╱╲
 *     │   ╱  ╲_
 *   1 ┼──╯     ‾‾‾──────        R: rise, D: half, a: power
 */
export function flashShape(spec: FlashSpec): IrregularShape {
  const { factor, riseMs, halfMs, power, lastsMs, hot } = spec;
  const heightAt = (i: number) => {
    const ms = (i + 0.5) * SLOT_MS;
    return ms < riseMs
      ? Math.expm1(3 * ms / riseMs) / CUBE
      : (1 + (ms - riseMs) / halfMs) ** -power;
  };
  return {
    lead: 0,
    slots: Math.ceil(lastsMs / SLOT_MS),
    factorAt: (i) => 1 + (factor - 1) * heightAt(i),
    addedAt: () => 0,
    mixedAt: () => 0,
    hotAt: (i) => hot === undefined ? 0 : hot.share * heightAt(i),
    heightAt,
  };
}
