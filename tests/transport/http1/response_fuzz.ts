/**
 * Connections of HTTP/1.1 whose peer answers with anything: what is valid, what
 * is nearly so, floods and nonsense, cut anywhere. All follows from a seed.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  Http1Connection,
  type Http1ConnectionOptions,
  type Http1ConnectionOwner,
} from "../../../src/transport/http1/connection.ts";
import type { Outcome } from "../../../src/transport/mod.ts";
import {
  Deadlines,
  type Socket,
  type SocketHandler,
} from "../../../src/transport/socket/mod.ts";
import { Chance } from "../../fixtures/chance.ts";
import { outcomeText, StillClock, testCall } from "../support.ts";
import { INVALID } from "./response/invalid.ts";
import {
  bytesOf,
  MAX_BODY_BYTES,
  MAX_HEAD_BYTES,
  readToEnd,
  testParser,
} from "./response/reading.ts";
import { VALID } from "./response/valid.ts";

/** Longer ones show nothing new and take most of the time. */
const MAX_TEXT_BYTES = 3000;
const TEXTS = [...VALID, ...INVALID]
  .filter(({ text, bodiless }) => !bodiless && text.length <= MAX_TEXT_BYTES)
  .map(({ text }) => bytesOf(text));
const FRAGMENTS = [
  "HTTP/1.1 200 OK\r\n",
  "HTTP/1.1 100 C\r\n\r\n",
  "HTTP/1.0 200\n",
  "content-length: 5\r\n",
  "transfer-encoding: chunked\r\n",
  "connection: close\r\n",
  "x: y\r\n z\r\n",
  "\r\n",
  "\n",
  "\r",
  "5\r\nhello\r\n",
  "5;a=b\r\nhello\r\n",
  '1;a="\\"\r\n',
  "0\r\n",
  "ffffffffffff\r\n",
  "hello",
  "\x00",
].map(bytesOf);

const CALL = {
  ...testCall(),
  framed: {
    bytes: new Uint8Array(1),
    apart: null,
    varying: null,
    bodiless: false,
    closes: false,
  },
};

/** Answers many requests, each on a connection of its own; throws where kar does what it never may. */
export async function fuzzResponses(
  seed: number,
  count: number,
): Promise<ReadonlySet<string>> {
  const kinds = new Set<string>();
  for (let i = 0; i < count; i++) {
    const chance = new Chance(seed + i);
    try {
      kinds.add(await fuzzOne(chance));
    } catch (error) {
      throw new Error(`KAR_FUZZ_SEED=${seed + i}`, { cause: error });
    }
  }
  return kinds;
}

async function fuzzOne(chance: Chance): Promise<string> {
  const bytes = anyAnswer(chance);
  const { peer, done, connection, owner } = open();
  await connection.dialed;
  for (const piece of chance.cut(bytes)) peer.says(piece);
  if (!peer.isClosed) peer.ends();
  owner.deadlines.close();
  assert.equal(done.length, 1, "calls done");
  const kind = outcomeText(done[0]!);
  const whole = readToEnd(testParser(), [bytes]).result.replace(" close", "");
  assert.equal(kind, Number(whole) > 599 ? "0" : whole);
  return kind;
}

/** A connection, and the peer at its other end. */
function open() {
  const peer = new Peer();
  const clock = new StillClock();
  const shared: Http1ConnectionOptions = {
    clock,
    dialer: { dial: () => Promise.resolve(peer) },
    parser: {
      maxBodyBytes: MAX_BODY_BYTES,
      maxHeadBytes: MAX_HEAD_BYTES,
    },
    maxRequests: Infinity,
    maxAgeMs: Infinity,
  };
  const done: Outcome[] = [];
  const owner: Http1ConnectionOwner = {
    deadlines: new Deadlines<Http1Connection>(clock, 1000, (c) => c.endLate()),
    onIdle() {},
    onGone() {},
    onIdleClosed() {},
    onUnasked() {},
    bodyFor: () => null,
    onRetryAfter() {},
    onDone: (_, outcome) => void done.push(outcome),
  };
  const connection = new Http1Connection(CALL, shared, owner);
  return { peer, done, connection, owner };
}

class Peer implements Socket {
  readonly kind = "socket";
  readonly connectMs = 0;
  readonly tlsMs = NaN;
  readonly alpn = null;
  readonly queuedBytes = 0;
  isClosed = false;
  #handler: SocketHandler | null = null;

  start(handler: SocketHandler): void {
    this.#handler = handler;
  }

  write(): void {}

  writeShared(): void {}

  room(most: number): Uint8Array {
    return new Uint8Array(most);
  }

  readonly outgoingEnd = 0;

  filled(): void {}

  close(): void {
    this.isClosed = true;
  }

  says(bytes: Uint8Array): void {
    if (!this.isClosed) this.#handler!.onData(bytes, bytes.length);
  }

  ends(): void {
    this.isClosed = true;
    this.#handler!.onClose("closed");
  }
}

function anyAnswer(chance: Chance): Uint8Array {
  switch (chance.below(8)) {
    case 0:
      return chance.bytes(1 + chance.below(100));
    case 1:
    case 2: {
      const count = 1 + chance.below(20);
      return join(Array.from({ length: count }, () => chance.of(FRAGMENTS)));
    }
    case 3:
      return flood(chance);
    default:
      return edited(chance.of(TEXTS), chance);
  }
}

/** The same again and again, behind a beginning. */
function flood(chance: Chance): Uint8Array {
  const first = Array.from(
    { length: chance.below(4) },
    () => chance.of(FRAGMENTS),
  );
  const more = chance.of(FRAGMENTS);
  const count = chance.oneIn(50) ? 5000 : 1 + chance.below(60);
  return join([...first, ...Array(count).fill(more)]);
}

/** An answer with some bytes changed, dropped or doubled. */
function edited(answer: Uint8Array, chance: Chance): Uint8Array {
  const bytes = [...answer];
  for (let edits = chance.below(4); edits > 0 && bytes.length > 0; edits--) {
    const at = chance.below(bytes.length);
    const how = chance.below(3);
    if (how === 0) bytes[at] = chance.below(256);
    else {bytes.splice(
        at,
        how === 1 ? 1 : 0,
        ...(how === 1 ? [] : [bytes[at]!]),
      );}
  }
  return bytes.length > 0 ? Uint8Array.from(bytes) : bytesOf("x");
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
