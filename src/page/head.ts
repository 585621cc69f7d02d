import { printableJson } from "../base/mod.ts";
import { PHASES, scenarioNames } from "../pattern/mod.ts";
import { maskedPlan, type Plan } from "../plan/mod.ts";
import { buildReport, headline, limitReasons } from "../report/mod.ts";
import {
  cellMidUs,
  COARSE,
  type Distribution,
  type Snapshot,
} from "../stats/mod.ts";
import type {
  CurvePoint,
  PageData,
  PageEvent,
  PageForecast,
  PageReport,
  PageVerdict,
} from "./contract.ts";
import { type PageHead, sendersIn, sharesOf } from "./data/mod.ts";

/** Points of a curve: twenty for each tenth of what is left. */
const CURVE_POINTS = 81;
const POINTS_PER_DECADE = 20;

/** What a page says besides its columns. */
export interface HeadSource {
  /** What the run came to, or stands at. */
  readonly snapshot: Snapshot;
  readonly events: readonly PageEvent[];
  /** What lies ahead; null = nothing, or unknown. */
  readonly ahead: PageForecast | null;
}

/** What a page says besides its columns. Pure. */
export function pageHead({ snapshot, events, ahead }: HeadSource): PageHead {
  const { plan, startMs, nowMs } = snapshot;
  const { steps: _, ...report } = buildReport(snapshot);
  const shareOf = sharesOf(plan);
  return {
    version: 1,
    report,
    phases: PHASES,
    arrivals: plan.arrivals,
    verdict: verdictOf(snapshot, report),
    forecast: ahead,
    curves: curvesOf(snapshot),
    ...scenariosOf(snapshot),
    events,
    config: configOf(plan),
    reach: { fromMs: startMs, toMs: nowMs, zone: plan.pattern.zone },
    senders: sendersIn(snapshot).map((name) => ({
      name,
      share: shareOf(name),
    })),
  };
}

const configs = new WeakMap<Plan, string>();

/** The plan as text; of one plan it is asked for each second. */
function configOf(plan: Plan): string {
  const known = configs.get(plan) ?? printableJson(maskedPlan(plan), 2);
  configs.set(plan, known);
  return known;
}

/** What an outcome is called where thresholds were asked for. */
const WORDS = {
  passed: "pass",
  failed: "fail",
  stopped: "stopped",
  invalid: "invalid",
  unknown: "unknown",
} as const;

/** The answer in words, as the report says it. */
function verdictOf(snapshot: Snapshot, report: PageReport): PageVerdict {
  const { text, style } = headline(snapshot);
  const { thresholds, verdict } = report;
  const kept = thresholds.filter(({ result }) => result === "pass").length;
  const asked = thresholds.length === 0
    ? text
    : `${kept} of ${thresholds.length} thresholds kept; ${text}`;
  if (snapshot.state !== "stopped") return { word: "running", text: asked };
  if (thresholds.length > 0) {
    return { word: WORDS[verdict.outcome], text: asked };
  }
  if (style === "error") return { word: "fail", text };
  const isLimited = limitReasons(snapshot).length > 0;
  return { word: isLimited ? "invalid" : "done", text };
}

function curvesOf({ phases }: Snapshot): Record<string, CurvePoint[]> {
  return Object.fromEntries(
    phases.map(({ phase, response }) => [phase, curveOf(response)]),
  );
}

/** The scenarios of the plan; what did not go on yet has an empty curve. */
function scenariosOf(
  { plan, scenarios }: Snapshot,
): Pick<PageData, "scenarios"> {
  const names = scenarioNames(plan.pattern);
  if (names.length === 0) return {};
  const byName = new Map(
    scenarios.map(({ scenario, response }) => [scenario, response]),
  );
  return {
    scenarios: names.map((name) => {
      const response = byName.get(name);
      return { name, curve: response === undefined ? [] : curveOf(response) };
    }),
  };
}

/** Up to where one request is slower: those with fewer than ten beyond are a guess. */
function curveOf(response: Distribution): CurvePoint[] {
  const cells = [...response.cells()];
  const { count } = response;
  let at = 0;
  let upTo = cells[0]?.[1] ?? 0;
  return Array.from({ length: CURVE_POINTS }, (_, i): CurvePoint[] => {
    const share = 1 - 10 ** (-i / POINTS_PER_DECADE);
    const beyond = Math.floor(count * (1 - share) + 1e-9);
    if (beyond < 1) return [];
    const rank = Math.max(1, Math.ceil(count * share - 1e-9));
    while (upTo < rank) upTo += cells[++at]![1];
    const mid = cellMidUs(COARSE, cells[at]![0]) / 1000;
    const ms = Math.min(Math.max(mid, response.minMs), response.maxMs);
    return [[Number(share.toFixed(6)), Number(ms.toPrecision(4)), beyond]];
  }).flat();
}
