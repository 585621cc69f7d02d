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
  laneGap: 1024,
  laneTarget: 2048,
} as const;
