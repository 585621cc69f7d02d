import {
  type Forecast,
  forecast,
  type ForecastRow,
  type ForecastSpan,
  PHASES,
} from "../pattern/mod.ts";
import type { Control } from "../pattern/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import type { PageForecast } from "./contract.ts";
import { stepFor } from "./data/mod.ts";

/** Asks the run what it will send. */
export type AskForecast = (span: ForecastSpan) => Forecast;

/** How far is looked ahead, as a share of what was, and at least and at most. */
const SHARE = 0.3;
const LEAST_MS = 20_000;
const MOST_MS = 6 * 3_600_000;
/** Asked for at once: some ten thousand slots, which take milliseconds. */
const PIECE_MS = 1_200_000;

/**
 * What is coming, by the function that sends. It is computed in pieces, one in
 * each look, so that no look takes long; a change starts it again.
 */
export class Ahead {
  #rows: ForecastRow[] = [];
  #control: Control | null = null;
  #stepMs = 0;

  /** What is known of it now; null = nothing will be sent any more. */
  of(snapshot: Snapshot, ask: AskForecast): PageForecast | null {
    const { state, nowMs, startMs, endMs, control } = snapshot;
    if (state === "stopped" || state === "draining") return null;
    const stepMs = stepFor(nowMs - startMs);
    // An armed run would begin at another instant each time.
    const isNew = state === "armed" || control !== this.#control;
    if (isNew || stepMs !== this.#stepMs) {
      this.#control = control;
      this.#stepMs = stepMs;
      this.#rows = [];
    }
    const wantedMs = (nowMs - startMs) * SHARE;
    const lengthMs = Math.min(Math.max(wantedMs, LEAST_MS), MOST_MS);
    const toMs = Math.min(nowMs + lengthMs, endMs ?? Infinity);
    this.#rows = this.#rows.filter(({ timeMs }) => timeMs >= nowMs);
    this.#extend(
      Math.ceil(nowMs / stepMs) * stepMs,
      toMs,
      whenFired(snapshot) ?? ask,
    );
    return this.#rows.length === 0 ? null : formOf(this.#rows, stepMs);
  }

  #extend(fromMs: number, toMs: number, ask: AskForecast): void {
    const last = this.#rows.at(-1);
    const startMs = last === undefined ? fromMs : last.timeMs + this.#stepMs;
    const steps = Math.floor(
      Math.min(toMs - startMs, Math.max(PIECE_MS, this.#stepMs)) / this.#stepMs,
    );
    if (steps < 1) return;
    const span = { startMs, durationMs: steps * this.#stepMs };
    this.#rows.push(...ask({ ...span, stepMs: this.#stepMs }).rows);
  }
}

/** For an armed run, what would come if it were fired now. */
function whenFired(
  { state, plan, share, nowMs }: Snapshot,
): AskForecast | null {
  if (state !== "armed") return null;
  return (span) => {
    const all = forecast(plan.pattern, {
      ...span,
      startMs: nowMs,
      durationMs: span.startMs + span.durationMs - nowMs,
    });
    const rows = all.rows.map((row) => ({ ...row, rate: row.rate * share }));
    return { ...all, rows };
  };
}

function formOf(rows: readonly ForecastRow[], stepMs: number): PageForecast {
  return {
    fromMs: rows[0]!.timeMs,
    stepMs,
    rate: rows.map(({ rate }) => Number(rate.toPrecision(5))),
    phase: rows.map(({ phase }) => PHASES.indexOf(phase)),
  };
}
