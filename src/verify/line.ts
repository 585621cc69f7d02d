import {
  clfOf,
  epochOf,
  isoOf,
  PATH_FIELDS,
  type Stamp,
  stampOf,
  TIME_FIELDS,
} from "../access/mod.ts";

/** How lines may be read; `auto` finds out line by line. */
const ACCESS_FORMATS = ["auto", "clf", "msec", "iso", "json"] as const;

/** One of `ACCESS_FORMATS`. */
export type AccessFormat = typeof ACCESS_FORMATS[number];

/** A line of an access log, as far as it proves something. */
export interface AccessLine extends Stamp {
  /** Path with its query; null = the line has none. */
  readonly path: string | null;
}

/** How the lines of a log are read. */
export interface LineOptions {
  readonly format?: AccessFormat;
  /** The JSON field that holds the time, `request.time` for one in another. */
  readonly field?: string | undefined;
}

/** A quote that nothing closes takes the rest: it is tried once, and not again from each one in it. */
const QUOTED_REGEXP = /"(?:[^"\\]|\\.?)*(?:"|$)/g;
const REQUEST_REGEXP = /^"?[A-Z]{1,20} (\S+)(?: HTTP\/[\d.]+)?"?$/;
const BRACKETS_REGEXP = /\[([^[\]]{20,40})\]/g;
const MSEC_REGEXP = /(?<![\w.:/-])(\d{10}\.\d{3})(?![\w.:/-])/;
const ISO_REGEXP = /\d{4}-\d\d-\d\dT[\d:.,]{8,18}(?:Z|[+-]\d\d:?\d\d)/;

/** Reads the lines of nginx, Apache, Caddy, and of whoever writes JSON. */
export class AccessReader {
  readonly #format: AccessFormat;
  readonly #field: string | undefined;

  constructor({ format = "auto", field }: LineOptions = {}) {
    this.#format = field === undefined ? format : "json";
    this.#field = field;
  }

  /** What a line says; undefined = it cannot be read. Nothing that stands in it can throw. */
  read(line: string): AccessLine | undefined {
    const isJson = this.#format === "json" ||
      (this.#format === "auto" && line.startsWith("{"));
    return isJson ? this.#json(line) : this.#text(line);
  }

  #text(line: string): AccessLine | undefined {
    // What clients send stands in quotes: nothing in them is taken for a stamp.
    const quoted = line.match(QUOTED_REGEXP) ?? [];
    const stamp = this.#stampIn(line.replace(QUOTED_REGEXP, '""'));
    if (stamp === undefined) return undefined;
    return { ...stamp, path: firstPath(quoted) };
  }

  #stampIn(bare: string): Stamp | undefined {
    const format = this.#format;
    const isAny = format === "auto";
    if (isAny || format === "msec") {
      const msec = MSEC_REGEXP.exec(bare)?.[1];
      const stamp = msec === undefined ? undefined : epochOf(msec);
      if (stamp !== undefined) return stamp;
    }
    if (isAny || format === "clf") {
      // A user's name stands before the time, unquoted: the last one counts.
      const last = bare.match(BRACKETS_REGEXP)?.at(-1);
      const stamp = last === undefined ? undefined : clfOf(last.slice(1, -1));
      if (stamp !== undefined) return stamp;
    }
    if (!isAny && format !== "iso") return undefined;
    const iso = ISO_REGEXP.exec(bare)?.[0];
    return iso === undefined ? undefined : isoOf(iso);
  }

  #json(line: string): AccessLine | undefined {
    const record = parsed(line);
    if (record === undefined) return undefined;
    const fields = this.#field === undefined ? TIME_FIELDS : [this.#field];
    for (const field of fields) {
      const value = valueAt(record, field);
      const stamp = typeof value === "number" || typeof value === "string"
        ? stampOf(String(value))
        : undefined;
      if (stamp === undefined) continue;
      const path = pathIn(record);
      const { atMs, tickMs } = stamp;
      return { atMs: atMs - beganBefore(record, field), tickMs, path };
    }
    return undefined;
  }
}

/** Caddy stamps the end of a request and says how long it took, in seconds. */
function beganBefore(record: object, field: string): number {
  if (field !== "ts") return 0;
  const took = valueAt(record, "duration");
  return typeof took === "number" && took >= 0 ? took * 1000 : 0;
}

function firstPath(quoted: readonly string[]): string | null {
  for (const text of quoted) {
    const path = REQUEST_REGEXP.exec(text)?.[1];
    if (path !== undefined) return withoutHost(path);
  }
  return null;
}

function pathIn(record: object): string | null {
  for (const field of PATH_FIELDS) {
    const value = valueAt(record, field);
    if (typeof value !== "string") continue;
    return withoutHost(REQUEST_REGEXP.exec(value)?.[1] ?? value);
  }
  return null;
}

function withoutHost(path: string): string {
  return path.replace(/^https?:\/\/[^/?#]*/i, "") || "/";
}

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function valueAt(record: object, field: string): unknown {
  if (Object.hasOwn(record, field)) {
    return (record as Record<string, unknown>)[field];
  }
  let value: unknown = record;
  for (const name of field.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
