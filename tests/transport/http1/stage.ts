/**
 * A connection whose dial, peer, time and owner are the test's.
 *
 * @module
 */
import type { Http1Request } from "../../../src/transport/http1/request.ts";
import type { Exchange } from "../../../src/transport/mod.ts";
import assert from "node:assert/strict";
import { FakeClock } from "../../sim/fake_clock.ts";
import {
  Http1Connection,
  type Http1ConnectionOptions,
  type Http1ConnectionOwner,
} from "../../../src/transport/http1/connection.ts";
import type { FailureKind } from "../../../src/transport/mod.ts";
import {
  Deadlines,
  type DialFailure,
  type Socket,
  type SocketHandler,
} from "../../../src/transport/socket/mod.ts";
import { outcomeText, testCall } from "../support.ts";

export const TIMEOUT_MS = 100;
export const REQUEST = new TextEncoder().encode(
  "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
);
export const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** A peer played by the test: what it is sent, what it says. */
export class FakeSocket implements Socket {
  readonly kind = "socket";
  readonly connectMs = 3;
  readonly tlsMs = 4;
  readonly alpn = null;
  queuedBytes = 0;
  writes = 0;
  isClosed = false;
  #handler: SocketHandler | null = null;

  start(handler: SocketHandler): void {
    this.#handler = handler;
  }

  write(): void {
    assert.fail("a request is shared, never copied");
  }

  writeShared(bytes: Uint8Array): void {
    assert.equal(bytes, REQUEST);
    this.writes++;
  }

  room(): Uint8Array {
    assert.fail("a request without fields is not written anew");
  }

  readonly outgoingEnd = 0;

  filled(): void {}

  close(): void {
    this.isClosed = true;
  }

  says(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#handler!.onData(bytes, bytes.length);
  }

  ends(why: FailureKind): void {
    this.isClosed = true;
    this.#handler!.onClose(why);
  }
}

/** An exchange of the stage's request, or of one like it. */
export function http1Call(
  over: Partial<Http1Request> = {},
): Exchange<Http1Request> {
  const framed = {
    bytes: REQUEST,
    apart: null,
    varying: null,
    bodiless: false,
    closes: false,
    ...over,
  };
  return { ...testCall(), framed };
}

/** A connection whose dial, peer, time and owner are the test's. */
export function stage(over: Partial<Http1ConnectionOptions> = {}) {
  const clock = new FakeClock(0);
  const heard: string[] = [];
  const reasons: string[] = [];
  const socket = new FakeSocket();
  let settle: (result: Socket | DialFailure) => void = () => {};
  let signal: AbortSignal | null = null;
  const shared: Http1ConnectionOptions = {
    clock,
    dialer: {
      dial(given) {
        signal = given;
        return new Promise((resolve) => settle = resolve);
      },
    },
    parser: { maxBodyBytes: 1000, maxHeadBytes: 65_536 },
    maxRequests: Infinity,
    maxAgeMs: Infinity,
    ...over,
  };
  const owner: Http1ConnectionOwner = {
    deadlines: new Deadlines<Http1Connection>(
      clock,
      TIMEOUT_MS,
      (late) => late.endLate(),
    ),
    onIdle: () => heard.push("idle"),
    onGone: () => heard.push("gone"),
    onIdleClosed: () => heard.push("idle closed"),
    onUnasked: () => heard.push("unasked"),
    bodyFor: () => null,
    onRetryAfter: (text) => heard.push(`retry after${text}`),
    onDone: (_call, outcome) => {
      heard.push(outcomeText(outcome));
      reasons.push(outcome.reason);
    },
  };
  const call = http1Call();
  const connection = new Http1Connection(call, shared, owner);
  return {
    clock,
    heard,
    reasons,
    socket,
    call,
    connection,
    isGivenUp: () => signal!.aborted,
    async dialed(result: Socket | DialFailure = socket) {
      settle(result);
      await connection.dialed;
    },
  };
}

/** A stage whose connection is open and has answered its first call. */
export async function idleStage(over: Partial<Http1ConnectionOptions> = {}) {
  const set = stage(over);
  await set.dialed();
  set.socket.says(OK);
  set.heard.length = 0;
  return set;
}
