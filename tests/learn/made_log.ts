import { EventLog, type Pattern, Traffic } from "../../src/pattern/mod.ts";
import { ManyDraws } from "../../src/learn/fit/numbers.ts";

/** What a made log has in it. */
export interface MadeOptions {
  readonly pattern: Pattern;
  readonly fromMs: number;
  readonly seconds: number;
}

/** 2026-09-07, a Monday. */
export const MONDAY_MS = Date.UTC(2026, 8, 7);

/** A pattern with nothing but a rate. */
export function steady(base: number): Pattern {
  return {
    ...{ seed: 7, zone: "UTC", base, max: 1e6, rampUpMs: 0 },
    ...{ schedule: [], spikes: null, noise: null },
  };
}

/** A schedule of one weekday shape and one of weekends, edges on quarter hours. */
export const WEEK: Pattern["schedule"] = [
  [[0, 1440], [1, 2, 3, 4, 5, 6, 7], 0.5, -1],
  [[360, 480], [1, 2, 3, 4, 5], 1, 0],
  [[480, 720], [1, 2, 3, 4, 5], 1.6, 0],
  [[720, 810], [1, 2, 3, 4, 5], 1.3, 0],
  [[810, 1200], [1, 2, 3, 4, 5], 1.5, 0],
  [[600, 1200], [6, 7], 0.8, 0],
].map(([span, days, multiplier, priority]) => ({
  spans: [span as [number, number]],
  days: days as number[],
  multiplier: multiplier as number,
  priority: priority as number,
}));

/** Spikes of a height, one in ten minutes. */
export function spikes(factor: number): NonNullable<Pattern["spikes"]> {
  return {
    ...{ lambda: 1 / 600, factor, minGapMs: null, maxGapMs: null },
    ...{ riseMs: 5000, decayMs: 30_000 },
  };
}

/** The rate of each second of a pattern. */
export function* ratesOf(
  { pattern, fromMs, seconds }: MadeOptions,
): Generator<number> {
  const first = fromMs / 100;
  const events = new EventLog();
  events.append({ slot: first, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([pattern], events);
  for (let s = 0; s < seconds; s++) {
    let sum = 0;
    for (let k = 0; k < 10; k++) sum += traffic.rateAt(first + s * 10 + k);
    yield sum / 10;
  }
}

/** Poisson counts by second. */
export function countsOf(options: MadeOptions, draws = new ManyDraws()) {
  const counts = new Uint32Array(options.seconds);
  let i = 0;
  for (const rate of ratesOf(options)) counts[i++] = draws.poisson(rate);
  return { fromSec: options.fromMs / 1000, binSec: 1, counts };
}

/** Instants in milliseconds, in order. */
export function* instantsOf(
  options: MadeOptions,
  draws = new ManyDraws(),
): Generator<number> {
  let sec = 0;
  for (const rate of ratesOf(options)) {
    const count = draws.poisson(rate);
    const within = Array.from({ length: count }, () => draws.unit())
      .sort((a, b) => a - b);
    for (const part of within) yield options.fromMs + (sec + part) * 1000;
    sec++;
  }
}

/** A request of a log. */
export interface MadeRequest {
  readonly startMs: number;
  readonly tookMs: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly client: string;
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** How each server writes a request. */
export const WRITE: Readonly<Record<string, (r: MadeRequest) => string>> = {
  nginx: ({ startMs, tookMs, method, path, status, client }) =>
    `${client} - - [${
      clf(startMs + tookMs)
    }] "${method} ${path} HTTP/1.1" ${status} 512 "https://ref.example/secret" "Agent/1.0 (secret)"`,
  apache: ({ startMs, method, path, status, client }) =>
    `${client} - alice [${
      clf(startMs)
    }] "${method} ${path} HTTP/1.1" ${status} 512 "-" "Agent/1.0"`,
  caddy: ({ startMs, tookMs, method, path, status, client }) =>
    JSON.stringify({
      ...{
        level: "info",
        ts: (startMs + tookMs) / 1000,
        msg: "handled request",
      },
      request: {
        ...{ remote_ip: client, client_ip: client, proto: "HTTP/2.0", method },
        ...{ host: "shop.example", uri: path },
        headers: { "User-Agent": ["Agent/1.0"], Cookie: ["REDACTED"] },
      },
      ...{ user_id: "alice", duration: tookMs / 1000, size: 512, status },
    }),
  json: ({ startMs, tookMs, method, path, status, client }) =>
    JSON.stringify({
      ...{ time: new Date(startMs).toISOString(), remote_addr: client },
      ...{ method, path, status, duration_ms: tookMs },
    }),
  envoy: ({ startMs, tookMs, method, path, status, client }) =>
    `[${
      new Date(startMs).toISOString()
    }] "${method} ${path} HTTP/2" ${status} - 154 0 ${
      Math.round(tookMs)
    } 100 "${client}" "Agent/1.0" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "shop.example" "tcp://10.0.2.1:80"`,
  alb: ({ startMs, tookMs, method, path, status, client }) =>
    `https ${
      micros(startMs + tookMs)
    } app/lb/50dc6c495c0c9188 ${client}:2817 10.0.0.1:80 0.000 ${
      (tookMs / 1000).toFixed(3)
    } 0.000 ${status} ${status} 34 366 "${method} https://shop.example:443${path} HTTP/1.1" "Agent/1.0" - - arn:tg "Root=1" "shop.example" "arn:cert" 0 ${
      micros(startMs)
    } "forward" "-" "-" "10.0.0.1:80" "${status}" "-" "-"`,
};

/** Formats whose stamps, in the order in which lines are written, are of the start. */
export const START_FORMATS = ["apache", "json", "envoy", "alb"];

function clf(ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  const month = MONTHS.slice(
    date.getUTCMonth() * 3,
    date.getUTCMonth() * 3 + 3,
  );
  return `${two(date.getUTCDate())}/${month}/${date.getUTCFullYear()}:${
    [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two)
      .join(":")
  } +0000`;
}

function micros(ms: number): string {
  const fraction = String(Math.floor(ms * 1000 % 1e6)).padStart(6, "0");
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** Requests of visitors: what each asks for is drawn, with thoughts between. */
export function visitsOf(
  { pattern, fromMs, seconds }: MadeOptions,
  { clients = 4000 }: { readonly clients?: number } = {},
): MadeRequest[] {
  const draws = new ManyDraws();
  const requests: MadeRequest[] = [];
  const endMs = fromMs + seconds * 1000;
  let visit = 0;
  for (const at of instantsOf({ pattern, fromMs, seconds }, draws)) {
    // Nobody comes again within half an hour of clients that take turns.
    const client = `10.${visit % 7}.${Math.floor(visit / 250) % 250}.${
      visit % 250
    }`;
    visit = (visit + 1) % Math.max(1, clients);
    let ms = at;
    let state = draws.unit() < 0.6 ? 0 : 1;
    for (let i = 0; i < 30 && state < 4; i++) {
      if (ms < endMs) requests.push(requestOf(ms, state, client, draws));
      const u = draws.unit();
      const sum = [0, 0, 0, 0, 0];
      CHAIN[state]!.reduce((all, share, k) => sum[k] = all + share, 0);
      state = sum.findIndex((edge) => u < edge);
      if (state < 0) state = 4;
      ms += 1000 * Math.exp(1.2 + 1.1 * draws.normal());
    }
  }
  return requests;
}

/** States: home, item, search, cart; the last column is the end. */
export const CHAIN: readonly (readonly number[])[] = [
  [0, 0.5, 0.2, 0, 0.3],
  [0.1, 0.4, 0.1, 0.2, 0.2],
  [0, 0.7, 0.1, 0, 0.2],
  [0, 0, 0, 0, 1],
];

const ZIPF = (() => {
  const weights = Array.from({ length: 5000 }, (_, i) => (i + 1) ** -0.9);
  let sum = 0;
  return weights.map((weight) => sum += weight);
})();

function zipf(draws: ManyDraws): number {
  const u = draws.unit() * ZIPF.at(-1)!;
  let [low, high] = [0, ZIPF.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ZIPF[middle]! <= u) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function requestOf(
  ms: number,
  state: number,
  client: string,
  draws: ManyDraws,
): MadeRequest {
  const tookMs = Math.round(5 + 80 * draws.unit() ** 3);
  const path = [
    "/",
    `/items/${zipf(draws)}`,
    `/search?q=secretquery${Math.floor(1e6 * draws.unit())}`,
    "/cart",
  ][state]!;
  const method = state === 3 ? "POST" : "GET";
  return { startMs: ms, tookMs, method, path, status: 200, client };
}

/** Lines in the order in which servers write them: by the end of requests. */
export function linesOf(
  requests: readonly MadeRequest[],
  format: string,
): string {
  const write = WRITE[format]!;
  const done = [...requests].sort((a, b) =>
    a.startMs + a.tookMs - b.startMs - b.tookMs
  );
  return done.map(write).join("\n") + "\n";
}
