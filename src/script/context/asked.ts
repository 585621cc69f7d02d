import type { CodeRange } from "../../protocol/mod.ts";
import { ScriptUseError } from "../thrown.ts";
import type { ScriptRequest } from "../types.ts";

/** What every request may say, as a script writes it. */
export interface WrittenAsk {
  readonly mayFail?: unknown;
  readonly ok?: unknown;
}

/** How requests of one sort are written. */
interface Sort {
  /** The function that takes them. */
  readonly what: "http" | "grpc";
  /** Keys that only they have. */
  readonly keys: readonly string[];
  /** The key of their headers. */
  readonly fields: string;
  /** The codes of their answers. */
  readonly codes: CodeRange;
}

const COMMON = ["mayFail", "ok"];
const RANGES_MAX = 64;
const CODES_REGEXP = /^([0-9]{1,3})(?:-([0-9]{1,3}))?$/;

/**
 * Reads what every request may say.
 *
 * @throws {ScriptUseError} for what is no request
 */
export function asked(
  written: WrittenAsk,
  { what, keys, fields, codes }: Sort,
): Pick<ScriptRequest, "mayFail" | "ok" | "headers"> {
  if (typeof written !== "object" || written === null) {
    throw new ScriptUseError(`${what}: the request must be an object`);
  }
  const known = [...keys, ...COMMON];
  if (Object.keys(written).some((key) => !known.includes(key))) {
    throw new ScriptUseError(
      `${what}: the keys of a request are ${known.join(", ")}`,
    );
  }
  const { mayFail = false, ok } = written;
  if (typeof mayFail !== "boolean") {
    throw wrong(what, "mayFail", "true or false");
  }
  const headers = (written as Record<string, unknown>)[fields] ?? {};
  return {
    mayFail,
    ok: ok === undefined ? null : rangesOf(ok, what, codes),
    headers: headersOf(headers, what, fields),
  };
}

/** A mistake in a key of a request. */
export function wrong(what: string, key: string, must: string): ScriptUseError {
  return new ScriptUseError(`${what}: ${key} must be ${must}`);
}

function headersOf(
  headers: unknown,
  what: string,
  key: string,
): (readonly [string, string])[] {
  const must = "texts by their names";
  if (typeof headers !== "object" || headers === null) {
    throw wrong(what, key, must);
  }
  return Object.entries(headers).map(([name, value]) => {
    if (typeof value !== "string") throw wrong(what, key, must);
    return [name, value] as const;
  });
}

/** Codes as steps have them: numbers, or texts such as "200-299". */
function rangesOf(
  ok: unknown,
  what: string,
  [min, max]: CodeRange,
): CodeRange[] {
  const refused = wrong(
    what,
    "ok",
    `a list of codes from ${min} to ${max}, such as [${min}, "${min}-${max}"]`,
  );
  const isList = Array.isArray(ok) && ok.length > 0 && ok.length <= RANGES_MAX;
  if (!isList) throw refused;
  return ok.map((one): CodeRange => {
    const isCode = typeof one === "number" || typeof one === "string";
    const [, first, last = first] = CODES_REGEXP.exec(isCode ? `${one}` : "") ??
      [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from >= min && from <= to && to <= max)) throw refused;
    return [from, to];
  });
}
