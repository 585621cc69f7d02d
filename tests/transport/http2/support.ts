/**
 * Both ends of an HTTP/2 connection without a network: a socket whose other
 * side is the test, and frames written and read by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import type {
  Dialer,
  DialFailure,
  Socket,
  SocketHandler,
} from "../../../src/transport/socket/mod.ts";
import type { FailureKind } from "../../../src/transport/mod.ts";
import { FLAG, FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { encodeFields } from "../../../src/transport/http2/hpack/mod.ts";

/** A frame as a test sees it. */
export interface TestFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** Writes a frame. */
export function frame(
  type: number,
  { flags = 0, stream = 0, payload = new Uint8Array(0) }:
    & Partial<TestFrame>
    & object = {},
): Uint8Array {
  const bytes = new Uint8Array(9 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length << 8);
  bytes[3] = type;
  bytes[4] = flags;
  view.setUint32(5, stream);
  bytes.set(payload, 9);
  return bytes;
}

/** Reads whole frames; fails when the last one is cut off. */
export function framesOf(bytes: Uint8Array): TestFrame[] {
  const frames: TestFrame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at < bytes.length) {
    const length = view.getUint32(at) >>> 8;
    assert.ok(at + 9 + length <= bytes.length, "a frame is cut off");
    frames.push({
      type: bytes[at + 3]!,
      flags: bytes[at + 4]!,
      stream: view.getUint32(at + 5),
      payload: bytes.slice(at + 9, at + 9 + length),
    });
    at += 9 + length;
  }
  return frames;
}

/** Puts pieces together. */
export function concat(...pieces: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A number of four bytes. */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A header block. */
export function block(fields: Readonly<Record<string, string>>): Uint8Array {
  return encodeFields(
    Object.entries(fields).map(([name, value]) => ({
      name,
      value,
      secret: false,
    })),
  );
}

/** SETTINGS with these values by identifier. */
export function settings(values: Readonly<Record<number, number>> = {}) {
  const pairs = Object.entries(values).map(([id, value]) =>
    concat(Uint8Array.of(0, Number(id)), uint32(value))
  );
  return frame(FRAME.settings, { payload: concat(...pairs) });
}

/** HEADERS with END_HEADERS; `last` adds END_STREAM. */
export function headers(
  stream: number,
  fields: Readonly<Record<string, string>>,
  last = false,
): Uint8Array {
  const flags = FLAG.endHeaders | (last ? FLAG.endStream : 0);
  return frame(FRAME.headers, { stream, flags, payload: block(fields) });
}

/** DATA; `last` adds END_STREAM. */
export function data(
  stream: number,
  payload: Uint8Array | string,
  last = false,
): Uint8Array {
  return frame(FRAME.data, {
    stream,
    flags: last ? FLAG.endStream : 0,
    payload: typeof payload === "string"
      ? new TextEncoder().encode(payload)
      : payload,
  });
}

/** A whole answer: 200 with a small body. */
export function answer200(stream: number): Uint8Array {
  return concat(
    headers(stream, { ":status": "200" }),
    data(stream, "ok", true),
  );
}

export function resetStream(stream: number, code: number): Uint8Array {
  return frame(FRAME.resetStream, { stream, payload: uint32(code) });
}

export function goaway(lastStream: number, code = 0): Uint8Array {
  const payload = concat(uint32(lastStream), uint32(code));
  return frame(FRAME.goaway, { payload });
}

export function windowUpdate(stream: number, increment: number): Uint8Array {
  return frame(FRAME.windowUpdate, { stream, payload: uint32(increment) });
}

const PREFACE_BYTES = 24;

/** A socket whose peer is the test. */
export class FakeSocket implements Socket {
  readonly kind = "socket";
  readonly connectMs = 3;
  readonly tlsMs = NaN;
  queuedBytes = 0;
  isClosed = false;
  #handler: SocketHandler | null = null;
  #written: Uint8Array[] = [];
  #room = new Uint8Array(0);

  constructor(readonly alpn: string | null = null) {}

  start(handler: SocketHandler): void {
    this.#handler = handler;
  }

  write(bytes: Uint8Array): void {
    if (!this.isClosed) this.#written.push(bytes.slice());
  }

  writeShared(bytes: Uint8Array): void {
    this.write(bytes);
  }

  room(most: number): Uint8Array {
    this.#room = new Uint8Array(most);
    return this.#room;
  }

  readonly outgoingEnd = 0;

  filled(end: number): void {
    this.write(this.#room.subarray(0, end));
  }

  close(): void {
    this.isClosed = true;
  }

  /** The peer says something; the memory is scribbled over afterwards. */
  receive(...pieces: Uint8Array[]): void {
    const bytes = concat(...pieces);
    if (!this.isClosed) this.#handler!.onData(bytes, bytes.length);
    bytes.fill(0xee);
  }

  /** The peer ends the connection. */
  end(why: FailureKind = "closed"): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#handler!.onClose(why);
  }

  /** What was written since the last time, without the magic words. */
  take(): TestFrame[] {
    const bytes = concat(...this.#written);
    this.#written = [];
    const isFirst = bytes[0] === 0x50;
    return framesOf(isFirst ? bytes.subarray(PREFACE_BYTES) : bytes);
  }
}

/** A dialer whose connections are sockets of the test's. */
export class FakeDialer implements Dialer {
  /** All sockets that were dialled, in order. */
  readonly sockets: FakeSocket[] = [];
  readonly signals: AbortSignal[] = [];
  #results: ((result: Socket | DialFailure) => void)[] = [];

  constructor(readonly alpn: string | null = null) {}

  dial(signal: AbortSignal): Promise<Socket | DialFailure> {
    this.signals.push(signal);
    return new Promise((resolve) => {
      this.#results.push(resolve);
      signal.addEventListener("abort", () => {
        this.#results = this.#results.filter((other) => other !== resolve);
        resolve({ kind: "failure", failure: "aborted", reason: "given up" });
      });
    });
  }

  /** Dials that are neither open nor failed. */
  get pending(): number {
    return this.#results.length;
  }

  /** The oldest dial succeeds. */
  async connect(): Promise<FakeSocket> {
    const socket = await this.connectNow();
    await turn();
    return socket;
  }

  /** The same, without a turn of the event loop: for very many of them. */
  async connectNow(): Promise<FakeSocket> {
    const socket = new FakeSocket(this.alpn);
    this.sockets.push(socket);
    this.#results.shift()!(socket);
    // Who waits for the dial hears of it by promises alone.
    for (let i = 0; i < 3; i++) await Promise.resolve();
    return socket;
  }

  /** The oldest dial fails. */
  async fail(failure: FailureKind): Promise<void> {
    this.#results.shift()!({ kind: "failure", failure, reason: failure });
    await turn();
  }
}

/** Lets everything that is ready run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
