import { printableJson } from "../../base/mod.ts";
import { PHASES } from "../../pattern/mod.ts";
import { maskedPlan, type Plan } from "../../plan/mod.ts";
import { buildReport, headline, limitReasons } from "../../report/mod.ts";
import {
  cellMidUs,
  COARSE,
  type Distribution,
  type Snapshot,
} from "../../stats/mod.ts";
import type {
  CurvePoint,
  PageColumns,
  PageData,
  PageEvent,
  PageForecast,
  PageMark,
  PageReport,
  PageSpan,
  PageVerdict,
} from "../contract.ts";
import type { IntervalSeries } from "../series/interval.ts";
import { sendersIn } from "../series/senders.ts";
import { runColumns, seriesOf } from "./columns.ts";

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

/** A sender of requests, and its share of what is planned. */
export interface PageSender {
  readonly name: string;
  readonly share: number;
}

/** Everything of a page but its columns: plain data, for whichever thread has those. */
export interface PageHead extends Omit<PageData, keyof PageColumns | "marks"> {
  /** Where the run began, and how far it has come. */
  readonly reach: Pick<PageSpan, "fromMs" | "toMs" | "zone">;
  readonly senders: readonly PageSender[];
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
    events,
    config: configOf(plan),
    reach: { fromMs: startMs, toMs: nowMs, zone: plan.pattern.zone },
    senders: sendersIn(snapshot).map(({ name }) => ({
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

/** What a page knows from intervals. */
export interface PageRecorded {
  /** At most as many as a picture shows: see `columnsOf`. */
  readonly columns: IntervalSeries;
  readonly marks: readonly PageMark[];
}

/** A page, of its head and of what was recorded. Pure. */
export function pageData(
  head: PageHead,
  { columns, marks }: PageRecorded,
): PageData {
  const { reach: _, senders: __, ...rest } = head;
  return { ...rest, marks, ...shownColumns(head, columns) };
}

const shown = new WeakMap<IntervalSeries, PageColumns>();

/** Columns that have not grown for a second are the same ones. */
function shownColumns(head: PageHead, columns: IntervalSeries): PageColumns {
  const known = shown.get(columns);
  if (known?.series.length === head.senders.length + 1) return known;
  const made = pageColumns(head, columns);
  shown.set(columns, made);
  return made;
}

/** The columns of a page, or of a stretch of it that is looked at closely. Pure. */
export function pageColumns(
  { reach, senders }: Pick<PageHead, "reach" | "senders">,
  { intervals, lengthMs, toMs }: IntervalSeries,
): PageColumns {
  const fromMs = intervals[0]?.startMs ?? reach.fromMs;
  return {
    span: {
      fromMs,
      toMs: Math.max(toMs ?? reach.toMs, fromMs),
      stepMs: lengthMs,
      zone: reach.zone,
    },
    run: runColumns(intervals),
    series: [
      { target: null, share: 1, ...seriesOf(intervals.map(({ all }) => all)) },
      ...senders.map(({ name, share }, i) => ({
        target: name,
        share,
        ...seriesOf(intervals.map(({ targets }) => targets[i]!)),
      })),
    ],
  };
}

/** Share of the traffic by name; of a step, that of the journeys that begin it. */
function sharesOf({ targets, journeys = [] }: Plan): (name: string) => number {
  const weights = new Map(targets.map(({ name, weight }) => [name, weight]));
  const whole = [...targets, ...journeys]
    .reduce((sum, { weight }) => sum + weight, 0);
  for (const { name, weight } of journeys) weights.set(name, weight);
  return (name) => {
    const journey = name.slice(0, Math.max(0, name.indexOf("/")));
    const weight = weights.get(name) || weights.get(journey) || 0;
    return whole === 0 ? 0 : weight / whole;
  };
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
