import * as z from "zod";
import {
  type Header,
  headerComplaints,
  type SendingClient,
} from "../../../request/mod.ts";
import { type Finding, ruleOn } from "../fields.ts";

const HEADERS_MAX = 100;
const VALUES_MAX = 100;
const VALUE_HINT = "must be text, or a list of texts";

/** A header's value, or several: the header is then sent once for each. */
const value = z.union([
  z.string(),
  z.array(z.string()).min(1).max(VALUES_MAX),
], {
  error: ({ input }) => input === undefined ? "is required" : VALUE_HINT,
});

/** Headers by name. Their rules depend on who sends: see `headerFindings`. */
export function headers() {
  return z.record(z.string(), value).check(ruleOn([], tooMany));
}

function tooMany(values: Readonly<Record<string, unknown>>): Finding[] {
  const message = `must have at most ${HEADERS_MAX} headers`;
  return linesOf(values).length > HEADERS_MAX ? [{ path: [], message }] : [];
}

/** One line of a head, and where the file has it. */
interface HeaderLine {
  readonly header: Header;
  readonly path: readonly (string | number)[];
}

/**
 * What is wrong with a target's headers, for whoever sends them. Also runs when
 * some values are not text, which is told already.
 */
export function headerFindings(
  values: Readonly<Record<string, unknown>>,
  sender: SendingClient,
): Finding[] {
  const lines = linesOf(values);
  const complaints = headerComplaints(lines.map(({ header }) => header), sender)
    .map(({ index, message }) => ({
      path: ["headers", ...lines[index]!.path],
      message,
      isSecret: true,
    }));
  // One header is told once, however many values it has.
  const told = new Set<string>();
  return [...sameNames(values), ...complaints].filter(({ path }) => {
    const isNew = !told.has(String(path[1]));
    told.add(String(path[1]));
    return isNew;
  });
}

function sameNames(values: Readonly<Record<string, unknown>>): Finding[] {
  const names = Object.keys(values);
  return names.filter((name, i) =>
    names.slice(0, i).some((other) =>
      other.toLowerCase() === name.toLowerCase()
    )
  ).map((name) => ({
    path: ["headers", name],
    message:
      "must be given once: upper and lower case are the same header; a list sends it several times",
    isSecret: true,
  }));
}

function linesOf(values: Readonly<Record<string, unknown>>): HeaderLine[] {
  return Object.entries(values).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.filter((item) => typeof item === "string").map((item, i) => ({
        header: [name, item] as const,
        path: [name, i],
      }))
      // What is not text is told already, and its name still counts.
      : [{
        header: [name, typeof value === "string" ? value : ""] as const,
        path: [name],
      }]
  );
}
