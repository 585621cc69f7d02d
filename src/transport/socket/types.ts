import type { FailureKind } from "../outcome.ts";
import type { TlsTexts } from "../resolved.ts";

/** How a peer's TLS is checked, and which certificate kar presents. */
export interface TlsOptions extends TlsTexts {
  /** Name to ask for and to check; null = the host of the endpoint. */
  readonly serverName: string | null;
  /** Accepts any certificate; only if the user says so. */
  readonly insecure: boolean;
  /** Protocols offered by ALPN, best first; empty = no ALPN. */
  readonly alpn: readonly string[];
}

/** Where a dialer connects to: a host, or a Unix socket. */
export type Endpoint = TcpEndpoint | UnixEndpoint;

/** A port of a host. */
export interface TcpEndpoint {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** null = plain TCP. */
  readonly tls: TlsOptions | null;
}

/** A Unix socket. */
export interface UnixEndpoint {
  /** An absolute path. */
  readonly path: string;
  readonly tls: null;
}

/**
 * Bytes that may be read from one connection in one turn of the event loop,
 * within one read; then the others have their turn.
 */
export const TURN_BYTES = 64 * 1024;

/** An open connection, not yet being read: call `start` exactly once. */
export interface Socket {
  readonly kind: "socket";
  /** Milliseconds of name lookup and TCP set-up. */
  readonly connectMs: number;
  /** Milliseconds of the TLS handshake; NaN without TLS. */
  readonly tlsMs: number;
  /** The protocol agreed by ALPN; null = none. */
  readonly alpn: string | null;
  /** Begins to read; from now on `handler` gets everything. */
  start(handler: SocketHandler): void;
  /** Bytes written that the system has not taken yet; 0 = nothing is left. */
  readonly queuedBytes: number;
  /**
   * Queues a copy of some bytes; everything written in one turn of the event
   * loop leaves together. After the end, writing does nothing. The queue has no
   * bound: code that answers a peer by writing has to look at `queuedBytes`.
   */
  write(bytes: Uint8Array): void;
  /** Like `write`, for bytes that never change: spares the copy where it can. */
  writeShared(bytes: Uint8Array): void;
  /**
   * The outgoing buffer, with room for at least `most` bytes from `outgoingEnd`
   * on. Bytes that are made may be written there directly, which costs neither
   * memory nor a copy; `filled` then says how far. Valid until the next write.
   */
  room(most: number): Uint8Array;
  /** Where the next byte goes in the buffer that `room` has given. */
  readonly outgoingEnd: number;
  /** The buffer is written up to here. */
  filled(end: number): void;
  /** Ends the connection at once and silently; safe to call twice. */
  close(): void;
}

/** The handler of a socket's events. Neither method may throw. */
export interface SocketHandler {
  /**
   * Bytes arrived: the first `length` of `bytes`, valid only during the call
   * (the buffer is read into again).
   */
  onData(bytes: Uint8Array, length: number): void;
  /**
   * The connection ended without `close()` of ours; called at most once.
   * `closed` = the peer ended it in order; others say what went wrong.
   *
   * @param reason what more is known; absent = nothing
   */
  onClose(why: FailureKind, reason?: string): void;
}

/** Why there is no connection. */
export interface DialFailure {
  readonly kind: "failure";
  readonly failure: FailureKind;
  /** Why, in kar's words, which may quote a peer's; never a label. */
  readonly reason: string;
}

/** Opens connections to one endpoint; knows its addresses and certificates. */
export interface Dialer {
  /** Opens one connection; `signal` gives it up (kind `aborted`). Never rejects. */
  dial(signal: AbortSignal): Promise<Socket | DialFailure>;
}
