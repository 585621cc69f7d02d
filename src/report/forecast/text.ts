import type { Forecast } from "../../pattern/mod.ts";
import {
  dim,
  formatRate,
  grouped,
  labelled,
  type Line,
  localTime,
  roundDuration,
} from "../format/mod.ts";
import { forecastPlot, type PlotOptions } from "./plot.ts";

/** How many spikes the text names before it only counts. */
const SPIKES_SHOWN = 6;

const DAY_MS = 24 * 3_600_000;

/** The forecast for people: a plot, and what one would ask of it. */
export function forecastLines(
  forecast: Forecast,
  { zone, width }: PlotOptions,
): Line[] {
  const { startMs, durationMs, stepMs, peak, trough } = forecast;
  const at = (ms: number) => localTime(ms, zone, "full");
  const extreme = ({ rate, timeMs }: Forecast["peak"]) =>
    `${formatRate(rate)} at ${at(timeMs)}`;
  return [
    [
      ["title", "kar forecast"],
      `  ${at(startMs)} to ${at(startMs + durationMs)}`,
    ],
    [dim(
      `  ${zone}, ${roundDuration(durationMs)} in steps of ${
        roundDuration(stepMs)
      }; each column draws its highest slot`,
    )],
    [],
    ...forecastPlot(forecast, { zone, width }),
    [],
    ...labelled("peak  ", extreme(peak), width),
    ...labelled("trough", extreme(trough), width),
    ...labelled("mean  ", formatRate(forecast.meanRate), width),
    ...labelled(
      "total ",
      `${grouped(forecast.total)} requests expected`,
      width,
    ),
    ...labelled("spikes", spikeText(forecast, zone), width),
  ];
}

function spikeText({ spikes, durationMs }: Forecast, zone: string): string {
  if (spikes.length === 0) return "none";
  const parts = durationMs > DAY_MS ? "full" : "time";
  const shown = spikes.slice(0, SPIKES_SHOWN)
    .map((ms) => localTime(ms, zone, parts)).join(", ");
  const more = spikes.length > SPIKES_SHOWN ? ", …" : "";
  return `${grouped(spikes.length)}: ${shown}${more}`;
}
