import { parseDuration } from "../base/mod.ts";
import { MEASURES } from "./measures.ts";
import { type Pieces, Wrong } from "./scan.ts";
import type { Limit, Measure } from "./threshold.ts";
import { PROOF_RESULTS, type ProofResult, type Unit } from "./words.ts";

/** A unit in words, and what fits it. */
const UNITS: Readonly<Record<Unit, { is: string; like: string }>> = {
  ms: { is: "a duration", like: "250ms" },
  share: { is: "a share", like: "0.5%" },
  count: { is: "a count", like: "0" },
  perSec: { is: "a rate", like: "100/s" },
  proof: { is: "a proof", like: PROOF_RESULTS.join(", ") },
};

/**
 * The limit of a threshold, in a unit that its measure has.
 *
 * @throws {Wrong} for another unit, and for what is not a value
 */
export function readLimit(pieces: Pieces, { name }: Measure): Limit {
  const { measure, limit: text, operator } = pieces;
  const { units } = MEASURES[name];
  const limit = valueOf(text);
  if (limit === null || !units.includes(limit.unit)) {
    throw wrongUnit({ measure, text, limit, units });
  }
  if (limit.unit === "proof" && operator !== "==") {
    throw new Wrong(`${measure} is not more or less: write == ${text}`);
  }
  if (limit.unit === "share" && limit.value > 1) {
    throw new Wrong(`${measure} is a share: at most 100%, not ${text}`);
  }
  return limit;
}

function valueOf(text: string): Limit | null {
  if (isProof(text)) return { unit: "proof", value: text };
  if (/^\d+$/.test(text)) return { unit: "count", value: Number(text) };
  const ms = parseDuration(text);
  if (ms !== undefined) return { unit: "ms", value: ms };
  const [, number, sign] = /^(\d+(?:\.\d+)?)(%|\/s)$/.exec(text) ?? [];
  if (number === undefined) return null;
  return sign === "%"
    ? { unit: "share", value: Number(number) / 100 }
    : { unit: "perSec", value: Number(number) };
}

function isProof(text: string): text is ProofResult {
  return (PROOF_RESULTS as readonly string[]).includes(text);
}

function wrongUnit({ measure, text, limit, units }: {
  readonly measure: string;
  readonly text: string;
  readonly limit: Limit | null;
  readonly units: readonly Unit[];
}): Wrong {
  const wanted = units.map((unit) => UNITS[unit].is).join(" or ");
  const given = limit === null ? "no value" : UNITS[limit.unit].is;
  return new Wrong(
    `${measure} is ${wanted}, and "${text}" is ${given}: write ${
      exampleOf(text, limit, units[0]!)
    }`,
  );
}

/** What was meant most likely: a bare number gets the unit that is missing. */
function exampleOf(text: string, limit: Limit | null, unit: Unit): string {
  const sign = { ms: "ms", share: "%", perSec: "/s" }[unit as "ms"];
  return limit?.unit === "count" && sign !== undefined
    ? text + sign
    : `${UNITS[unit].like}`;
}
