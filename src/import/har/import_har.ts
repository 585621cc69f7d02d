import { parseDocument } from "yaml";
import {
  type DraftContent,
  type DraftHeader,
  type DraftStep,
  literal,
} from "../../draft/mod.ts";
import { stepName, TargetNames } from "../names.ts";
import { IMPORTED_TRAFFIC } from "../traffic.ts";
import { type Imported, ImportFault, LeftOut } from "../types.ts";

/** What is taken of a recording. */
export interface HarOptions {
  /** Host, with its port where it has one; absent = that of the first request. */
  readonly only?: string | undefined;
}

/** In a longer text nobody looks for a line. */
const PLACED_CHARS_MAX = 2 ** 20;
/** Steps and targets together that a config has. */
const STEPS_MAX = 64;
/** Nobody thinks longer in a test; a shorter pause is the browser's own. */
const THINK_MS = { min: 100, max: 60_000 } as const;
const THINK_STEP_MS = 100;

const STATIC_TYPES = new Set([
  "image",
  "stylesheet",
  "script",
  "font",
  "media",
  "texttrack",
  "manifest",
]);
const STATIC_MIME =
  /^(?:image|font|audio|video)\/|text\/css|javascript|application\/(?:font|wasm)/i;
const STATIC_PATH =
  /\.(?:css|m?js|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp[34]|webm|wasm)$/i;
const METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]);
/** What a browser adds by itself, and what kar makes. */
const OWN_HEADER =
  /^(?::|sec-|host$|connection$|content-length$|cookie$|accept-encoding$|upgrade-insecure-requests$|priority$|dnt$|te$|referer$|pragma$|cache-control$|if-none-match$|if-modified-since$|user-agent$|transfer-encoding$|expect$|keep-alive$|proxy-)/i;

type HarEntry = Readonly<Record<string, unknown>>;

/** One request of a recording. */
interface Recorded {
  readonly url: URL;
  readonly method: string;
  readonly request: HarEntry;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Reads a recording of a browser (HAR 1.2): what one host was asked becomes a
 * journey with the times between, without static files.
 *
 * @throws {ImportFault}
 */
export function importHar(text: string, { only }: HarOptions): Imported {
  const left = new LeftOut();
  const all = entriesOf(text).flatMap((entry, i) => recordedOf(entry, i, left))
    .toSorted((a, b) => a.startMs - b.startMs);
  const host = only ?? all[0]?.url.host;
  const own = all.filter(({ url }) => url.host === host);
  for (const { url } of all) {
    if (url.host !== host) {
      left.add(`host ${url.host}: --only ${url.host} takes it instead`);
    }
  }
  const kept = own.filter((each) => isKept(each, left));
  if (kept.length === 0) {
    const hosts = [...new Set(all.map(({ url }) => url.host))].join(", ");
    throw new ImportFault(
      "log.entries",
      `has no request ${
        host === undefined ? "" : `to ${host} `
      }that is not a static file; hosts: ${hosts || "none"}`,
    );
  }
  if (kept.length > STEPS_MAX) {
    left.add(
      `${kept.length - STEPS_MAX} requests: a journey has ${STEPS_MAX} at most`,
    );
  }
  const [first] = kept;
  return {
    draft: {
      origin: "kar import har",
      notes: [
        "Answers are not looked at: what a later request needs of one goes into capture.",
      ],
      targets: [],
      journeys: [{
        name: first!.url.host.slice(0, 64),
        base: literal(first!.url.origin),
        isBrowser: true,
        timeoutMs: timeoutOf(kept),
        steps: stepsOf(kept.slice(0, STEPS_MAX), left),
      }],
      traffic: { ...IMPORTED_TRAFFIC, rate: 1, max: 1 },
      isWatched: true,
    },
    left: left.told(),
  };
}

function entriesOf(text: string): readonly unknown[] {
  let root: unknown;
  try {
    root = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new ImportFault(placeOf(text), "is not JSON, as a HAR file is");
  }
  const { entries } = mapOf(mapOf(root).log);
  if (Array.isArray(entries)) return entries;
  throw new ImportFault("log.entries", "must be a list, as in a HAR file");
}

/** JSON is YAML, whose parser tells where the fault is. */
function placeOf(text: string): string {
  if (text.length > PLACED_CHARS_MAX) return "";
  const [error] = parseDocument(text, { prettyErrors: false }).errors;
  return error === undefined
    ? ""
    : `line ${text.slice(0, error.pos[0]).split("\n").length}`;
}

function recordedOf(entry: unknown, i: number, left: LeftOut): Recorded[] {
  const { request, startedDateTime, time } = mapOf(entry);
  const asked = mapOf(request);
  const url = typeof asked.url === "string" && URL.canParse(asked.url)
    ? new URL(asked.url)
    : null;
  const startMs = instantMs(String(startedDateTime));
  const method = String(asked.method ?? "GET").toUpperCase();
  if (
    url === null || !/^https?:$/.test(url.protocol) || Number.isNaN(startMs)
  ) {
    left.add(`log.entries.${i}: no request over HTTP with a time`);
    return [];
  }
  const tookMs = typeof time === "number" && time > 0 ? time : 0;
  return [{
    url,
    method,
    request: mapOf(entry),
    startMs,
    endMs: startMs + tookMs,
  }];
}

/** Milliseconds since the epoch; NaN where the text is no instant. */
function instantMs(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return NaN;
  }
}

function isKept({ url, method, request }: Recorded, left: LeftOut): boolean {
  const { response, _resourceType: type } = request;
  const mime = String(mapOf(mapOf(response).content).mimeType ?? "");
  if (
    STATIC_TYPES.has(String(type)) || STATIC_MIME.test(mime) ||
    STATIC_PATH.test(url.pathname)
  ) {
    left.add(`static file ${url.pathname}`);
    return false;
  }
  if (METHODS.has(method)) return true;
  left.add(
    `${method} ${url.pathname}: ${
      method === "OPTIONS"
        ? "the browser's own question"
        : "no method of a journey"
    }`,
  );
  return false;
}

/** Twice what it took, and a minute at least. */
function timeoutOf(kept: readonly Recorded[]): number {
  const tookMs = Math.max(...kept.map(({ endMs }) => endMs)) - kept[0]!.startMs;
  return Math.min(
    Math.max(60_000, Math.ceil(tookMs * 2 / 1000) * 1000),
    3_600_000,
  );
}

function stepsOf(kept: readonly Recorded[], left: LeftOut): DraftStep[] {
  const names = new TargetNames();
  return kept.map((recorded, i): DraftStep => {
    const { url, method, request } = recorded;
    const next = kept[i + 1];
    const thinkMs = next === undefined
      ? 0
      : thinkOf(next.startMs - recorded.endMs);
    const asked = mapOf(request.request);
    return {
      name: names.free(stepName(method, url.pathname)),
      url: literal(url.pathname + url.search),
      method,
      headers: headersOf(asked),
      ...bodyOf(asked, url, left),
      ...(thinkMs > 0 && { thinkMs }),
    };
  });
}

function thinkOf(gapMs: number): number {
  if (gapMs < THINK_MS.min) return 0;
  return Math.min(
    Math.round(gapMs / THINK_STEP_MS) * THINK_STEP_MS,
    THINK_MS.max,
  );
}

function pairsOf(list: unknown): (readonly [string, string])[] {
  if (!Array.isArray(list)) return [];
  return list.map(mapOf).filter(({ name }) => typeof name === "string")
    .map(({ name, value }) => [String(name), String(value ?? "")]);
}

function headersOf(asked: HarEntry): DraftHeader[] {
  return pairsOf(asked.headers)
    .filter(([name]) => !OWN_HEADER.test(name) && name !== "")
    .map(([name, value]) => [name, literal(value)]);
}

function bodyOf(
  asked: HarEntry,
  url: URL,
  left: LeftOut,
): { readonly body?: string; readonly content?: DraftContent } {
  const { text, params, mimeType } = mapOf(asked.postData);
  if (/^multipart\//i.test(String(mimeType))) {
    left.add(`${url.pathname}: a body of several parts: give it by multipart:`);
    return {};
  }
  if (typeof text === "string" && text !== "") return { body: literal(text) };
  const fields = pairsOf(params)
    .map(([name, value]): DraftHeader => [name, literal(value)]);
  return fields.length === 0 ? {} : { content: { kind: "form", fields } };
}

function mapOf(value: unknown): HarEntry {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as HarEntry
    : {};
}
