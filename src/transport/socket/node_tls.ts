import { connect, type TLSSocket } from "node:tls";
import type { FailureKind } from "../outcome.ts";
import type { AddressDial } from "./dial_deno.ts";
import { failureOf } from "./errors.ts";
import { Outbox } from "./outbox.ts";
import type { TlsContext } from "./tls.ts";
import type { DialFailure, Socket, SocketHandler } from "./types.ts";

/** Connects and shakes hands by `node:tls`. */
export function dialNodeTls(
  dial: AddressDial,
  context: TlsContext,
): Promise<Socket | DialFailure> {
  const { address, port, clock, startMs, signal } = dial;
  return new Promise((resolve) => {
    const socket = connect({ ...context, host: address, port });
    socket.setNoDelay(true);
    let connectedMs = NaN;
    socket.once("connect", () => connectedMs = clock.now());
    const settle = (result: Socket | DialFailure) => {
      signal.removeEventListener("abort", onAbort);
      socket.removeListener("close", onClose);
      resolve(result);
    };
    const fail = (failure: FailureKind, message: string) => {
      socket.destroy();
      settle({ kind: "failure", failure, message });
    };
    const onAbort = () => fail("aborted", "given up");
    const onClose = () => fail("tls", "closed during the handshake");
    socket.once("error", (error) => {
      // Once TCP stands, whatever ends the handshake is a failure of TLS.
      const isTcp = Number.isNaN(connectedMs);
      fail(isTcp ? failureOf(error) : "tls", error.message);
    });
    socket.once("close", onClose);
    socket.once("secureConnect", () => {
      const tlsMs = clock.now() - connectedMs;
      settle(new NodeTlsSocket(socket, connectedMs - startMs, tlsMs));
    });
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
}

/**
 * A TLS connection on `node:tls`, which unlike `Deno.startTls` knows own
 * certificates and single unverified peers, but costs 40 % more.
 */
class NodeTlsSocket implements Socket {
  readonly kind = "socket";
  readonly alpn: string | null;
  readonly #socket: TLSSocket;
  readonly #outbox = new Outbox((bytes) => this.#send(bytes));
  readonly #onWritten = () => this.#outbox.sent();
  #handler: SocketHandler | null = null;
  /** Why it ended before anybody listened. */
  #early: FailureKind | null = null;
  #ended = false;

  constructor(
    socket: TLSSocket,
    readonly connectMs: number,
    readonly tlsMs: number,
  ) {
    this.#socket = socket;
    this.alpn = socket.alpnProtocol || null;
    socket.on("error", (error) => this.#end(failureOf(error)));
    socket.on("end", () => this.#end("closed"));
    socket.on("close", () => this.#end("closed"));
  }

  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  start(handler: SocketHandler): void {
    this.#handler = handler;
    if (this.#early !== null) queueMicrotask(() => this.#tellEarly());
    this.#socket.on("data", (bytes: Uint8Array) => {
      if (!this.#ended) handler.onData(bytes, bytes.length);
    });
  }

  write(bytes: Uint8Array): void {
    if (!this.#ended) this.#outbox.push(bytes);
  }

  writeShared(bytes: Uint8Array): void {
    if (!this.#ended) this.#outbox.pushShared(bytes);
  }

  close(): void {
    this.#ended = true;
    this.#early = null;
    this.#socket.destroy();
  }

  #end(why: FailureKind): void {
    if (this.#ended) return;
    this.close();
    if (this.#handler === null) this.#early = why;
    else this.#handler.onClose(why);
  }

  #tellEarly(): void {
    if (this.#early !== null) this.#handler!.onClose(this.#early);
  }

  #send(bytes: Uint8Array): void {
    if (!this.#ended) this.#socket.write(bytes, this.#onWritten);
  }
}
