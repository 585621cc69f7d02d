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
import { type ForecastPlan, requestsExpected } from "./data.ts";
import { forecastPlot, type PlotOptions } from "./plot.ts";

/** How many spikes the text names before it only counts. */
const SPIKES_SHOWN = 6;

const DAY_MS = 24 * 3_600_000;

/** The forecast for people: a plot, and what one would ask of it. */
export function forecastLines(
  forecast: Forecast,
  { zone, width, plan }: PlotOptions & { readonly plan?: ForecastPlan },
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
    ...totalLines(forecast, { width, plan }),
    ...labelled("spikes", spikeText(forecast, zone), width),
  ];
}

function totalLines(
  { total }: Forecast,
  { width, plan }: {
    readonly width: number;
    readonly plan: ForecastPlan | undefined;
  },
): Line[] {
  const { requests, journeys = [] } = requestsExpected(total, plan);
  if (requests === undefined) {
    return labelled("total ", `${grouped(total)} requests expected`, width);
  }
  const each = journeys.map(({ name, started, requests }) =>
    `${grouped(started)} × ${name} of ${Number(requests.toFixed(2))} requests`
  );
  return [
    ...labelled(
      "total ",
      `${grouped(total)} arrivals expected, ${
        grouped(requests)
      } requests with all steps`,
      width,
    ),
    ...labelled("      ", each.join(", "), width),
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
