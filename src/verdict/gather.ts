import type { Measure, Selection } from "../threshold/mod.ts";
import type { SeriesGrowth } from "../stats/mod.ts";
import type { Gathering } from "./sample.ts";
import type { JudgedSecond } from "./second.ts";

/** Where a second adds its part. */
export type Into = Pick<Gathering, "count" | "time">;

/** Adds to a sample what a second says of one measure. */
export type Gather = (second: JudgedSecond, sample: Into) => void;

/** What is counted together: a target, or a step of a journey. */
export interface SeriesName {
  readonly name: string;
  readonly step?: { readonly journey: string; readonly name: string };
}

/** Left out unless somebody selects it: what warms up says nothing of what is warm. */
const LEFT_OUT = "ramp";

/**
 * How a measure is taken from a second.
 *
 * What is counted by target and phase is told apart exactly. Codes, lag, parts
 * of the service time and rates are counted by the second: they belong to the
 * phase and scenario that it ended in.
 *
 * @param series names by number, as they are now
 */
export function gatherOf(
  measure: Measure,
  series: () => readonly SeriesName[],
): Gather {
  const { name, select } = measure;
  const isMeant = (part: { readonly target: number }) =>
    isSeries(select, series()[part.target]);
  const isIn = (part: SeriesGrowth, { scenarios }: JudgedSecond) => {
    const scenario = scenarios[part.scenario] ?? null;
    return isStage(select, { phase: part.phase, scenario }) && isMeant(part);
  };
  const ofParts =
    (add: (part: SeriesGrowth, sample: Into) => void): Gather =>
    (second, sample) => {
      for (const part of second.parts) {
        if (isIn(part, second)) add(part, sample);
      }
    };
  switch (name) {
    case "response":
      return ofParts(({ response }, sample) => sample.time(response));
    case "service":
      return ofParts(({ service }, sample) => sample.time(service));
    case "ttfb":
      return inStage(select, (s, sample) => sample.time(s.firstByte));
    case "connect":
      return inStage(select, (s, sample) => sample.time(s.connect));
    case "lag":
      return inStage(select, (s, sample) => sample.time(s.sendLag));
    case "errors":
      return select.status === undefined
        ? ofParts(({ failed, completed }, sample) =>
          sample.count(failed, completed)
        )
        : codesOf(measure, isMeant);
    case "status":
      return codesOf(measure, isMeant);
    case "achieved":
      return ofParts(({ sent, missed }, sample) =>
        sample.count(sent, sent + missed)
      );
    case "missed":
      return ofParts(({ sent, missed }, sample) =>
        sample.count(missed, sent + missed)
      );
    case "sent":
      return ofParts(({ sent, missed }, sample) =>
        sample.count(sent, sent + missed)
      );
    case "rate":
      return rateOf(select, isIn);
    case "recovery":
    case "proof":
      // It is not a sum of seconds.
      return () => {};
  }
}

/**
 * Whether a measure counts by the second what totals do not tell: in which
 * stage, or for how long.
 */
export function isOfSeconds({ name, select }: Measure): boolean {
  return name === "rate" || name === "status" ||
    (name === "errors" && select.status !== undefined);
}

/** Requests sent, and the seconds that they were sent in. */
function rateOf(
  select: Selection,
  isIn: (part: SeriesGrowth, second: JudgedSecond) => boolean,
): Gather {
  return (second, sample) => {
    for (const part of second.parts) {
      if (isIn(part, second)) sample.count(part.sent, 0);
    }
    if (isStage(select, second)) sample.count(0, second.seconds);
  };
}

/** Answers with codes of a span, or those of them that were no success. */
function codesOf(
  { name, select, codes }: Measure,
  isMeant: (part: { readonly target: number }) => boolean,
): Gather {
  const [from, to] = codes ?? select.status!;
  return inStage(select, (second, sample) => {
    for (const part of second.parts) {
      if (isMeant(part)) sample.count(0, part.completed);
    }
    for (const all of second.codes.filter(isMeant)) {
      for (const [code, count, failed] of all.codes) {
        const isOne = code >= from && code <= to;
        if (isOne) sample.count(name === "errors" ? failed : count, 0);
      }
    }
  });
}

function inStage(select: Selection, gather: Gather): Gather {
  return (second, sample) => {
    if (isStage(select, second)) gather(second, sample);
  };
}

function isStage(
  { phase, scenario }: Selection,
  actual: Pick<JudgedSecond, "phase" | "scenario">,
): boolean {
  if (scenario !== undefined && scenario !== actual.scenario) return false;
  return phase === undefined
    ? actual.phase !== LEFT_OUT
    : actual.phase === phase;
}

function isSeries(
  { target, step }: Selection,
  series: SeriesName | undefined,
): boolean {
  if (target !== undefined && series?.name !== target) return false;
  return step === undefined || isStep(step, series?.step);
}

/** A step goes by its own name, or by that of its journey too. */
function isStep(wanted: string, step: SeriesName["step"]): boolean {
  return step !== undefined &&
    (wanted === step.name || wanted === `${step.journey}/${step.name}`);
}
