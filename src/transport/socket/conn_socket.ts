import type { Cancel, Clock } from "../../base/mod.ts";
import type { FailureKind } from "../outcome.ts";
import { failureOf } from "./errors.ts";
import { Outbox } from "./outbox.ts";
import { readReason } from "./reasons/mod.ts";
import { type Socket, type SocketHandler, TURN_BYTES } from "./types.ts";

/** A read buffer starts small, because most connections of most runs idle. */
const FIRST_READ_BYTES = 4 * 1024;
/** It doubles with every read that fills it, up to this. */
const MAX_READ_BYTES = 64 * 1024;
/**
 * Buffers of closed connections, for new ones. Where each answer ends its
 * connection they would be garbage, which V8 is slow to collect.
 */
const SPARE: Uint8Array[] = [];
const SPARE_MAX = 64;

/** What a connection is made of, beside the system's. */
export interface ConnSetUp
  extends Pick<Socket, "connectMs" | "tlsMs" | "alpn"> {
  readonly clock: Clock;
}

/**
 * A connection of Deno's own, plain or TLS.
 *
 * Reads are a chain of prebound callbacks into one buffer. Of all ways to read
 * that Deno offers this costs least: an async loop costs 5 % more, `node:net`
 * 10 %, a stream three times as much. A peer that sends without end would be
 * read again and again in one turn of the event loop, so each connection has a
 * share of a turn, and after it the others come first.
 */
export class ConnSocket implements Socket {
  readonly kind = "socket";
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly alpn: string | null;
  readonly #conn: Deno.Conn;
  readonly #outbox = new Outbox((bytes) => this.#send(bytes));
  #handler: SocketHandler | null = null;
  #buffer = SPARE.pop() ?? new Uint8Array(FIRST_READ_BYTES);
  #outgoing: Uint8Array | null = null;
  #ended = false;
  readonly #clock: Clock;
  /** Bytes read since the connection last let the others go first. */
  #turnBytes = 0;
  #cancelRead: Cancel | null = null;

  constructor(conn: Deno.Conn, setUp: ConnSetUp) {
    this.#conn = conn;
    this.#clock = setUp.clock;
    this.connectMs = setUp.connectMs;
    this.tlsMs = setUp.tlsMs;
    this.alpn = setUp.alpn;
  }

  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  start(handler: SocketHandler): void {
    this.#handler = handler;
    this.#read();
  }

  write(bytes: Uint8Array): void {
    if (!this.#ended) this.#outbox.push(bytes);
  }

  writeShared(bytes: Uint8Array): void {
    if (!this.#ended) this.#outbox.pushShared(bytes);
  }

  room(most: number): Uint8Array {
    return this.#outbox.room(most);
  }

  get outgoingEnd(): number {
    return this.#outbox.end;
  }

  filled(end: number): void {
    if (!this.#ended) this.#outbox.filled(end);
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#conn.close();
    if (this.#cancelRead === null) return;
    // No read is under way that would free the buffer.
    this.#cancelRead();
    this.#spare();
  }

  readonly #readOn = (): void => {
    this.#cancelRead = null;
    this.#turnBytes = 0;
    this.#read();
  };

  #read(): void {
    this.#conn.read(this.#buffer).then(this.#onRead, this.#onReadError);
  }

  readonly #onRead = (length: number | null): void => {
    if (this.#ended) return this.#spare();
    if (length === null) return this.#end("closed");
    this.#handler!.onData(this.#buffer, length);
    if (this.#ended) return this.#spare();
    const { length: size } = this.#buffer;
    if (length === size && size < MAX_READ_BYTES) {
      this.#buffer = new Uint8Array(2 * size);
    }
    this.#turnBytes += length;
    if (this.#turnBytes < TURN_BYTES) this.#read();
    else this.#cancelRead = this.#clock.soon(this.#readOn);
  };

  readonly #onReadError = (error: unknown): void => {
    if (this.#ended) this.#spare();
    else this.#end(failureOf(error), readReason(error));
  };

  /** Nothing reads any more, not even the system: the buffer is free. */
  #spare(): void {
    const isFirst = this.#buffer.length === FIRST_READ_BYTES;
    if (isFirst && SPARE.length < SPARE_MAX) SPARE.push(this.#buffer);
  }

  #end(why: FailureKind, reason?: string): void {
    this.close();
    this.#spare();
    this.#handler!.onClose(why, reason);
  }

  #send(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#outgoing = bytes;
    this.#conn.write(bytes).then(this.#onWritten, ignore);
  }

  readonly #onWritten = (length: number): void => {
    if (this.#ended) return;
    const bytes = this.#outgoing!;
    if (length < bytes.length) return this.#send(bytes.subarray(length));
    this.#outgoing = null;
    this.#outbox.sent();
  };
}

/**
 * A failed write is reported by the read that is always under way: that first
 * delivers what the peer sent before it hung up, and then ends with the reason.
 */
function ignore(): void {}
