import type { Untrusted } from "../../../base/mod.ts";
import type { PlannedSecond } from "../../../run/mod.ts";

/*
 * Numbers of what a part tells: they come from another machine, and are added
 * up, drawn and shown. Each function throws `Unfit` for one that nothing can
 * have come to.
 */

const PHASES_MAX = 64;
const COUNT_MAX = 1e12;
const BYTES_MAX = 1e15;
const MS_MAX = 1.4e13;
const WORKERS_MAX = 1e4;
/** No number of a moment is larger, whatever it means. */
const NUMBER_MAX = 1e15;

/** Least and greatest of each number of a moment. */
const MOMENT: Readonly<Record<string, readonly [min: number, max: number]>> = {
  startMs: [0, MS_MAX],
  begunMs: [0, MS_MAX],
  nowMs: [0, MS_MAX],
  share: [0, 1],
  lastFullSecond: [-COUNT_MAX, COUNT_MAX],
  workersUp: [0, WORKERS_MAX],
  workersWanted: [0, WORKERS_MAX],
  cpuSec: [0, COUNT_MAX],
  rssBytes: [0, BYTES_MAX],
  pollMs: [0, MS_MAX],
  ownTrips: [0, COUNT_MAX],
};

/** One second of a part's timeline. */
export function readSecond(second: Untrusted): PlannedSecond {
  const count = (key: string) => second.at(key).number(0, COUNT_MAX);
  return {
    t: count("t"),
    second: count("second"),
    planned: count("planned"),
    due: count("due"),
    sent: count("sent"),
    ok: count("ok"),
    failed: count("failed"),
    missed: count("missed"),
    phases: second.at("phases").items(PHASES_MAX)
      .map((slots) => slots.number(0, COUNT_MAX)),
  };
}

/** All numbers of a moment, wherever they stand. */
export function checkMomentNumbers(moment: Untrusted): void {
  for (const [key, [min, max]] of Object.entries(MOMENT)) {
    moment.at(key).number(min, max);
  }
  moment.at("endMs").orNull((ms) => ms.number(0, MS_MAX));
  const breaker = moment.at("breaker");
  breaker.at("level").number(0, 1);
  breaker.at("trips").number(0, COUNT_MAX);
  breaker.at("heldMs").number(0, MS_MAX);
  for (const target of moment.at("health").items(NUMBER_MAX)) {
    target.at("removedMs").number(0, MS_MAX);
  }
  checkFinite(moment);
}

/** JSON has numbers that are no doubles. */
function checkFinite(value: Untrusted): void {
  // Looked at again one by one, to name the one that is wrong.
  if (!isFinite(value.object())) nameInfinite(value);
}

function isFinite(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) <= NUMBER_MAX;
  if (typeof value !== "object" || value === null) return true;
  for (const each of Object.values(value)) if (!isFinite(each)) return false;
  return true;
}

function nameInfinite(value: Untrusted): void {
  if (value.isNumber) value.number(-NUMBER_MAX, NUMBER_MAX);
  if (value.isList) value.items(NUMBER_MAX).forEach(nameInfinite);
  else if (value.isObject) {
    for (const [, each] of value.entries()) nameInfinite(each);
  }
}
