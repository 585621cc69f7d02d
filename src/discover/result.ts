import type { Search } from "./search.ts";
import type { SearchEnd, StepTaken } from "./types.ts";

/** Of what a target sustained, what it should be asked for day by day. */
const RECOMMENDED_SHARE = 0.8;

/** What a search came to; rates in requests a second, null = not found. */
export interface Discovery {
  readonly end: SearchEnd;
  /** Highest rate that held: what was really sent, never more than was asked for. */
  readonly sustained: number | null;
  readonly breaking: { readonly rate: number; readonly first: string } | null;
  /** Highest rate that held after an overload; null = none did, or it was not looked for. */
  readonly comingDown: number | null;
  readonly recommended: number | null;
  readonly steps: readonly StepTaken[];
}

/** What a search came to, from its state and the steps that were made. */
export function discoveryOf(
  search: Search,
  steps: readonly StepTaken[],
): Discovery {
  const { move, low, high, down } = search;
  const sustained = sentRate(steps, low, "up");
  const comingDown = sentRate(steps, down, "down");
  return {
    end: move.kind === "done" ? move.end : "interrupted",
    sustained,
    breaking: high?.by === "target"
      ? { rate: high.rate, first: high.first }
      : lowestBroken(steps, low ?? 0),
    comingDown,
    recommended: sustained === null ? null : floored(
      Math.min(sustained * RECOMMENDED_SHARE, comingDown ?? Infinity),
    ),
    steps,
  };
}

/** Where kar spoilt the last steps, an earlier one may have broken the target. */
function lowestBroken(
  steps: readonly StepTaken[],
  low: number,
): Discovery["breaking"] {
  let lowest: Discovery["breaking"] = null;
  for (const { pass, measure: { rate }, verdict } of steps) {
    if (pass !== "up" || verdict.kind !== "broken" || rate <= low) continue;
    if (lowest === null || rate < lowest.rate) {
      lowest = { rate, first: verdict.first };
    }
  }
  return lowest;
}

/** What was sent at a rate that held: chance may have made it less than was asked for. */
function sentRate(
  steps: readonly StepTaken[],
  rate: number | null,
  pass: StepTaken["pass"],
): number | null {
  const held = steps.findLast((step) =>
    step.pass === pass && step.measure.rate === rate &&
    step.verdict.kind === "sustained"
  );
  if (held === undefined) return null;
  const { sent, durationMs } = held.measure;
  return floored(Math.min(held.measure.rate, sent / durationMs * 1000));
}

/** Three digits, and never more than there was. */
function floored(rate: number): number {
  const unit = 10 ** (Math.floor(Math.log10(Math.max(rate, 1e-9))) - 2);
  return Number((Math.floor(rate / unit + 1e-9) * unit).toPrecision(3));
}

/** The JSON that `kar discover --json` prints. */
export function discoveryJson(discovery: Discovery): unknown {
  const { end, sustained, breaking, comingDown, recommended } = discovery;
  return {
    sustained: { rate: sustained },
    breaking: { rate: breaking?.rate ?? null, first: breaking?.first ?? null },
    comingDown: { rate: comingDown },
    recommended,
    end,
    steps: discovery.steps.map(stepJson),
  };
}

function stepJson({ pass, measure, verdict }: StepTaken): unknown {
  const { rate, durationMs, due, sent, completed, failed, p95Ms } = measure;
  return {
    pass,
    rate,
    sentRate: Number((sent / durationMs * 1000).toPrecision(4)),
    durationMs,
    due,
    sent,
    missed: due - sent,
    completed,
    failed,
    unfinished: measure.unfinished,
    responseP95Ms: p95Ms,
    inFlight: measure.inFlight,
    verdict: verdict.kind,
    reason: verdict.kind === "sustained" ? null : verdict.first,
  };
}
