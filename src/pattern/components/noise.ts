import { draw, SLOT_MS, type StreamKey, streamKey } from "../../base/mod.ts";
import { STREAM } from "../streams.ts";
import type { NoiseSpec } from "../types.ts";
import { absent, type Component } from "./component.ts";

/** Gradient octaves: period in seconds, weight. Their sum is divided by its bound. */
const OCTAVES = [[64, 1], [16, 0.25]] as const;
/** A gradient octave of weight 1 stays within ±1/2, reached in the middle of a cell. */
const OCTAVE_BOUND = 0.5;
const PERLIN_BOUND = OCTAVES.reduce((sum, [, w]) => sum + w * OCTAVE_BOUND, 0);

/**
 * Small seeded disturbance, a pure function of time.
 *
 * `spring`: a knot each second, drawn from [−1, 1], joined by smoothstep; it
 * touches every knot and never leaves the range.
 * `perlin`: gradient noise (Ken Perlin, 1985) in two octaves, a slow drift.
 *
 *   +1 ┤   o            x = t − ⌊t⌋
 *      │ ╱   ╲     o    s(x) = x²(3 − 2x)
 *    0 ┼o      ╲ ╱
 *   −1 ┤        o       spring = k₀ + s(x)(k₁ − k₀)
 */
export class Noise {
  readonly #spec: NoiseSpec;
  readonly #keys: readonly StreamKey[];

  constructor(spec: NoiseSpec, seed: number) {
    this.#spec = spec;
    const streams = spec.kind === "spring"
      ? [STREAM.noiseSpring]
      : OCTAVES.map((_, i) => STREAM.noisePerlin + i);
    this.#keys = streams.map((stream) => streamKey(seed, stream));
  }

  /** The factor at `sec` seconds since the epoch, within 1 ± amplitude. */
  at(sec: number): number {
    const value = this.#spec.kind === "spring"
      ? spring(this.#keys[0]!, sec)
      : perlin(this.#keys, sec);
    return 1 + this.#spec.amplitude * value;
  }
}

function spring(key: StreamKey, sec: number): number {
  const knot = Math.floor(sec);
  const from = knotAt(key, knot);
  return from + smoothstep(sec - knot) * (knotAt(key, knot + 1) - from);
}

/** A draw from [−1, 1]. */
function knotAt(key: StreamKey, knot: number): number {
  return 2 * draw(key.a, key.b, knot) - 1;
}

function perlin(keys: readonly StreamKey[], sec: number): number {
  let sum = 0;
  for (let i = 0; i < OCTAVES.length; i++) {
    const [periodSec, weight] = OCTAVES[i]!;
    sum += weight * octave(keys[i]!, sec / periodSec);
  }
  return sum / PERLIN_BOUND;
}

function octave(key: StreamKey, at: number): number {
  const cell = Math.floor(at);
  const x = at - cell;
  const left = slopeAt(key, cell) * x;
  const right = slopeAt(key, cell + 1) * (x - 1);
  return left + smoothstep(x) * (right - left);
}

/** In one dimension the unit gradients are +1 and −1. */
function slopeAt(key: StreamKey, cell: number): number {
  return draw(key.a, key.b, cell) < 0.5 ? -1 : 1;
}

function smoothstep(x: number): number {
  return x * x * (3 - 2 * x);
}

/** Small disturbance of the rate. */
export const noise: Component<"noise", true> = {
  name: "noise",
  isPlanned: true,
  open: ({ noise, seed }) => {
    if (noise === null) return absent("no noise is configured");
    const opened = new Noise(noise, seed);
    const percent = Number((noise.amplitude * 100).toPrecision(3));
    return {
      factorAt: (slot) => opened.at((slot + 0.5) * SLOT_MS / 1000),
      why: () => `${noise.kind} noise, within ±${percent} %`,
    };
  },
};
