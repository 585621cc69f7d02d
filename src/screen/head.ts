import {
  bar,
  besideState,
  changesOf,
  dim,
  formatElapsed,
  formatProgress,
  formatRate,
  type Line,
  roundDuration,
  type Span,
  spread,
  stateStyle,
} from "../report/mod.ts";
import type { ScreenModel, ScreenSize } from "./model.ts";
import { PRIORITY, single, type StackBlock } from "./stack.ts";

/** Name, state, phase, time. */
export function headBlock(
  model: ScreenModel,
  { columns }: ScreenSize,
): StackBlock {
  const { snapshot } = model;
  const { state, phase, scenario, breaker, plan, nowMs, startMs, endMs } =
    snapshot;
  const beside = besideState({ state, phase, scenario, level: breaker.level });
  const dot: Span = [stateStyle(state), `● ${state}`];
  const left: Span[] = [" ", ["title", "kar98k"], "  ", dot];
  if (beside !== "") left.push("  ", ["accent", beside]);
  const requests = [...plan.targets, ...plan.setup?.requests ?? []];
  if (requests.some(({ insecure }) => insecure)) {
    left.push("  ", ["error", "INSECURE"]);
  }
  const elapsed = formatProgress(nowMs - startMs);
  const whole = endMs === null ? "" : ` of ${formatElapsed(endMs - startMs)}`;
  return single(PRIORITY.head, spread(left, [elapsed + whole], columns));
}

/** A line across. */
export function ruleBlock({ columns }: ScreenSize): StackBlock {
  return single(PRIORITY.rule, [dim("─".repeat(columns))]);
}

/** Current and planned rate, and the next spike. */
export function rateBlock(
  model: ScreenModel,
  { columns }: ScreenSize,
): StackBlock {
  const { sentRate, plannedRate, state, breaker } = model.snapshot;
  const { reason } = breaker;
  const left: Line = [
    " ",
    ["accent", formatRate(sentRate)],
    ` of ${formatRate(plannedRate)} planned`,
    ["warn", changesText(model)],
  ];
  const right: Span = reason !== null && state === "tripped"
    ? ["error", reason]
    : dim(spikeText(model));
  return single(PRIORITY.rate, spread(left, [right], columns));
}

/** What operators have made of the plan's rate; the maximum stands at the bar. */
function changesText({ snapshot: { control } }: ScreenModel): string {
  return changesOf({ ...control, max: NaN }).map((text) => ` · ${text}`)
    .join("");
}

function spikeText({ snapshot, forecast }: ScreenModel): string {
  if (snapshot.plan.pattern.spikes === null) return "no spikes";
  if (forecast === null) return "";
  const next = forecast.spikes.find((ms) => ms > snapshot.nowMs);
  if (next !== undefined) {
    return `next spike in ${
      roundDuration(Math.ceil((next - snapshot.nowMs) / 1000) * 1000)
    }`;
  }
  // Whoever is in one wonders about no other.
  if (snapshot.spikeActive) return "spike now";
  const endMs = forecast.startMs + forecast.durationMs;
  const sec = Math.floor((endMs - snapshot.nowMs) / 1000);
  return sec > 0 ? `no spike in the next ${roundDuration(sec * 1000)}` : "";
}

/** The sent rate against the maximum in force; what the plan wants beyond it is hatched. */
export function barBlock(
  { snapshot }: ScreenModel,
  size: ScreenSize,
): StackBlock {
  const { sentRate, plannedRate, plan, control, share } = snapshot;
  const isPlans = Number.isNaN(control.max);
  const max = share * (isPlans ? plan.pattern.max : control.max);
  const label = ` max ${formatRate(max)} `;
  const columns = Math.max(0, size.columns - label.length - 1);
  const sent = bar(sentRate, max, columns);
  const planned = bar(plannedRate, max, columns).length - sent.length;
  const hatched = "▒".repeat(Math.max(0, planned));
  const empty = "░".repeat(columns - sent.length - hatched.length);
  return single(PRIORITY.bar, [
    " ",
    ["accent", sent],
    ["soft", hatched],
    dim(empty),
    dim(label),
  ]);
}
