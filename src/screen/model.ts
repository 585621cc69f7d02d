import type { Forecast } from "../pattern/mod.ts";
import type { TerminalCaps } from "../report/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import type { History } from "./history.ts";

/** Everything that the live screen shows. */
export interface ScreenModel {
  readonly snapshot: Snapshot;
  readonly history: History;
  /** What comes next, in steps of a few seconds at most; null where nothing comes. */
  readonly forecast: Forecast | null;
  /** What the user should see at once, such as the answer to a key. */
  readonly message: string | null;
  /** What q does, in words; absent = it stops the run. */
  readonly quit?: string;
}

/** What a screen is drawn for. */
export interface ScreenSize extends TerminalCaps {
  readonly columns: number;
  readonly rows: number;
}

/** About how far the chart looks back, and as far ahead, in seconds. */
export const CHART_SEC = 120;
