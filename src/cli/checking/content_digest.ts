import {
  ArrivalCursor,
  ArrivalSource,
  lanesOf,
  ranksOf,
  WHOLE,
} from "../../arrivals/mod.ts";
import { absorb, finish, SLOT_MS } from "../../base/mod.ts";
import { EventLog, Traffic } from "../../pattern/mod.ts";
import { ForeseenJourney } from "../../journey/mod.ts";
import { journeySeries, type Plan, stepSeriesName } from "../../plan/mod.ts";
import type { DrawKey, Request, Vars } from "../../request/mod.ts";

/** The span of a digest of requests. */
export interface ContentSpan {
  readonly startMs: number;
  readonly durationMs: number;
}

/** Digest and number of the requests of a span. */
export interface ContentDigest {
  /** 16 hexadecimal digits: two sums of 32 bits over hashes of all requests. */
  readonly digest: string;
  readonly requests: number;
}

/** What a digest of requests is made from. */
export interface DigestedPlan {
  readonly plan: Plan;
  /** By the numbers of the plan's targets. */
  readonly requests: readonly Request[];
  /** What stands for values that answers have, for each of them. */
  readonly vars: readonly Vars[];
}

/**
 * The digest of all requests of a span, byte by byte, as a run of the plan
 * fired at its start sends them: method, path, headers and body. Of journeys it
 * has all requests that do not depend on answers.
 */
export function contentDigest(
  digested: DigestedPlan,
  span: ContentSpan,
): ContentDigest {
  const sums = new RequestSums();
  eachRequest(digested, span, (request) => sums.add(request));
  return { digest: sums.toString(), requests: sums.count };
}

/** Tells each request of a span, one object each time, with its draws at its arrival. */
export function eachRequest(
  { plan, requests, vars }: DigestedPlan,
  span: ContentSpan,
  tell: (request: Request) => void,
): void {
  const { targets, journeys = [], pattern: { seed } } = plan;
  const numbers = new Map(targets.map(({ name }, i) => [name, i]));
  const foreseen = new Map(journeys.map((journey, i) =>
    [journeySeries(i), {
      name: journey.name,
      steps: new ForeseenJourney(journey, seed),
    }] as const
  ));
  const tellOf = (target: number, key: DrawKey) => {
    const request = requests[target]!;
    request.vary?.draws.begin({ ...key, vars: vars[target]! });
    tell(request);
  };
  eachArrival(plan, span, (key, target) => {
    const journey = foreseen.get(target);
    if (journey === undefined) return tellOf(target, key);
    journey.steps.each(key, ({ name }, iteration) => {
      const series = stepSeriesName({ journey: journey.name, name });
      tellOf(numbers.get(series)!, { ...key, iteration });
    });
  });
}

function eachArrival(
  plan: Plan,
  { startMs, durationMs }: ContentSpan,
  tell: (key: DrawKey, target: number) => void,
): void {
  const first = Math.floor(startMs / SLOT_MS);
  const end = first + Math.ceil(durationMs / SLOT_MS);
  const events = new EventLog();
  events.append({ slot: first, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([plan.pattern], events);
  const { area } = traffic;
  const source = new ArrivalSource({
    ...{ plan, lanes: lanesOf(WHOLE), traffic, area },
  });
  const ranks = ranksOf(plan, traffic)?.(area) ?? null;
  const cursor = new ArrivalCursor(source.none());
  const at = { slot: 0, lane: 0, index: 0, target: 0 };
  let ranked = 0;
  for (let slot = first; slot < end; slot++) {
    const list = source.slot(slot);
    cursor.begin(slot, list);
    if (ranks !== null) ranked = ranks.begin(slot, list, ranked);
    for (let i = 0; cursor.hasNext; i++) {
      const { offsetMs } = cursor;
      cursor.take(at);
      const rank = ranks === null ? NaN : ranks.at(i);
      tell({ ...at, offsetMs, rank, iteration: 0, vars: null }, at.target);
    }
  }
}

const encoder = new TextEncoder();

/** Commutative: the order, and who adds what, do not matter. */
class RequestSums {
  count = 0;
  #low = 0;
  #high = 0;
  readonly #bytes = new RequestBytes();

  add(request: Request): void {
    const bytes = this.#bytes.of(request);
    this.#low = (this.#low + hash(bytes, 0x243f6a88)) >>> 0;
    this.#high = (this.#high + hash(bytes, 0x85a308d3)) >>> 0;
    this.count++;
  }

  toString(): string {
    return [this.#high, this.#low].map((sum) =>
      sum.toString(16).padStart(8, "0")
    ).join("");
  }
}

/** Writes requests into one buffer, each over the one before it. */
export class RequestBytes {
  #scratch = new Uint8Array(4096);

  /** A request as its draws have it: method and path, headers by lines, an empty one, the body. */
  of({ method, path, headers, body, vary }: Request): Uint8Array {
    const texts = [
      vary?.path ?? encoder.encode(path),
      ...headers.flatMap(({ name, value }, i) => [
        encoder.encode(`\n${name}: `),
        vary?.headers[i] ?? encoder.encode(value),
      ]),
      encoder.encode("\n\n"),
      vary?.body ?? body,
    ];
    const most = texts.reduce(
      (sum, text) =>
        sum + (text instanceof Uint8Array ? text.length : text.most),
      0,
    );
    const head = encoder.encode(`${method} `);
    const needed = head.length + most;
    if (needed > this.#scratch.length) {
      this.#scratch = new Uint8Array(2 * needed);
    }
    const to = this.#scratch;
    to.set(head);
    let at = head.length;
    for (const text of texts) {
      if (text instanceof Uint8Array) {
        to.set(text, at);
        at += text.length;
      } else at = text.write(to, at, vary!.draws);
    }
    return to.subarray(0, at);
  }
}

function hash(bytes: Uint8Array, seed: number): number {
  let state = absorb(seed, bytes.length);
  const words = bytes.length & ~3;
  let i = 0;
  for (; i < words; i += 4) {
    const word = bytes[i]! | bytes[i + 1]! << 8 | bytes[i + 2]! << 16 |
      bytes[i + 3]! << 24;
    state = absorb(state, word);
  }
  for (; i < bytes.length; i++) state = absorb(state, bytes[i]!);
  return finish(state);
}
