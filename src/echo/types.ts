import type { Faults } from "./faults.ts";
import type { EchoStats } from "./request_counter.ts";

/** Where the sample server listens, and how badly it behaves. */
export interface EchoOptions {
  /** Address to listen on; `127.0.0.1` unless given. */
  readonly hostname?: string | undefined;
  /** HTTP/1.1 and h2c; 0 takes a free port, as in every port here. */
  readonly port: number;
  /** HTTP/2 and HTTP/1.1 over TLS, chosen by ALPN. */
  readonly tlsPort?: number | undefined;
  /** gRPC in plain text. */
  readonly grpcPort?: number | undefined;
  /** gRPC over TLS. */
  readonly grpcTlsPort?: number | undefined;
  /** The bundled demo pair unless given. */
  readonly tls?: TlsPair | undefined;
  /** All off unless given. */
  readonly faults?: Partial<Faults> | undefined;
}

/** A certificate chain and its private key, both as PEM text. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Ports really taken; null where nothing was asked for. */
export interface EchoPorts {
  readonly http: number;
  readonly tls: number | null;
  readonly grpc: number | null;
  readonly grpcTls: number | null;
}

/** A running sample server, in this thread or in one of its own. */
export interface EchoServer {
  readonly ports: EchoPorts;
  /** The server's own view of what came, in steps of one second. */
  stats(): Promise<EchoStats>;
  /**
   * Takes no more requests, answers at once what a fault holds back, waits up
   * to `GRACE_MS` for what is still open, then ends it. Safe to call twice.
   */
  shutdown(): Promise<void>;
}

/** Where and how one port is listened on. */
export interface ListenOptions {
  readonly hostname: string;
  readonly port: number;
  /** null = plain text. */
  readonly tls: TlsPair | null;
}

/** One port that is listened on. */
export interface Listener {
  readonly port: number;
  /** Takes nothing new; resolves when all that is open has ended. */
  close(): Promise<void>;
  /** Ends what is still open. */
  kill(): void;
}

/** How long a shutdown waits for open requests, in milliseconds. */
export const GRACE_MS = 1000;
