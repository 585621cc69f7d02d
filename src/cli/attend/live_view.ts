import { type Cancel, messageOf } from "../../base/mod.ts";
import type { Action, Run } from "../../controller/mod.ts";
import type { Forecast } from "../../pattern/mod.ts";
import { lookOf } from "../../report/mod.ts";
import {
  CHART_SEC,
  type Command,
  openScreen,
  renderScreen,
  type Screen,
} from "../../screen/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { System, Terminal } from "../system.ts";
import type { Viewer } from "./viewer.ts";

/** Time between two pictures. */
const FRAME_MS = 200;
/** Step of the chart's forecast. */
const FORECAST_STEP_MS = 1000;
/** How far ahead a forecast reaches beyond the chart, so that it is seldom made. */
const FORECAST_SPARE_MS = 30_000;
/** One press of + or −. */
const SCALE_STEP = 1.1;
const MANUAL_SPIKE: Action = { kind: "spike", factor: 3, durationMs: 10_000 };

/** The live screen of one run, with its keys. */
export class LiveView implements Viewer {
  readonly #system: System;
  readonly #terminal: Terminal;
  readonly #totalMs: number | null;
  readonly #history: number[] = [];
  #screen: Screen | null = null;
  #end: Cancel = () => {};
  #message: string | null = null;
  #lastSecond = 0;
  #scale = 1;
  #forecast: Forecast | null = null;
  /** Until when the forecast reaches, and what the breaker let through then. */
  #aheadMs = -Infinity;
  #level = 1;

  constructor(
    system: System,
    terminal: Terminal,
    { totalMs }: { readonly totalMs: number | null },
  ) {
    this.#system = system;
    this.#terminal = terminal;
    this.#totalMs = totalMs;
  }

  log(line: string): void {
    this.#message = line;
  }

  watch(run: Run, stop: () => void): void {
    this.#screen = openScreen({
      ...this.#terminal,
      onKey: (key) => this.#press(run, key, stop),
    });
    this.#end = this.#system.every(
      FRAME_MS,
      () => this.#draw(run, run.snapshot()),
    );
  }

  async close(): Promise<void> {
    this.#end();
    await this.#screen?.close();
  }

  #press(run: Run, key: Command, stop: () => void): void {
    if (key === "stop" || key === "interrupt") return stop();
    run.apply(this.#actionOf(key, run.snapshot())).then(
      () => {
        // What lies ahead is no longer what was forecast.
        this.#aheadMs = -Infinity;
      },
      (error) => this.log(messageOf(error)),
    );
  }

  #actionOf(
    key: Exclude<Command, "stop" | "interrupt">,
    { state }: Snapshot,
  ): Action {
    switch (key) {
      case "toggle":
        if (state === "armed") return { kind: "fire" };
        return { kind: state === "paused" ? "resume" : "pause" };
      case "spike":
        return MANUAL_SPIKE;
      case "faster":
        this.#scale *= SCALE_STEP;
        return { kind: "scale", value: this.#scale };
      case "slower":
        this.#scale /= SCALE_STEP;
        return { kind: "scale", value: this.#scale };
    }
  }

  #draw(run: Run, snapshot: Snapshot): void {
    const { consoleSize, env } = this.#system;
    const size = consoleSize();
    if (size === undefined) return;
    this.#remember(snapshot);
    const model = {
      snapshot,
      history: this.#history,
      forecast: this.#ahead(run, snapshot),
      totalMs: this.#totalMs,
      message: this.#message,
    };
    this.#screen?.draw(renderScreen(model, { ...lookOf(env, true), ...size }));
  }

  #remember({ nowMs, startMs, sentRate }: Snapshot): void {
    const second = Math.floor((nowMs - startMs) / 1000);
    if (second <= this.#lastSecond) return;
    this.#lastSecond = second;
    this.#history.push(sentRate);
    if (this.#history.length > CHART_SEC) this.#history.shift();
  }

  /** What will be sent in the chart's span, as things are. */
  #ahead(run: Run, { startMs, nowMs, breaker }: Snapshot): Forecast | null {
    if (breaker.level !== this.#level) this.#aheadMs = -Infinity;
    this.#level = breaker.level;
    const runEndMs = startMs + (this.#totalMs ?? Infinity);
    const neededMs = Math.min(nowMs + CHART_SEC * 1000, runEndMs);
    if (this.#aheadMs >= neededMs) return this.#forecast;
    this.#aheadMs = Math.min(neededMs + FORECAST_SPARE_MS, runEndMs);
    const fromMs = Math.floor(nowMs / FORECAST_STEP_MS) * FORECAST_STEP_MS;
    this.#forecast = run.forecast({
      startMs: fromMs,
      durationMs: Math.max(0, this.#aheadMs - fromMs),
      stepMs: FORECAST_STEP_MS,
    });
    return this.#forecast;
  }
}
