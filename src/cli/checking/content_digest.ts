import {
  ArrivalCursor,
  ArrivalSource,
  lanesOf,
  ranksOf,
  WHOLE,
} from "../../arrivals/mod.ts";
import { absorb, finish, SLOT_MS } from "../../base/mod.ts";
import { EventLog, Traffic } from "../../pattern/mod.ts";
import type { Request } from "../../request/mod.ts";

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

/**
 * The digest of all requests that arrivals of a span begin with, byte by byte,
 * as a run of the plan fired at its start sends them: method, path, headers and
 * body. Journeys count with their first arrival alone.
 *
 * @param requests by the numbers of the plan's targets
 */
export function contentDigest(
  plan: Parameters<typeof ranksOf>[0],
  requests: readonly Request[],
  { startMs, durationMs }: ContentSpan,
): ContentDigest {
  const first = Math.floor(startMs / SLOT_MS);
  const end = first + Math.ceil(durationMs / SLOT_MS);
  const events = new EventLog();
  events.append({ slot: first, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([plan.pattern], events);
  const rateAt = (slot: number) => traffic.rateAt(slot);
  const lanes = lanesOf(WHOLE);
  const { area } = traffic;
  const source = new ArrivalSource({ plan, lanes, rateAt, area });
  const ranks = ranksOf(plan, rateAt)?.(area) ?? null;
  const cursor = new ArrivalCursor(source.none());
  const sums = new RequestSums();
  const at = { slot: 0, lane: 0, index: 0, target: 0 };
  let ranked = 0;
  for (let slot = first; slot < end; slot++) {
    const list = source.slot(slot);
    cursor.begin(slot, list);
    if (ranks !== null) ranked = ranks.begin(slot, list, ranked);
    for (let i = 0; cursor.hasNext; i++) {
      const { offsetMs } = cursor;
      cursor.take(at);
      const request = requests[at.target];
      if (request === undefined) continue;
      const rank = ranks === null ? NaN : ranks.at(i);
      request.vary?.draws.begin({
        ...at,
        offsetMs,
        rank,
        iteration: 0,
        vars: null,
      });
      sums.add(request);
    }
  }
  return { digest: sums.toString(), requests: sums.count };
}

const encoder = new TextEncoder();

/** Commutative: the order, and who adds what, do not matter. */
class RequestSums {
  count = 0;
  #low = 0;
  #high = 0;
  #scratch = new Uint8Array(4096);

  add(request: Request): void {
    const bytes = this.#bytesOf(request);
    this.#low = (this.#low + hash(bytes, 0x243f6a88)) >>> 0;
    this.#high = (this.#high + hash(bytes, 0x85a308d3)) >>> 0;
    this.count++;
  }

  toString(): string {
    return [this.#high, this.#low].map((sum) =>
      sum.toString(16).padStart(8, "0")
    ).join("");
  }

  #bytesOf({ method, path, headers, body, vary }: Request): Uint8Array {
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
