import {
  type Document,
  isScalar,
  type LineCounter,
  parseDocument,
  type Scalar,
} from "yaml";
import { messageOf } from "../../base/mod.ts";
import { findRefusal, type Refusal, TOO_DEEP } from "./bounds.ts";

/** What a scalar may be once it is read. */
export type CoreValue = string | number | boolean | null;

/** A YAML document, or why there is none. */
export type Parsed =
  | { readonly kind: "document"; readonly document: Document }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Parses a text that is within its bounds. Never throws. */
export function parseYaml(text: string, lineCounter?: LineCounter): Parsed {
  const refusal = findRefusal(text);
  if (refusal !== null) return { kind: "refused", refusal };
  try {
    const document = parseDocument(text, {
      ...(lineCounter && { lineCounter }),
      prettyErrors: false,
      // The library compares each key with each other; the reader has a map.
      uniqueKeys: false,
      schema: "core",
      resolveKnownTags: false,
      logLevel: "error",
    });
    return { kind: "document", document };
  } catch (error) {
    // The parser is recursive: nesting by indentation ends in a full stack,
    // which is a range error, or a syntax error where a pattern meets it.
    const isStack = /stack/i.test(messageOf(error));
    const message = isStack ? TOO_DEEP : `not valid YAML: ${messageOf(error)}`;
    return { kind: "refused", refusal: { message, offset: 0 } };
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

/** YAML's own words for them. */
const NOT_FINITE_REGEXP = /^[-+]?\.(?:inf|nan)$/i;

/**
 * As `coreValue`, but a number that a double or JSON cannot hold is text, which
 * protobuf's JSON takes for a number as well.
 */
export function exactValue(scalar: Scalar): CoreValue {
  const value = coreValue(scalar);
  if (typeof value !== "number") return value;
  const text = writtenText(scalar) ?? "";
  if (NOT_FINITE_REGEXP.test(text)) return String(value);
  if (!Number.isFinite(value)) return text;
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value) ||
    text === String(BigInt(value));
  return isExact ? value : text;
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
  const parsed = parseYaml(text);
  if (parsed.kind === "refused" || parsed.document.errors.length > 0) {
    return text;
  }
  const { contents } = parsed.document;
  return isScalar(contents) ? coreValue(contents) ?? text : text;
}
