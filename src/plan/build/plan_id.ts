import { createHash } from "node:crypto";
import type { JourneyPlan } from "../journeys.ts";
import type { DataPlan, Plan, TargetPlan } from "../types.ts";
import { canonicalJson } from "./canonical.ts";

/** Changes with the meaning of what is hashed, so that old ids stay apart. */
const PLAN_ID_VERSION = 1;
const PLAN_ID_DIGITS = 16;

/** What decides arrivals and what differs between their requests, and nothing else. */
export type Decisive = Pick<
  Plan,
  "targets" | "journeys" | "setup" | "pattern" | "arrivals" | "data" | "replay"
>;

/** 16 hexadecimal digits of the SHA-256 of what decides arrivals. */
export function planIdOf(
  { targets, journeys = [], setup, pattern, arrivals, data = [], replay }:
    Decisive,
): string {
  const varying = targets.map(templatesOf).filter((texts) => texts !== null);
  const decisive = {
    version: PLAN_ID_VERSION,
    targets: targets.map(({ name, weight }) => [name, weight]),
    pattern,
    arrivals,
    // Left out where nothing varies: the ids of such plans stay.
    ...(varying.length > 0 && { varying }),
    ...(journeys.length > 0 && { journeys: journeys.map(decisiveJourney) }),
    ...(setup && {
      setup: {
        items: setup.items,
        requests: setup.requests.map((
          request,
        ) => [request.method, textsOf(request)]),
      },
    }),
    ...(data.length > 0 && { data: data.map(decisiveData) }),
    ...(replay && { replay: decisiveReplay(replay) }),
  };
  return createHash("sha256").update(canonicalJson(decisive)).digest("hex")
    .slice(0, PLAN_ID_DIGITS);
}

/** The texts of a target whose requests have fields; null = they have none. */
function templatesOf(target: TargetPlan) {
  const texts = textsOf(target);
  return JSON.stringify(texts).includes("{{") ? texts : null;
}

function textsOf(target: TargetPlan) {
  const { name, url, headers, body, content, basicAuth, grpc } = target;
  return { name, url, headers, body, content, basicAuth, grpc };
}

/** A script is what is in its files. */
function decisiveJourney({ script, ...journey }: JourneyPlan) {
  if (script === undefined) return journey;
  const { file: _, ...decisive } = script;
  return { ...journey, script: decisive };
}

/** What a file is called decides nothing, what is in it does. */
function decisiveData({ name, source, pick, types, digest }: DataPlan) {
  const rows = source.kind === "values" ? source.values : digest ?? null;
  return { name, rows, pick, types };
}

/** What a trace is called decides nothing, what is in it does. */
function decisiveReplay({ trace: _, ...rest }: NonNullable<Plan["replay"]>) {
  return rest;
}
