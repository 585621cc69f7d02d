/**
 * An HTTP/2 server that is nothing but frames, for everything that a proper
 * server never does.
 *
 * @module
 */
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { FLAG, FRAME } from "../../src/transport/http2/framing/mod.ts";
import { frame, settings, type TestFrame } from "../transport/http2/support.ts";

const PREFACE_BYTES = 24;

/** What a script may do with a connection. */
export interface PeerConnection {
  /** Which connection this is, from 0. */
  readonly number: number;
  readonly isOpen: boolean;
  send(bytes: Uint8Array): void;
  /** Sends the same bytes until the connection ends, as fast as they are taken. */
  flood(bytes: Uint8Array): void;
  /** Ends the connection in order. */
  end(): void;
  /** Ends it with a reset. */
  reset(): void;
}

/** How a peer behaves. It says its settings and acknowledges ours by itself. */
export interface PeerScript {
  /** Its settings; null = it says none. */
  readonly settings?: Readonly<Record<number, number>> | null;
  readonly onConnect?: (connection: PeerConnection) => void;
  /** A request has begun. */
  readonly onHead?: (connection: PeerConnection, stream: number) => void;
  /** Any other frame. */
  readonly onFrame?: (connection: PeerConnection, frame: TestFrame) => void;
}

/** A peer under way; disposing it cuts every connection. */
export interface FramePeer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Requests that have begun. */
  readonly requests: number;
  readonly connections: number;
  /** Error codes of the client's goodbyes. */
  readonly goodbyes: readonly number[];
}

/** Starts a peer; use with `await using`. */
export async function startFramePeer(script: PeerScript): Promise<FramePeer> {
  const peer = new ScriptedPeer(script);
  await peer.listen();
  return peer;
}

class ScriptedPeer implements FramePeer {
  requests = 0;
  connections = 0;
  readonly goodbyes: number[] = [];
  readonly #open = new Set<Socket>();
  readonly #server: Server = createServer((socket) => this.#accept(socket));

  constructor(readonly script: PeerScript) {}

  listen(): Promise<void> {
    return new Promise((resolve) =>
      this.#server.listen(0, "127.0.0.1", resolve)
    );
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#open.delete(socket));
    const connection = new Connection(socket, this.connections++);
    const { settings: values = {}, onConnect } = this.script;
    if (values !== null) connection.send(settings(values));
    onConnect?.(connection);
    const reader = new FrameCutter((each) => this.#hear(connection, each));
    socket.on("data", (bytes: Uint8Array) => reader.read(bytes));
  }

  #hear(connection: Connection, each: TestFrame): void {
    const { onHead, onFrame } = this.script;
    if (each.type === FRAME.headers) {
      this.requests++;
      return onHead?.(connection, each.stream);
    }
    if (each.type === FRAME.goaway) this.goodbyes.push(each.payload[7]!);
    if (each.type === FRAME.settings && !(each.flags & FLAG.ack)) {
      connection.send(frame(FRAME.settings, { flags: FLAG.ack }));
    }
    onFrame?.(connection, each);
  }
}

class Connection implements PeerConnection {
  constructor(readonly socket: Socket, readonly number: number) {}

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  send(bytes: Uint8Array): void {
    if (this.isOpen) this.socket.write(bytes);
  }

  flood(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.socket.write(bytes, (error) => {
      if (!error) setImmediate(() => this.flood(bytes));
    });
  }

  end(): void {
    this.socket.end();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }
}

/** Cuts what a client says into frames, behind its preface. */
class FrameCutter {
  #bytes = new Uint8Array(0);
  #skip = PREFACE_BYTES;

  constructor(readonly onFrame: (frame: TestFrame) => void) {}

  read(more: Uint8Array): void {
    const bytes = new Uint8Array(this.#bytes.length + more.length);
    bytes.set(this.#bytes);
    bytes.set(more, this.#bytes.length);
    this.#bytes = bytes;
    if (this.#skip > 0) {
      if (bytes.length < this.#skip) return;
      this.#bytes = bytes.subarray(this.#skip);
      this.#skip = 0;
    }
    while (this.#cut());
  }

  #cut(): boolean {
    const bytes = this.#bytes;
    if (bytes.length < 9) return false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = 9 + (view.getUint32(0) >>> 8);
    if (bytes.length < end) return false;
    this.#bytes = bytes.subarray(end);
    this.onFrame({
      type: bytes[3]!,
      flags: bytes[4]!,
      stream: view.getUint32(5),
      payload: bytes.slice(9, end),
    });
    return true;
  }
}
