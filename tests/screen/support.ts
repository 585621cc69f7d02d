import {
  type History,
  NO_HISTORY,
  renderScreen,
  type ScreenModel,
  type ScreenSize,
  withSecond,
} from "../../src/screen/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { forecastFixture } from "../fixtures/forecast.ts";
import { firingFixture, FIXTURE_START_MS } from "../fixtures/snapshot.ts";

/** What a screen is drawn for, unless a test says otherwise. */
export const SIZE: ScreenSize = {
  columns: 80,
  rows: 24,
  color: "none",
  unicode: true,
};
/** A run in the midst of its traffic. */
export const BASE = firingFixture({ endMs: FIXTURE_START_MS + 1_200_000 });

/** What was sent in the seconds before now. */
export function historyOf(
  { nowMs, startMs }: Snapshot,
  rates: readonly number[],
): History {
  const nowSec = Math.floor((nowMs - startMs) / 1000);
  return rates.reduce(
    (history, rate, i) => withSecond(history, nowSec - rates.length + i, rate),
    NO_HISTORY,
  );
}

/** What a screen shows, but for some changes. */
export function modelOf(
  overrides: Partial<Snapshot> = {},
  model: Partial<ScreenModel> = {},
): ScreenModel {
  const snapshot = { ...BASE, ...overrides };
  const whole = forecastFixture({ stepMs: 1000, startMs: snapshot.nowMs });
  return {
    snapshot,
    history: historyOf(
      snapshot,
      Array.from({ length: 90 }, (_, sec) => sec < 60 ? 100 : 240 - 2 * sec),
    ),
    forecast: {
      ...whole,
      rows: whole.rows.slice(580, 880),
      durationMs: 300_000,
      spikes: [snapshot.nowMs - 4000, snapshot.nowMs + 33_400],
    },
    message: null,
    ...model,
  };
}

/** The screen as one text. */
export function textOf(
  model: ScreenModel,
  size: Partial<ScreenSize> = {},
): string {
  return renderScreen(model, { ...SIZE, ...size }).join("\n");
}
