import { Untrusted } from "../../../base/mod.ts";

/** Keys under which users' own numbers stand, which are sent as they are. */
const OWN_VALUES = ["content", "message", "values", "check", "vars"];
/** No instant or duration is longer: the year 2400. */
const MS_MAX = 1.4e13;
/** What a config may let somebody think. */
const THINK_MS_MAX = 86_400_000;
const NUMBER_MAX = 1e15;

/**
 * Checks the numbers of a plan that another machine has made: durations, sizes
 * and weights become timers, memory and traffic here.
 *
 * @throws {Unfit} for one that no config can have come to
 */
export function checkPlanNumbers(plan: unknown): void {
  check(new Untrusted(plan, "plan"), "");
}

function check(value: Untrusted, key: string): void {
  if (value.isNumber) checkNumber(value, key);
  if (value.isList) {
    for (const item of value.items(NUMBER_MAX)) check(item, key);
  } else if (value.isObject) {
    for (const [name, each] of value.entries()) {
      if (!OWN_VALUES.includes(name)) check(each, name);
    }
  }
}

function checkNumber(value: Untrusted, key: string): void {
  if (SIGNED.includes(key)) value.number(-MS_MAX, MS_MAX);
  else if (key === "meanMs") value.number(0, THINK_MS_MAX);
  else if (key.endsWith("Ms")) value.number(0, MS_MAX);
  else if (key.endsWith("Bytes") || NOT_NEGATIVE.includes(key)) {
    value.number(0, NUMBER_MAX);
  } else value.number(-NUMBER_MAX, NUMBER_MAX);
}

const NOT_NEGATIVE = [
  "weight",
  "inFlight",
  "connections",
  "journeys",
  "base",
  "max",
  "lambda",
  "factor",
  "multiplier",
];

/** Instants and distances that may lie before what they are counted from. */
const SIGNED = ["offsetMs", "skewMs", "sinceMs"];
