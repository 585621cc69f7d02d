import { z } from "zod";
import { type Finding, isToken, ruleOn } from "./fields.ts";

const HEADERS_MAX = 100;
const VALUE_CHARS_MAX = 8192;
/** Visible ASCII, space, tab and the upper half of Latin-1: RFC 9110, section 5.5. */
const VALUE_REGEXP = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that say how the bytes of a message are cut: whoever sends writes them. */
const FRAMING = new Set([
  "connection",
  "content-length",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers by name, with their rules. */
export function headers() {
  return z.record(z.string(), z.string()).check(ruleOn([], headerFindings));
}

/** Also runs when some values are no text, which is told already. */
function headerFindings(values: Readonly<Record<string, unknown>>): Finding[] {
  const names = Object.keys(values);
  const findings = names.flatMap((name, i) => {
    const message = nameComplaint(name, names.slice(0, i)) ??
      valueComplaint(values[name]);
    return message === null ? [] : [{ path: [name], message, isSecret: true }];
  });
  if (names.length <= HEADERS_MAX) return findings;
  const message = `must have at most ${HEADERS_MAX} headers`;
  return [...findings, { path: [], message }];
}

function nameComplaint(name: string, before: readonly string[]): string | null {
  const lower = name.toLowerCase();
  if (!isToken(name)) {
    return "must have a header's name: letters, digits and - without spaces";
  }
  if (FRAMING.has(lower)) {
    return "must be left to kar, which frames the message";
  }
  if (before.some((other) => other.toLowerCase() === lower)) {
    return "must be given once: upper and lower case are the same header";
  }
  return null;
}

function valueComplaint(value: unknown): string | null {
  if (typeof value !== "string") return null;
  if (/[\r\n\0]/.test(value)) {
    return "must not hold a line break: it would add headers of its own";
  }
  if (!VALUE_REGEXP.test(value)) {
    return "must hold visible characters only; encode others";
  }
  return value.length > VALUE_CHARS_MAX
    ? `must have at most ${VALUE_CHARS_MAX} characters`
    : null;
}
