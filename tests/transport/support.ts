/**
 * What tests of transports share: a target, a context that records outcomes,
 * a real clock.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clock } from "../../src/base/mod.ts";
import type { Limits, TargetPlan } from "../../src/plan/mod.ts";
import {
  type GrpcRequest,
  readRequest,
  type Request,
  type TargetUrl,
} from "../../src/request/mod.ts";
import {
  blankExchange,
  type Client,
  type ClientContext,
  type Exchange,
  openTarget,
  type Outcome,
  type ResolvedGrpcCall,
  type TargetContext,
  type TlsTexts,
} from "../../src/transport/mod.ts";

/** Longest wait of a test for something that must happen. */
const PATIENCE_MS = 60_000;

/** Limits that no test meets by accident. */
export const TEST_LIMITS: Limits = {
  inFlight: 1000,
  maxLatenessMs: 100,
  connections: 100,
  maxBodyBytes: 1_000_000,
  maxHeadBytes: 262_144,
};

/** A target that asks `GET` of a URL with a generous timeout. */
export function testTarget(over: Partial<TargetPlan> = {}): TargetPlan {
  return {
    name: "test",
    url: "http://nobody.invalid/",
    protocol: "http",
    client: "wire",
    method: "GET",
    headers: [],
    body: null,
    weight: 1,
    timeoutMs: PATIENCE_MS,
    ok: null,
    ...over,
  };
}

/** The real clock of this process. */
export function realClock(): Clock {
  return {
    now: () => performance.now(),
    wall: () => Date.now(),
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    soon(task) {
      const handle = setImmediate(task);
      return () => clearImmediate(handle);
    },
  };
}

interface Timer {
  readonly atMs: number;
  readonly task: () => void;
}

/** A clock that stands until it is moved. */
export class StillClock implements Clock {
  #nowMs = 0;
  #timers: Timer[] = [];
  /** How many timers it was asked for. */
  asked = 0;

  /** Timers that have not run. */
  get waiting(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#nowMs;
  }

  wall(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    this.asked++;
    const timer = { atMs: this.#nowMs + delayMs, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  soon(task: () => void): () => void {
    return this.after(0, task);
  }

  /** Moves on, and runs what falls due on the way at its instant. */
  runTo(endMs: number): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (next.atMs > endMs) break;
      this.#nowMs = next.atMs;
      this.#timers = this.#timers.filter((other) => other !== next);
      next.task();
    }
    this.#nowMs = endMs;
  }

  #next(): Timer | undefined {
    return this.#timers.reduce<Timer | undefined>(
      (first, timer) =>
        first === undefined || timer.atMs < first.atMs ? timer : first,
      undefined,
    );
  }
}

const NOWHERE: TargetUrl = {
  kind: "url",
  scheme: "http",
  peer: { kind: "tcp", host: "nobody.invalid", port: 80 },
  authority: "nobody.invalid",
  path: "/",
};

/** An exchange that was intended and sent at 0. */
export function testCall(): Exchange {
  return { ...blankExchange(), intendedMs: 0, sentMs: 0 };
}

/** A target's request, as a worker makes it. */
export function requestOf(
  target: TargetPlan,
  grpc: GrpcRequest | null = null,
): Request {
  const { expand, userAgent } = new Recorder();
  return readRequest(target, { expand, userAgent, grpc });
}

/** Opens a target; all that its client is given to send is the target's request. */
export function opened<C extends Client>(
  open: (target: TargetPlan, context: ClientContext) => C,
  target: TargetPlan,
  context: TargetContext,
): C {
  const { client, framed } = openTarget(target, context, open);
  const send = client.send.bind(client);
  client.send = (exchange) => {
    exchange.framed = framed;
    return send(exchange);
  };
  return client as C;
}

/** What happened to one call. */
export interface Done {
  readonly call: Exchange;
  readonly outcome: Outcome;
}

/** A context whose `done` is kept, and can be waited for. */
export class Recorder implements TargetContext {
  readonly done: (call: Exchange, outcome: Outcome) => void;
  readonly userAgent = "kar/test (run test)";
  readonly url = NOWHERE;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly results: Done[] = [];
  /** Runs inside `done`. */
  onDone: (call: Exchange) => void = () => {};
  /** How often a string of the target was expanded. */
  expansions = 0;
  #waiting: (() => void)[] = [];

  constructor(limits: Partial<Limits> = {}, clock = realClock()) {
    this.limits = { ...TEST_LIMITS, ...limits };
    this.clock = clock;
    this.done = (call, outcome) => {
      this.results.push({ call, outcome });
      this.onDone(call);
      for (const wake of this.#waiting.splice(0)) wake();
    };
  }

  /** `${X}` becomes `expanded-X`. */
  readonly expand = (text: string): string => {
    this.expansions++;
    return text.replaceAll(/\$\{(\w+)\}/g, "expanded-$1");
  };

  /** Waits until `count` calls are done; fails when they do not come. */
  async until(count: number): Promise<readonly Done[]> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${this.results.length} of ${count} done`)),
        PATIENCE_MS,
      );
    });
    try {
      while (this.results.length < count) {
        await Promise.race([this.#next(), late]);
      }
    } finally {
      clearTimeout(timer);
    }
    return this.results;
  }

  /** The outcomes so far, as text: `200`, `timeout`. */
  get outcomes(): string[] {
    return this.results.map(({ outcome }) => outcomeText(outcome));
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** The same context with certificates, or a gRPC call. */
export function withResolved(
  context: TargetContext,
  over: { readonly tls?: Partial<TlsTexts>; readonly grpc?: ResolvedGrpcCall },
): TargetContext {
  const tls = { ca: null, cert: null, key: null, ...over.tls };
  return { ...context, resolved: { tls, grpc: over.grpc ?? null } };
}

/** `200`, or `timeout`. */
export function outcomeText(outcome: Outcome): string {
  return outcome.kind === "answer" ? `${outcome.code}` : outcome.failure;
}

/** Fails unless every call in `calls` is done exactly once. */
export function assertEachDoneOnce(
  calls: readonly Exchange[],
  results: readonly Done[],
): void {
  assert.equal(results.length, calls.length);
  assert.deepEqual(new Set(results.map((r) => r.call)), new Set(calls));
}

/** Waits until something holds; fails when it does not come to hold. */
export async function eventually(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!holds()) {
    assert.ok(performance.now() < endMs, `still not: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
