import {
  type Document,
  isScalar,
  type LineCounter,
  parseDocument,
  type Scalar,
} from "yaml";
import { messageOf } from "../../base/mod.ts";

/** What a scalar may be once it is read. */
export type CoreValue = string | number | boolean | null;

/** The document in a text, or why there is none. Never throws. */
export function parseYaml(
  text: string,
  lineCounter?: LineCounter,
): Document | string {
  try {
    return parseDocument(text, {
      ...(lineCounter && { lineCounter }),
      prettyErrors: false,
      // The library compares each key with each other; the reader has a map.
      uniqueKeys: false,
      schema: "core",
      resolveKnownTags: false,
      logLevel: "error",
    });
  } catch (error) {
    // Its parser is recursive: hostile nesting may end in a full stack.
    return messageOf(error);
  }
}

/** The value of a scalar by YAML's core rules. */
export function coreValue(scalar: Scalar): CoreValue {
  const value = scalar.value;
  return typeof value === "string" || typeof value === "number" ||
      typeof value === "boolean"
    ? value
    : null;
}

/**
 * As `coreValue`, but a number that a double or JSON cannot hold is text, which
 * protobuf's JSON takes for a number as well.
 */
export function exactValue(scalar: Scalar): CoreValue {
  const value = coreValue(scalar);
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) return String(value);
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact ? value : writtenText(scalar);
}

/** The text of a scalar as it was written, without quotes; null where there is none. */
export function writtenText(scalar: Scalar): string | null {
  if (scalar.value === null) return null;
  return scalar.source ?? String(scalar.value);
}

/** The text of a key; null when it is none. */
export function keyText(key: unknown): string | null {
  return isScalar(key) ? writtenText(key) : null;
}

/** What a variable holds, as if it stood in the file: a number, true, false, else text. */
export function readAgain(text: string): CoreValue {
  const document = parseYaml(text);
  if (typeof document === "string" || document.errors.length > 0) return text;
  if (!isScalar(document.contents)) return text;
  const value = coreValue(document.contents);
  return value === null ? text : value;
}
