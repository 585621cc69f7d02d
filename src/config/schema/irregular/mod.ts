/**
 * Named irregularities: what is written of them, what is wrong with it, and the
 * form that a plan has.
 *
 * @module
 */
import * as z from "zod";
import { formatDuration, printable, SLOT_MS } from "../../../base/mod.ts";
import {
  cronSlots,
  type Goal,
  IRREGULAR_MAX,
  retrySlots,
  TABLE_SLOTS_MAX,
} from "../../../pattern/mod.ts";
import { type Finding, rule } from "../fields.ts";
import { type IrregularInput, IrregularitySchema } from "./kinds.ts";
import { leastGapMs, whenFindings } from "./when.ts";

export { irregularOf } from "./plan_form.ts";

/** All of them. */
export const IrregularSchema = z.array(
  IrregularitySchema.check(rule((one: IrregularInput) => {
    const findings = whenFindings(one);
    return findings.length > 0 ? findings : kindFindings(one);
  })),
).max(IRREGULAR_MAX).default([]).meta({
  description:
    "Named irregularities, dated or repeated: cron, push, flash, retry, reconnect, crawler",
});

function kindFindings(one: IrregularInput): Finding[] {
  return [...ownFindings(one), ...lengthFindings(one)];
}

function ownFindings(one: IrregularInput): Finding[] {
  switch (one.kind) {
    case "cron": {
      if ((one.share === undefined) === (one.requests === undefined)) {
        return [{ path: [], message: "must have either share or requests" }];
      }
      return one.share !== undefined && one.every === undefined
        ? [{ path: ["share"], message: "must go with every, or be requests" }]
        : goalFindings(one);
    }
    case "push":
    case "crawler":
      return goalFindings(one);
    case "flash": {
      const { hot } = one;
      if (hot === undefined) return [];
      return (hot.target === undefined) === (hot.journey === undefined)
        ? [{ path: ["hot"], message: "must have either target or journey" }]
        : [];
    }
    case "retry":
    case "reconnect":
      return one.backoff.max < one.backoff.base
        ? [{ path: ["backoff", "max"], message: "must be at least base" }]
        : [];
  }
}

function goalFindings(
  { target, journey }: {
    readonly target?: string | undefined;
    readonly journey?: string | undefined;
  },
): Finding[] {
  return target === undefined || journey === undefined
    ? []
    : [{ path: ["journey"], message: "must not stand beside target" }];
}

/** One is over before the next begins, and what is tabulated takes an hour at most. */
function lengthFindings(one: IrregularInput): Finding[] {
  const slots = slotsOf(one);
  const gapMs = leastGapMs(one);
  if (slots * SLOT_MS <= gapMs) return [];
  const text = formatDuration(Math.ceil(slots / 10) * 1000);
  return [{
    path: [],
    message: `must be over before it begins again, ${
      formatDuration(gapMs)
    } later: as it is written it takes ${text}`,
  }];
}

function slotsOf(one: IrregularInput): number {
  switch (one.kind) {
    case "cron":
      return cronSlots({ spreadMs: one.spread, skewMs: one.skew });
    case "flash":
    case "crawler":
      return one.lasts / SLOT_MS;
    case "retry": {
      const { base: baseMs, times, max: maxMs, jitter } = one.backoff;
      return retrySlots({
        ...{ outageMs: one.outage, afterMs: one.after, tries: one.tries },
        backoff: { baseMs, times, maxMs, jitter },
      });
    }
    case "push":
    case "reconnect":
      return TABLE_SLOTS_MAX;
  }
}

/** What irregularities name has to be there. */
export function irregularGoals({ irregular, targets, journeys }: {
  readonly irregular: readonly IrregularInput[];
  readonly targets: readonly NamedTarget[];
  readonly journeys: readonly { readonly name: string }[];
}): Finding[] {
  return irregular.flatMap((one, i) => {
    const hot = one.kind === "flash" ? one.hot : undefined;
    const path = ["irregular", i, ...(hot === undefined ? [] : ["hot"])];
    const { target, journey }: Goal = hot ?? (one as Goal);
    const known = targets.find(({ name }) => name === target);
    const names = listOf(target === undefined ? journeys : targets);
    if (target !== undefined && known === undefined) {
      return [{ path: [...path, "target"], message: `must be ${names}` }];
    }
    if (journey !== undefined && !journeys.some((j) => j.name === journey)) {
      return [{ path: [...path, "journey"], message: `must be ${names}` }];
    }
    return one.kind === "reconnect" && known !== undefined &&
        known.max_requests_per_connection !== 1
      ? [{ path: [...path, "target"], message: NEW_CONNECTIONS }]
      : [];
  });
}

interface NamedTarget {
  readonly name: string;
  readonly max_requests_per_connection?: number | undefined;
}

const NEW_CONNECTIONS =
  "must be a target with max_requests_per_connection: 1, so that each request opens a connection";

/** Names that are told where one is not known. */
const NAMES_MAX = 5;

function listOf(all: readonly { readonly name: string }[]): string {
  if (all.length === 0) return "a name from journeys, of which there are none";
  const names = all.slice(0, NAMES_MAX).map(({ name }) => printable(name));
  const more = all.length > NAMES_MAX ? " or another one's name" : "";
  return names.length === 1
    ? names[0]!
    : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}${more}`;
}
