/**
 * What would be sent, for people and machines: a plot in the terminal, CSV, JSON.
 *
 * @module
 */
import { type Painted, plain, printableJson } from "../../base/mod.ts";
import type { Forecast } from "../../pattern/mod.ts";
import { paintText, type TerminalCaps } from "../format/mod.ts";
import { buildForecast, csvText, type ForecastPlan } from "./data.ts";
import { forecastLines } from "./text.ts";

export { buildForecast } from "./data.ts";
export { forecastPlot } from "./plot.ts";

/** How a forecast is written. */
export type ForecastFormat = "text" | "csv" | "json";

/** What a forecast is written for. Machines get neither colours nor local times. */
export interface ForecastOptions extends TerminalCaps {
  readonly format: ForecastFormat;
  /** IANA name of the zone in which the text tells times; JSON names it. */
  readonly zone: string;
  /** Columns of the text. */
  readonly width: number;
  /** Where it has journeys, what they come to is told; absent = it has none. */
  readonly plan?: ForecastPlan;
}

/** Writes a forecast, with a final newline. */
export function renderForecast(
  forecast: Forecast,
  options: ForecastOptions,
): Painted {
  switch (options.format) {
    case "text":
      return paintText(
        forecastLines(forecast, options),
        options,
        options.width,
      );
    case "csv":
      return plain(csvText(forecast));
    case "json":
      return plain(
        `${
          printableJson(buildForecast(forecast, options.zone, options.plan))
        }\n`,
      );
  }
}
