import type { Run } from "../../run/mod.ts";
import type { LogLine, Observer } from "../../observer/mod.ts";
import type { Forecast } from "../../pattern/mod.ts";
import { terminalCapsOf } from "../../report/mod.ts";
import {
  chartSpanSec,
  NO_HISTORY,
  openScreen,
  renderScreen,
  type Screen,
  withSecond,
} from "../../screen/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { ConsoleSize, System, Terminal } from "../system.ts";
import { LiveKeys, quitOf } from "./live_keys.ts";

/** Time between two pictures. */
const FRAME_MS = 200;
/** Pictures that show a message; then it is old. */
const MESSAGE_FRAMES = 50;
/** Step of the chart's forecast. */
const FORECAST_STEP_MS = 1000;
/** How far ahead a forecast reaches beyond the chart, so that it is seldom made. */
const FORECAST_SPARE_MS = 30_000;

/** A forecast, and what it was made for. */
interface Outlook {
  readonly forecast: Forecast;
  readonly control: Snapshot["control"];
  readonly plan: Snapshot["plan"];
  readonly untilMs: number;
}

/** The live screen of one run, with its keys. */
export class LiveView implements Observer {
  readonly name = "live screen";
  readonly look = {
    everyMs: FRAME_MS,
    at: (snapshot: Snapshot) => this.#draw(snapshot),
  };
  readonly #system: System;
  readonly #terminal: Terminal;
  #history = NO_HISTORY;
  #run: Run | null = null;
  #screen: Screen | null = null;
  #message: string | null = null;
  #messageFrames = 0;
  #outlook: Outlook | null = null;

  constructor(system: System, terminal: Terminal) {
    this.#system = system;
    this.#terminal = terminal;
  }

  line({ message }: LogLine): void {
    this.#message = message;
    this.#messageFrames = MESSAGE_FRAMES;
  }

  begun(run: Run, stop: () => void): void {
    const tell = (message: string) => this.line({ level: "info", message });
    const keys = new LiveKeys(run, { stop, tell });
    this.#run = run;
    this.#screen = openScreen({
      ...this.#terminal,
      onKey: (key) => keys.press(key),
    });
    this.#draw(run.snapshot());
  }

  async close(): Promise<void> {
    await this.#screen?.close();
  }

  #draw(snapshot: Snapshot): void {
    const { consoleSize, env } = this.#system;
    const size = consoleSize();
    if (size === undefined) return;
    const { nowMs, startMs, sentRate } = snapshot;
    const second = Math.floor((nowMs - startMs) / 1000) - 1;
    if (second >= 0) {
      this.#history = withSecond(this.#history, second, sentRate);
    }
    if (this.#messageFrames-- <= 0) this.#message = null;
    const model = {
      snapshot,
      history: this.#history,
      forecast: this.#ahead(snapshot, size),
      message: this.#message,
      ...(this.#run && { quit: quitOf(this.#run) }),
    };
    this.#screen?.draw(
      renderScreen(model, { ...terminalCapsOf(env, true), ...size }),
    );
  }

  /** What will be sent in the chart's span, as things are; null when nothing more will be. */
  #ahead(
    { state, nowMs, endMs, control, plan }: Snapshot,
    { columns }: ConsoleSize,
  ): Forecast | null {
    if (this.#run === null) return null;
    if (state === "draining" || state === "stopped") return null;
    const lastMs = endMs ?? Infinity;
    const neededMs = Math.min(nowMs + chartSpanSec(columns) * 1000, lastMs);
    const known = this.#outlook;
    const holds = known?.control === control && known.plan === plan;
    if (holds && known.untilMs >= neededMs) return known.forecast;
    const untilMs = Math.min(neededMs + FORECAST_SPARE_MS, lastMs);
    const fromMs = Math.floor(nowMs / FORECAST_STEP_MS) * FORECAST_STEP_MS;
    const forecast = this.#run.forecast({
      startMs: fromMs,
      durationMs: Math.max(0, untilMs - fromMs),
      stepMs: FORECAST_STEP_MS,
    });
    this.#outlook = { forecast, control, plan, untilMs };
    return forecast;
  }
}
