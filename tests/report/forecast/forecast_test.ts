import assert from "node:assert/strict";
import {
  buildForecast,
  type ForecastOptions,
  renderForecast,
  widthOf,
} from "../../../src/report/mod.ts";
import { forecastFixture } from "../../fixtures/forecast.ts";
import {
  journeysPlan,
  journeyWith,
  stepWith,
  targetWith,
} from "../../sim/plans.ts";
import { assertGolden } from "../../fixtures/golden.ts";

const TEXT: ForecastOptions = {
  format: "text",
  zone: "Europe/Berlin",
  width: 80,
  color: "none",
  unicode: true,
};

/** The first rows only, as a machine would read them. */
function shortForecast() {
  const whole = forecastFixture();
  return { ...whole, rows: whole.rows.slice(598, 602) };
}

Deno.test("renderForecast() draws the golden plot in local time", async () => {
  await assertGolden("forecast_text", renderForecast(forecastFixture(), TEXT));
});

Deno.test("renderForecast() draws without Unicode", async () => {
  const text = renderForecast(forecastFixture(), { ...TEXT, unicode: false });
  assert.match(text, /^[ -~\n]*$/);
  await assertGolden("forecast_ascii", text);
});

Deno.test("renderForecast() writes the golden CSV", async () => {
  const csv = renderForecast(shortForecast(), { ...TEXT, format: "csv" });
  assert.ok(
    csv.startsWith(
      "time,rate,expected,schedule,ramp,spike,noise,phase,trend,scenario,calendar,drift,burst,irregular\n",
    ),
  );
  await assertGolden("forecast_csv", csv);
});

Deno.test("renderForecast() writes JSON that is what buildForecast() says", async () => {
  const json = renderForecast(shortForecast(), { ...TEXT, format: "json" });
  assert.deepEqual(JSON.parse(json), buildForecast(shortForecast(), TEXT.zone));
  await assertGolden("forecast_json", json);
});

Deno.test("renderForecast() fits any width and any span", () => {
  const day = forecastFixture();
  for (const width of [40, 80, 200]) {
    for (const count of [0, 1, 7, 90, 1440]) {
      const rows = day.rows.slice(0, count);
      const span = { rows, durationMs: Math.max(1, count) * day.stepMs };
      const text = renderForecast({ ...day, ...span }, { ...TEXT, width });
      assert.doesNotMatch(text, /NaN|undefined|Infinity/);
      for (const line of text.split("\n")) {
        assert.ok(widthOf(line) <= width, line);
      }
    }
  }
});

Deno.test("renderForecast() draws a zero forecast as an empty plot", () => {
  const day = forecastFixture();
  const rows = day.rows.map((row) => ({
    ...row,
    rate: 0,
    peakRate: 0,
    expected: 0,
  }));
  const text = renderForecast({ ...day, rows, spikes: [] }, TEXT);
  assert.doesNotMatch(text, /[▁▂▃▄▅▆▇█]/);
  assert.match(text, /spikes none/);
});

Deno.test("renderForecast() draws each column's highest slot, and says so", () => {
  const day = forecastFixture();
  const flat = day.rows.map((row) => ({ ...row, rate: 1, peakRate: 1 }));
  const rows = flat.map((row, i) =>
    i === 700 ? { ...row, peakRate: 400 } : row
  );
  const text = renderForecast({ ...day, rows }, TEXT);
  assert.match(text, /each column draws its highest slot/);
  const [top] = text.split("\n").filter((line) => line.includes("┤"));
  assert.match(top!, /^ +400 ┤ +█ *$/);
});

Deno.test("renderForecast() tells what arrivals come to where some are journeys", () => {
  const buy = journeyWith({
    weight: 3,
    items: [
      stepWith({ repeat: { kind: "times", from: 1, to: 4 } }),
      stepWith({ name: "pay", probability: 0.5 }),
    ],
  });
  const plan = journeysPlan([buy], { targets: [targetWith({ weight: 1 })] });
  const forecast = { ...forecastFixture(), total: 4000 };
  const text = renderForecast(forecast, { ...TEXT, plan });
  assert.match(
    text,
    /total {2}4,000 arrivals expected, 10,000 requests with all steps\n +3,000 × buy of 3 requests\n/,
  );
  const { requests, journeys } = buildForecast(forecast, TEXT.zone, plan);
  assert.deepEqual([requests, journeys], [
    10_000,
    [{ name: "buy", started: 3000, requests: 3 }],
  ]);
});
