import { type Forecast, forecast } from "../../../src/pattern/mod.ts";

/** Ten minutes of even traffic. */
export function fakeForecast(): Forecast {
  return forecast({
    seed: 98,
    zone: "UTC",
    base: 100,
    max: 500,
    rampUpMs: 0,
    schedule: [],
    spikes: null,
    noise: null,
  }, { startMs: 0, durationMs: 600_000, stepMs: 60_000 });
}
