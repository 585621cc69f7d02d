import { connect, type TLSSocket } from "node:tls";
import { type Cancel, type Clock, messageOf } from "../../../base/mod.ts";
import type { FailureKind } from "../../outcome.ts";
import { type Attempt, failed, GIVEN_UP, type Open } from "./attempt.ts";
import type { ConnSetUp } from "../conn_socket.ts";
import { failureOf } from "../errors.ts";
import {
  codeOf,
  type ExplainTls,
  readReason,
  systemReason,
} from "../reasons/mod.ts";
import { Outbox } from "../outbox.ts";
import type { TlsContext, TlsContexts } from "../tls.ts";
import {
  type DialFailure,
  type Socket,
  type SocketHandler,
  TURN_BYTES,
} from "../types.ts";

/** How long a peer that is not trusted is not asked a second time. */
const SECOND_REST_MS = 60_000;

/**
 * Connects by TCP, for a handshake by `node:tls`.
 *
 * A peer that the target's `ca` does not vouch for is connected to a second
 * time, with Mozilla's roots: nothing was sent to it yet. What worked last is
 * tried first.
 */
export function nodeTls(contexts: TlsContexts, explain: ExplainTls): Open {
  let { first, second } = contexts;
  let restsUntilMs = -Infinity;
  const begin = (
    context: TlsContext,
    { address, attempt, signal }: AddressAttempt,
  ): Promise<Begun | DialFailure> => {
    const at = { host: address, port: attempt.port };
    const socket = connect({ ...context.options, ...at });
    return begun(socket, { context, attempt, address, signal });
  };
  /** The result of the other handshake, with the other roots. */
  const secondEnd = async (at: AddressAttempt): Promise<End | null> => {
    const nowMs = at.attempt.clock.now();
    if (second === null || nowMs < restsUntilMs) return null;
    const other = await begin(second, at);
    const end = other.kind === "failure"
      ? other
      : await other.finish(at.signal);
    if (end.kind === "broken") restsUntilMs = nowMs + SECOND_REST_MS;
    if (end.kind === "socket") [first, second] = [second, first];
    return end.kind === "broken" ? null : end;
  };
  return async (address, attempt, signal) => {
    const opened = await begin(first, { address, attempt, signal });
    if (opened.kind === "failure") return opened;
    const finish = async (signal: AbortSignal) => {
      let end = await opened.finish(signal);
      if (isUnknownIssuer(end)) {
        end = await secondEnd({ address, attempt, signal }) ?? end;
      }
      if (end.kind !== "broken") return end;
      const reason = await explain(end.cause, address);
      return signal.aborted ? GIVEN_UP : failed("tls", reason);
    };
    return { ...opened, finish };
  };
}

/** One attempt, and where. */
interface AddressAttempt {
  readonly address: string;
  readonly attempt: Attempt;
  readonly signal: AbortSignal;
}

/** The result of a handshake. */
type End = Socket | DialFailure | Broken;

/** A handshake that failed, and the error. */
interface Broken {
  readonly kind: "broken";
  readonly cause: unknown;
}

/** Whether a handshake failed because no authority vouches for the peer. */
function isUnknownIssuer(end: End): boolean {
  if (end.kind !== "broken") return false;
  const text = `${codeOf(end.cause)} ${messageOf(end.cause)}`;
  return /UNABLE_TO|SELF_SIGNED|UnknownIssuer/.test(text);
}

/** A connection that TCP has made, whose handshake is under way. */
interface Begun {
  readonly kind: "opened";
  finish(signal: AbortSignal): Promise<End>;
  drop(): void;
}

function begun(
  socket: TLSSocket,
  { context, attempt: { clock, startMs, port }, address, signal }:
    & AddressAttempt
    & { readonly context: TlsContext },
): Promise<Begun | DialFailure> {
  socket.setNoDelay(true);
  const secured = Promise.withResolvers<End>();
  const drop = () => {
    socket.destroy();
    secured.resolve(GIVEN_UP);
  };
  return new Promise((resolve) => {
    let connectedMs = NaN;
    const fail = (failure: FailureKind, cause: unknown) => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      // TCP is connected, so whatever ends the handshake is a failure of TLS.
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
        finished(secured.promise, { signal, drop });
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

async function finished(
  secured: Promise<End>,
  { signal, drop }: { readonly signal: AbortSignal; readonly drop: () => void },
): Promise<End> {
  signal.addEventListener("abort", drop);
  if (signal.aborted) drop();
  const result = await secured;
  signal.removeEventListener("abort", drop);
  return signal.aborted ? GIVEN_UP : result;
}

/**
 * A TLS connection on `node:tls`. Unlike `Deno.startTls` it knows certificates
 * of kar's own and single unverified peers, but it costs 40 % more.
 */
class NodeTlsSocket implements Socket {
  readonly kind = "socket";
  readonly alpn: string | null;
  readonly #socket: TLSSocket;
  readonly #outbox = new Outbox((bytes) => this.#send(bytes));
  readonly #onWritten = () => this.#outbox.sent();
  #handler: SocketHandler | null = null;
  /** Why it ended before it had a handler. */
  #early: FailureKind | null = null;
  #ended = false;
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly #clock: Clock;
  /** Bytes read since the connection last let the others go first. */
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

  /** Stops reading when this connection has had its share of a turn. */
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
