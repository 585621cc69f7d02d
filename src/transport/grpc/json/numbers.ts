import type { Json } from "../../../plan/mod.ts";
import type { JsonPath, MessageReading } from "./reading.ts";

/** A decimal number, as a string may hold it too: `-5`, `1.50`, `2e3`. */
const DECIMAL_REGEXP =
  /^([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?$/;
/** Zeros that an exponent may add to a whole number; 2^64 has twenty digits. */
const ZEROS_MAX = 40;
const FLOAT_MAX = 3.4028234663852886e38;
const NOT_FINITE: readonly string[] = ["NaN", "Infinity", "-Infinity"];

type Range = readonly [min: bigint, max: bigint];

const SIGNED_32: Range = [-(2n ** 31n), 2n ** 31n - 1n];
const UNSIGNED_32: Range = [0n, 2n ** 32n - 1n];
const SIGNED_64: Range = [-(2n ** 63n), 2n ** 63n - 1n];
const UNSIGNED_64: Range = [0n, 2n ** 64n - 1n];

/** Least and greatest value of each of protobuf's types of whole numbers. */
export const RANGES: ReadonlyMap<string, Range> = new Map([
  ["int32", SIGNED_32],
  ["sint32", SIGNED_32],
  ["sfixed32", SIGNED_32],
  ["uint32", UNSIGNED_32],
  ["fixed32", UNSIGNED_32],
  ["int64", SIGNED_64],
  ["sint64", SIGNED_64],
  ["sfixed64", SIGNED_64],
  ["uint64", UNSIGNED_64],
  ["fixed64", UNSIGNED_64],
]);

/** A whole number of a type, from a JSON number or a string; null = the mistake was reported. */
export function readWhole(
  type: string,
  json: Json,
  at: { readonly reading: MessageReading; readonly path: JsonPath },
): bigint | null {
  const [min, max] = RANGES.get(type)!;
  const text = typeof json === "string" ? at.reading.expand(json) : json;
  const value = typeof text === "number" || typeof text === "string"
    ? wholeOf(text)
    : null;
  return value !== null && value >= min && value <= max ? value : at.reading
    .notA(`a whole number from ${min} to ${max} (${type})`, json, at.path);
}

/** A number of type `float` or `double`; null = the mistake was reported. */
export function readFloat(
  type: string,
  json: Json,
  at: { readonly reading: MessageReading; readonly path: JsonPath },
): number | null {
  const text = typeof json === "string" ? at.reading.expand(json) : json;
  if (typeof text === "string" && NOT_FINITE.includes(text)) {
    return Number(text);
  }
  const isNumber = typeof text === "number" ||
    (typeof text === "string" && DECIMAL_REGEXP.test(text));
  const value = isNumber ? Number(text) : NaN;
  const max = type === "float" ? FLOAT_MAX : Number.MAX_VALUE;
  if (Math.abs(value) <= max) return value;
  const what = `a number (${type}), or one of ${NOT_FINITE.join(", ")}`;
  return at.reading.notA(what, json, at.path);
}

/** The whole number that a text or number is, exactly; null = it is not one. */
function wholeOf(value: string | number): bigint | null {
  if (typeof value === "number") {
    return Number.isInteger(value) ? BigInt(value) : null;
  }
  const match = DECIMAL_REGEXP.exec(value);
  if (match === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return 0n;
  const zeros = Number(exponent) - fraction.length;
  if (zeros > ZEROS_MAX) return null;
  const scaled = zeros >= 0
    ? digits + "0".repeat(zeros)
    : withoutZeros(digits, -zeros);
  return scaled === null ? null : BigInt(scaled) * (sign === "-" ? -1n : 1n);
}

/** Digits without so many zeros at their end; null if those are not all zeros. */
function withoutZeros(digits: string, count: number): string | null {
  const kept = digits.length - count;
  return kept > 0 && /^0*$/.test(digits.slice(kept))
    ? digits.slice(0, kept)
    : null;
}
