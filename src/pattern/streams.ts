/**
 * Numbers of the streams of chance, so that no two uses share their draws.
 * Lanes take `laneGap + lane` and `laneTarget + lane` for lane 0 … 255.
 */
export const STREAM = {
  noiseSpring: 1,
  /** One stream per octave: 2, 3, … */
  noisePerlin: 2,
  spikeGap: 16,
  uniformPhase: 17,
  uniformTarget: 18,
  /** One stream for each of up to four: 32 … 35. */
  drift: 32,
  /** One stream for each octave above a slot: 48 … 59. */
  burst: 48,
  burstInside: 60,
  laneGap: 1024,
  laneTarget: 2048,
  /** And a hash of 32 bits: one stream for the name of each target. */
  mix: 2 ** 40,
} as const;
