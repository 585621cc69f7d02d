import { Untrusted } from "../base/mod.ts";
import type { Pattern } from "../pattern/mod.ts";
import { type Plan, RUN_TARGETS_MAX } from "../plan/mod.ts";
import { PROTOCOL_NAMES } from "../protocol/mod.ts";
import type { Moment } from "../run/mod.ts";

/** Keys that an older version of kar did not have. */
export type Later = "proof" | "recovery";

type Kind = "text" | "number" | "object" | "list" | "flag" | "any";

/** Keys of a type that are always there. */
type Needed<T> = {
  [Key in keyof T]-?: Record<never, never> extends Pick<T, Key> ? never : Key;
}[keyof T];

type Shape<T> = Readonly<Record<Needed<T>, Kind>>;

/** A key that is added to a moment goes into `Later`, or old records cannot be read. */
const MOMENT: Shape<Omit<Moment, "plan" | Later>> = {
  state: "text",
  startMs: "number",
  begunMs: "number",
  nowMs: "number",
  endMs: "any",
  parts: "any",
  control: "object",
  share: "number",
  isCutShort: "flag",
  lastFullSecond: "number",
  health: "list",
  workersUp: "number",
  workersWanted: "number",
  cpuSec: "number",
  rssBytes: "number",
  pollMs: "number",
  pacing: "text",
  warnings: "list",
  breaker: "object",
  verdict: "object",
  ownTrips: "number",
};

const PLAN: Shape<Plan> = {
  planId: "text",
  pattern: "object",
  arrivals: "text",
  targets: "list",
  pacing: "text",
  workers: "any",
  limits: "object",
  health: "object",
  metrics: "object",
  shutdownTimeoutMs: "number",
  variables: "list",
};

const PATTERN_NUMBERS = ["seed", "base", "max"] as const satisfies readonly (
  keyof Pattern
)[];

const TEXT_CHARS_MAX = 1e6;
const ITEMS_MAX = 1e6;

/** @throws {Unfit} for what cannot have been written as a moment */
export function checkMoment(value: unknown): void {
  const moment = new Untrusted(value, "moment");
  checkShape(moment, MOMENT);
  moment.at("verdict").at("thresholds").items(ITEMS_MAX);
}

/** @throws {Unfit} for what cannot have been written as a plan */
export function checkPlan(value: unknown): void {
  const plan = new Untrusted(value, "plan");
  checkShape(plan, PLAN);
  const pattern = plan.at("pattern");
  pattern.at("zone").text(TEXT_CHARS_MAX);
  for (const key of PATTERN_NUMBERS) pattern.at(key).number(0, Infinity);
  for (const target of plan.at("targets").items(RUN_TARGETS_MAX)) {
    target.at("name").text(TEXT_CHARS_MAX);
    target.at("url").text(TEXT_CHARS_MAX);
    target.at("protocol").oneOf(PROTOCOL_NAMES);
  }
}

function checkShape(value: Untrusted, shape: Readonly<Record<string, Kind>>) {
  for (const [key, kind] of Object.entries(shape)) check(value.at(key), kind);
}

function check(value: Untrusted, kind: Kind): unknown {
  switch (kind) {
    case "text":
      return value.text(TEXT_CHARS_MAX);
    case "number":
      return value.number(-Infinity, Infinity);
    case "object":
      return value.object();
    case "list":
      return value.items(ITEMS_MAX);
    case "flag":
      return value.flag();
    case "any":
      return;
  }
}
