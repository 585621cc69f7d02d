import * as z from "zod";
import {
  forEach,
  FORM,
  JUDGED_MAX,
  type KnownNames,
  namesComplaint,
  parseThreshold,
  type Threshold,
  THRESHOLD_ACTIONS,
  THRESHOLD_CHARS_MAX,
} from "../../threshold/mod.ts";
import { type Finding, text, wholeIn } from "./fields.ts";

const THRESHOLDS_MAX = 100;
const TIMES_MAX = 60;
const NAME_CHARS_MAX = 200;
const PERCENT_REGEXP = /^[0-9]{1,3}(\.[0-9]+)?%$/;
const PERCENT_HINT = "must be a share from 0% to 100%, such as 5%";

/** The same in parts, for editors. */
const PartsSchema = z.strictObject({
  measure: text(NAME_CHARS_MAX).meta({
    description: "What is measured, such as response, errors or status.5xx",
  }),
  stat: text(NAME_CHARS_MAX).optional().meta({
    description: "Of a duration: p50 to p99.999, mean or max",
  }),
  phase: text(NAME_CHARS_MAX).optional().meta({
    description: "Only this phase; ramp is left out unless it is named",
  }),
  target: text(NAME_CHARS_MAX).optional().meta({
    description: "Only this target; * = each of them, one by one",
  }),
  step: text(NAME_CHARS_MAX).optional().meta({
    description: "Only this step of a journey; * = each of them, one by one",
  }),
  scenario: text(NAME_CHARS_MAX).optional().meta({
    description: "Only this scenario",
  }),
  status: z.union([wholeIn(0, 599), text(NAME_CHARS_MAX)]).optional().meta({
    description: "Only these codes: 503, 5xx or 500-504",
  }),
  is: text(NAME_CHARS_MAX).meta({
    description: "How it has to be, such as < 250ms or >= 98%",
  }),
  over: text(NAME_CHARS_MAX).optional().meta({
    description: "In each window of this length; else over the whole run",
  }),
  for: wholeIn(1, TIMES_MAX).optional().meta({
    description: "So many windows in a row must breach",
  }),
  then: z.enum(THRESHOLD_ACTIONS).optional().meta({
    description: "What happens where it is not kept; else fail",
  }),
});

const ThresholdSchema = z.union([
  z.string().min(1).max(THRESHOLD_CHARS_MAX),
  PartsSchema,
], { error: `must be a line or its parts: ${FORM}` })
  .transform((written, context): Threshold => {
    const line = typeof written === "string" ? written : lineOf(written);
    const result = parseThreshold(line);
    if (result.kind === "threshold") return result.threshold;
    context.issues.push({
      code: "custom",
      input: written,
      message: result.message,
      // The message shows the part that is wrong, and not the whole once more.
      params: { isSecret: true },
    });
    return z.NEVER;
  });

type ThresholdParts = z.output<typeof PartsSchema>;

function lineOf(parts: ThresholdParts): string {
  const { measure, stat, is, over, then } = parts;
  const selected = (["phase", "target", "step", "scenario", "status"] as const)
    .filter((key) => parts[key] !== undefined)
    .map((key) => `${key}=${parts[key]}`).join(",");
  return [
    stat === undefined ? measure : `${measure}.${stat}`,
    selected === "" ? "" : `{${selected}}`,
    is,
    over === undefined ? "" : `over ${over}`,
    parts.for === undefined ? "" : `for ${parts.for}`,
    then === undefined ? "" : `-> ${then}`,
  ].filter((part) => part !== "").join(" ");
}

/** What the run is held against. */
export const ThresholdsSchema = z.array(ThresholdSchema).max(THRESHOLDS_MAX)
  .default([]).meta({
    description:
      "What must hold for the run to have passed, one a line, such as response.p99{target=api} < 250ms over 1m -> stop; see docs/thresholds.md",
    examples: [["response.p99 < 250ms", "errors < 0.5% over 1m -> stop"]],
  });

/** How much of the run may go by with kar as the limit. */
export const TolerateSchema = z.string({ error: PERCENT_HINT })
  .regex(PERCENT_REGEXP, PERCENT_HINT)
  .transform((written) => Number(written.slice(0, -1)) / 100)
  .refine((share) => share <= 1, PERCENT_HINT)
  .prefault("5%").meta({
    description:
      "Share of the seconds in which kar itself may have been the limit; beyond it the run is invalid",
  });

/** What thresholds name and need elsewhere in the file. */
export function thresholdsFindings(
  { thresholds, safety, ...named }: Named & {
    readonly thresholds: readonly Threshold[];
    readonly safety: { readonly enabled: boolean };
  },
): Finding[] {
  const known = namesIn(named);
  const texts = thresholds.map(({ text }) => text);
  return thresholds.flatMap((threshold, i) => {
    const message = namesComplaint(threshold, known) ??
      twice(texts, i) ?? withoutBreaker(threshold, safety) ??
      tooMany(thresholds.slice(0, i + 1), known);
    return message === null
      ? []
      : [{ path: ["thresholds", i], message, isSecret: true }];
  });
}

/** What has names that selectors may have. */
interface Named {
  readonly targets: readonly { readonly name: string }[];
  readonly journeys: readonly {
    readonly name: string;
    readonly steps: readonly { readonly name?: string | undefined }[];
  }[];
  readonly scenarios: readonly { readonly name: string }[];
}

/** A step goes by its own name, or by that of its journey too. */
function namesIn({ targets, journeys, scenarios }: Named): KnownNames {
  return {
    target: targets.map(({ name }) => name),
    step: journeys.flatMap((journey) =>
      journey.steps.flatMap(({ name }) =>
        name === undefined ? [] : [name, `${journey.name}/${name}`]
      )
    ),
    scenario: scenarios.map(({ name }) => name),
  };
}

function twice(texts: readonly string[], i: number): string | null {
  const first = texts.indexOf(texts[i]!);
  return first === i
    ? null
    : `is the same as thresholds.${first}: leave it out`;
}

/** Told at the first one that is too many. */
function tooMany(
  upTo: readonly Threshold[],
  known: KnownNames,
): string | null {
  const before = countOf(upTo.slice(0, -1), known);
  const all = before + countOf(upTo.slice(-1), known);
  return all <= JUDGED_MAX || before > JUDGED_MAX
    ? null
    : `with one for each target and step these are ${all} thresholds, and at most ${JUDGED_MAX} can be judged: name those that matter`;
}

function countOf(thresholds: readonly Threshold[], known: KnownNames): number {
  // A step goes by two names, one of which says its journey.
  const step = known.step.filter((name) => name.includes("/"));
  const names = { ...known, step };
  return thresholds.reduce(
    (count, threshold) => count + forEach(threshold, names).length,
    0,
  );
}

function withoutBreaker(
  { action }: Threshold,
  { enabled }: { readonly enabled: boolean },
): string | null {
  return action !== "breaker" || enabled
    ? null
    : "-> breaker needs a circuit breaker: set safety.enabled to true";
}
