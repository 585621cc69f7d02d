import { connect, type TLSSocket } from "node:tls";
import type { Cancel, Clock } from "../../../base/mod.ts";
import type { FailureKind } from "../../outcome.ts";
import {
  type Attempt,
  failed,
  GIVEN_UP,
  type Open,
  type Opened,
} from "./attempt.ts";
import type { ConnSetUp } from "../conn_socket.ts";
import { failureOf } from "../errors.ts";
import { type ExplainTls, readReason, systemReason } from "../reasons/mod.ts";
import { Outbox } from "../outbox.ts";
import type { TlsContext } from "../tls.ts";
import {
  type DialFailure,
  type Socket,
  type SocketHandler,
  TURN_BYTES,
} from "../types.ts";

/** Connects by TCP, to shake hands by `node:tls`. */
export function nodeTls(context: TlsContext, explain: ExplainTls): Open {
  return (address, attempt, signal) => {
    const at = { host: address, port: attempt.port };
    const socket = connect({ ...context.options, ...at });
    return opened(socket, {
      ...{ context, attempt, address, signal },
      explain: (error) => explain(error, address),
    });
  };
}

function opened(
  socket: TLSSocket,
  { context, attempt: { clock, startMs, port }, address, signal, explain }: {
    readonly context: TlsContext;
    readonly attempt: Attempt;
    readonly address: string;
    readonly signal: AbortSignal;
    readonly explain: Explain;
  },
): Promise<Opened | DialFailure> {
  socket.setNoDelay(true);
  const secured = Promise.withResolvers<Socket | DialFailure | Broken>();
  const drop = () => {
    socket.destroy();
    secured.resolve(GIVEN_UP);
  };
  return new Promise((resolve) => {
    let connectedMs = NaN;
    const fail = (failure: FailureKind, cause: unknown) => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      // Once TCP stands, whatever ends the handshake is a failure of TLS.
      const isTcp = Number.isNaN(connectedMs);
      if (!isTcp) return secured.resolve({ kind: "broken", cause });
      const reason = systemReason({ address, port }, cause);
      resolve(signal.aborted ? GIVEN_UP : failed(failure, reason));
      secured.resolve(GIVEN_UP);
    };
    const giveUp = () => fail("aborted", "given up");
    signal.addEventListener("abort", giveUp);
    if (signal.aborted) giveUp();
    const onClose = () => fail("closed", "closed during the handshake");
    socket.once("connect", () => {
      signal.removeEventListener("abort", giveUp);
      connectedMs = clock.now();
      const finish = (signal: AbortSignal) =>
        finished(secured.promise, { signal, drop, explain });
      resolve({ kind: "opened", finish, drop });
    });
    socket.once("error", (error) => fail(failureOf(error), error));
    socket.once("close", onClose);
    socket.once("secureConnect", () => {
      socket.removeListener("close", onClose);
      const complaint = context.complaint(socket);
      if (complaint !== null) return fail("tls", complaint);
      const connectMs = connectedMs - startMs;
      const tlsMs = clock.now() - connectedMs;
      const setUp = { connectMs, tlsMs, clock };
      secured.resolve(new NodeTlsSocket(socket, setUp));
    });
  });
}

/** A handshake that failed, and what was thrown. */
interface Broken {
  readonly kind: "broken";
  readonly cause: unknown;
}

/** Says why a handshake failed. */
type Explain = (error: unknown) => Promise<string>;

async function finished(
  secured: Promise<Socket | DialFailure | Broken>,
  { signal, drop, explain }: {
    readonly signal: AbortSignal;
    readonly drop: () => void;
    readonly explain: Explain;
  },
): Promise<Socket | DialFailure> {
  signal.addEventListener("abort", drop);
  if (signal.aborted) drop();
  const result = await secured;
  signal.removeEventListener("abort", drop);
  if (signal.aborted) return GIVEN_UP;
  if (result.kind !== "broken") return result;
  const reason = await explain(result.cause);
  return signal.aborted ? GIVEN_UP : failed("tls", reason);
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
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly #clock: Clock;
  /** Bytes read since it last let the others go first. */
  #turnBytes = 0;
  #cancelResume: Cancel | null = null;

  constructor(socket: TLSSocket, setUp: Omit<ConnSetUp, "alpn">) {
    this.#socket = socket;
    this.connectMs = setUp.connectMs;
    this.tlsMs = setUp.tlsMs;
    this.#clock = setUp.clock;
    this.alpn = socket.alpnProtocol || null;
    socket.on("error", (error) => {
      this.#end(failureOf(error), readReason(error));
    });
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
      if (this.#ended) return;
      this.#yieldTurn(bytes.length);
      handler.onData(bytes, bytes.length);
    });
  }

  /** Stops reading where this connection has had its share of a turn. */
  #yieldTurn(bytes: number): void {
    this.#turnBytes += bytes;
    if (this.#turnBytes < TURN_BYTES || this.#cancelResume !== null) return;
    this.#socket.pause();
    this.#cancelResume = this.#clock.soon(() => {
      this.#cancelResume = null;
      this.#turnBytes = 0;
      this.#socket.resume();
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
    this.#cancelResume?.();
    this.#socket.destroy();
  }

  #end(why: FailureKind, reason?: string): void {
    if (this.#ended) return;
    this.close();
    if (this.#handler === null) this.#early = why;
    else this.#handler.onClose(why, reason);
  }

  #tellEarly(): void {
    if (this.#early !== null) this.#handler!.onClose(this.#early);
  }

  #send(bytes: Uint8Array): void {
    if (!this.#ended) this.#socket.write(bytes, this.#onWritten);
  }
}
