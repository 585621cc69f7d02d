import { draw, KarError, type StreamKey, streamKey } from "../base/mod.ts";

/** What the server does wrong on purpose. */
export interface Faults {
  /** Extra time before each answer; null = none. */
  readonly latency: LatencySpec | null;
  /** Share of requests answered with an error (500, `UNAVAILABLE`), 0 to 1. */
  readonly errorShare: number;
  /** Times in which nothing is answered; null = never. */
  readonly stall: Stall | null;
  /** Requests answered a second, the others wait in line; null = as many as come. */
  readonly capacity: number | null;
  /** Decides which request is slow and which one fails. */
  readonly seed: number;
}

/** Extra time of a request, in milliseconds. */
export type LatencySpec =
  | { readonly kind: "constant"; readonly ms: number }
  /** Anything from `ms - jitterMs` to `ms + jitterMs`, never below 0. */
  | { readonly kind: "uniform"; readonly ms: number; readonly jitterMs: number }
  /** `medianMs · e^(sigma · z)`, z standard normal: a long tail of slow ones. */
  | {
    readonly kind: "log_normal";
    readonly medianMs: number;
    readonly sigma: number;
  };

/**
 * A server that freezes, as in a long garbage collection: what arrives in a
 * stall is answered after its end, and so is what would have been ready in it.
 *
 *   first request   afterMs     durationMs          everyMs
 *   ├──────────────────────────▶█████████───────────▶█████████─ …
 */
export interface Stall {
  /** From the first request to the first stall. */
  readonly afterMs: number;
  readonly durationMs: number;
  /** From the start of one stall to the start of the next; null = only one. */
  readonly everyMs: number | null;
}

/** A server that does nothing wrong. */
export const NO_FAULTS: Faults = {
  latency: null,
  errorShare: 0,
  stall: null,
  capacity: null,
  seed: 1,
};

/** No request is held longer than this by its latency, in milliseconds. */
export const MAX_LATENCY_MS = 60_000;
/** No server of this kind answers more in a second. */
const MAX_CAPACITY = 1_000_000;
/** A capacity below this would be a stall. */
const MIN_CAPACITY = 0.1;
/** No stall lasts longer than this, in milliseconds. */
const MAX_STALL_MS = 600_000;

const LATENCY_STREAM = 1;
const ERROR_STREAM = 2;

/** Draws from the seed, so that request number `index` has the same fate in every run. */
export class FaultDraws {
  readonly #faults: Faults;
  readonly #latency: StreamKey;
  readonly #error: StreamKey;

  constructor(faults: Faults) {
    this.#faults = faults;
    this.#latency = streamKey(faults.seed, LATENCY_STREAM);
    this.#error = streamKey(faults.seed, ERROR_STREAM);
  }

  /** Whether request `index`, counted from 0, is answered with an error. */
  fails(index: number): boolean {
    const { a, b } = this.#error;
    return draw(a, b, index) < this.#faults.errorShare;
  }

  /** Milliseconds that request `index` is held by its latency alone. */
  latencyMs(index: number): number {
    const { latency } = this.#faults;
    if (latency === null) return 0;
    const { a, b } = this.#latency;
    const ms = sample(
      latency,
      draw(a, b, 2 * index),
      draw(a, b, 2 * index + 1),
    );
    return Math.min(Math.max(ms, 0), MAX_LATENCY_MS);
  }

  /**
   * How long work of `workMs` takes that begins at an instant counted from the
   * first request: what begins in a stall or ends in one waits for its end.
   */
  holdMs(workMs: number, atMs: number): number {
    const { stall } = this.#faults;
    const ready = atMs + stallLeftMs(stall, atMs) + workMs;
    return ready + stallLeftMs(stall, ready) - atMs;
  }
}

function sample(latency: LatencySpec, u: number, v: number): number {
  switch (latency.kind) {
    case "constant":
      return latency.ms;
    case "uniform":
      return latency.ms + latency.jitterMs * (2 * u - 1);
    case "log_normal":
      return latency.medianMs * Math.exp(latency.sigma * normal(u, v));
  }
}

/** Box and Muller, 1958: two uniform draws make a standard normal one. */
function normal(u: number, v: number): number {
  return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
}

/** Milliseconds left of the stall at an instant counted from the first request; 0 outside. */
export function stallLeftMs(stall: Stall | null, atMs: number): number {
  if (stall === null || atMs < stall.afterMs) return 0;
  const since = atMs - stall.afterMs;
  const into = stall.everyMs === null ? since : since % stall.everyMs;
  return Math.max(stall.durationMs - into, 0);
}

/**
 * Fills in what was not given and checks what was.
 *
 * @throws {KarError} `usage` for a value that cannot be meant
 */
export function resolveFaults(given: Partial<Faults> = {}): Faults {
  const faults = { ...NO_FAULTS, ...given };
  checkRange("error share", faults.errorShare, 1);
  checkRange("seed", faults.seed, Number.MAX_SAFE_INTEGER);
  if (faults.latency !== null) checkLatency(faults.latency);
  if (faults.stall !== null) checkStall(faults.stall);
  checkCapacity(faults.capacity);
  return faults;
}

function checkLatency(latency: LatencySpec): void {
  switch (latency.kind) {
    case "constant":
      return checkRange("latency in ms", latency.ms, MAX_LATENCY_MS);
    case "uniform":
      checkRange("latency in ms", latency.ms, MAX_LATENCY_MS);
      return checkRange("jitter in ms", latency.jitterMs, MAX_LATENCY_MS);
    case "log_normal":
      checkRange("median latency in ms", latency.medianMs, MAX_LATENCY_MS);
      return checkRange("sigma of the latency", latency.sigma, 10);
  }
}

function checkCapacity(capacity: number | null): void {
  if (capacity === null) return;
  if (capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY) return;
  throw new KarError(
    "usage",
    `The capacity is ${capacity} a second: it has to be between ${MIN_CAPACITY} and ${MAX_CAPACITY}.`,
  );
}

function checkStall({ afterMs, durationMs, everyMs }: Stall): void {
  checkRange("start of the stall in ms", afterMs, Number.MAX_SAFE_INTEGER);
  checkRange("length of the stall in ms", durationMs, MAX_STALL_MS);
  if (everyMs === null || everyMs > durationMs) return;
  throw new KarError(
    "usage",
    `A stall of ${durationMs} ms cannot come every ${everyMs} ms: the interval must be longer than the stall`,
  );
}

function checkRange(what: string, value: number, max: number): void {
  if (value >= 0 && value <= max) return;
  throw new KarError(
    "usage",
    `The ${what} is ${value}: must be between 0 and ${max}`,
  );
}
