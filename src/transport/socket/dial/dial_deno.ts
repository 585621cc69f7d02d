import {
  type Attempt,
  failed,
  GIVEN_UP,
  type Open,
  type Opened,
} from "./attempt.ts";
import { ConnSocket } from "../conn_socket.ts";
import { failureOf } from "../errors.ts";
import { type ExplainTls, systemReason } from "../reasons/mod.ts";
import type { DialFailure, Socket, TlsOptions } from "../types.ts";

/** Connects by TCP alone. */
export async function openPlain(
  address: string,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Opened | DialFailure> {
  const result = await dialTcp(address, attempt, signal);
  if ("failure" in result) return result;
  const { conn, connectMs } = result;
  const { clock } = attempt;
  const setUp = { connectMs, tlsMs: NaN, alpn: null, clock };
  return {
    kind: "opened",
    finish: () => Promise.resolve(new ConnSocket(conn, setUp)),
    drop: () => tryClose(conn),
  };
}

/** Connects by TCP, for a handshake by Deno's own TLS, which costs least. */
export function denoTls(
  host: string,
  options: TlsOptions,
  explain: ExplainTls,
): Open {
  return async (address, attempt, signal) => {
    const result = await dialTcp(address, attempt, signal);
    if ("failure" in result) return result;
    const { conn, connectMs } = result;
    return {
      kind: "opened",
      drop: () => tryClose(conn),
      finish: (signal) =>
        secure(conn, {
          ...{ host, options, attempt, connectMs, signal },
          explain: (error) => explain(error, address),
        }),
    };
  };
}

async function secure(
  conn: Deno.TcpConn,
  { host, options, attempt: { clock }, connectMs, signal, explain }: {
    readonly host: string;
    readonly options: TlsOptions;
    readonly attempt: Attempt;
    readonly connectMs: number;
    readonly signal: AbortSignal;
    readonly explain: (error: unknown) => Promise<string>;
  },
): Promise<Socket | DialFailure> {
  const startMs = clock.now();
  try {
    const { tls, alpn } = await shakeHands(conn, signal, {
      hostname: options.serverName ?? host,
      alpnProtocols: [...options.alpn],
      caCerts: options.ca === null ? [] : [options.ca],
    });
    const tlsMs = clock.now() - startMs;
    return new ConnSocket(tls, { connectMs, tlsMs, alpn, clock });
  } catch (error) {
    // TCP is connected, so whatever goes wrong now is a failure of TLS.
    if (signal.aborted) return GIVEN_UP;
    const reason = await explain(error);
    return signal.aborted ? GIVEN_UP : failed("tls", reason);
  }
}

async function dialTcp(
  address: string,
  { port, clock, startMs }: Attempt,
  signal: AbortSignal,
): Promise<{ conn: Deno.TcpConn; connectMs: number } | DialFailure> {
  let conn: Deno.TcpConn;
  try {
    conn = await Deno.connect({ hostname: address, port, signal });
  } catch (error) {
    if (signal.aborted) return GIVEN_UP;
    return failed(failureOf(error), systemReason({ address, port }, error));
  }
  try {
    conn.setNoDelay(true);
    return { conn, connectMs: clock.now() - startMs };
  } catch (error) {
    // The peer is gone already; what was opened must not leak.
    conn.close();
    return failed(failureOf(error), systemReason({ address, port }, error));
  }
}

async function shakeHands(
  conn: Deno.TcpConn,
  signal: AbortSignal,
  options: Deno.StartTlsOptions,
): Promise<{ tls: Deno.TlsConn; alpn: string | null }> {
  let open: Deno.Conn = conn;
  const giveUp = () => tryClose(open);
  signal.addEventListener("abort", giveUp);
  try {
    if (signal.aborted) throw signal.reason;
    const tls = await Deno.startTls(conn, options);
    open = tls;
    if (signal.aborted) throw signal.reason;
    const { alpnProtocol } = await tls.handshake();
    if (signal.aborted) throw signal.reason;
    return { tls, alpn: alpnProtocol };
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** Closes what may already be closed. */
function tryClose(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
