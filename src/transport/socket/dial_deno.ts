import { type Clock, messageOf } from "../../base/mod.ts";
import { ConnSocket } from "./conn_socket.ts";
import { failureOf } from "./errors.ts";
import type { DialFailure, Socket, TlsOptions } from "./types.ts";

/** One attempt to connect, to one address. */
export interface AddressDial {
  readonly address: string;
  readonly port: number;
  readonly clock: Clock;
  /** When the dial began, the name's lookup included. */
  readonly startMs: number;
  readonly signal: AbortSignal;
}

/** What a dial gives when its signal came. */
export const GIVEN_UP: DialFailure = failed("aborted", "given up");

/** A failure, told by whatever was thrown. */
export function failed(
  failure: DialFailure["failure"],
  cause: unknown,
): DialFailure {
  return { kind: "failure", failure, message: messageOf(cause) };
}

/** Connects by TCP alone. */
export async function dialPlain(
  dial: AddressDial,
): Promise<Socket | DialFailure> {
  const result = await dialTcp(dial);
  if ("failure" in result) return result;
  const { conn, connectMs } = result;
  return new ConnSocket(conn, { connectMs, tlsMs: NaN, alpn: null });
}

/** Connects and shakes hands by Deno's own TLS, which costs least. */
export async function dialDenoTls(
  dial: AddressDial,
  host: string,
  options: TlsOptions,
): Promise<Socket | DialFailure> {
  const result = await dialTcp(dial);
  if ("failure" in result) return result;
  const { conn, connectMs } = result;
  const startMs = dial.clock.now();
  try {
    const { tls, alpn } = await shakeHands(conn, dial.signal, {
      hostname: options.serverName ?? host,
      alpnProtocols: [...options.alpn],
      caCerts: options.ca === null ? [] : [options.ca],
    });
    const tlsMs = dial.clock.now() - startMs;
    return new ConnSocket(tls, { connectMs, tlsMs, alpn });
  } catch (error) {
    // Now that TCP stands, whatever goes wrong is a failure of TLS.
    return dial.signal.aborted ? GIVEN_UP : failed("tls", error);
  }
}

async function dialTcp(
  dial: AddressDial,
): Promise<{ conn: Deno.TcpConn; connectMs: number } | DialFailure> {
  const { address, port, clock, startMs, signal } = dial;
  let conn: Deno.TcpConn;
  try {
    conn = await Deno.connect({ hostname: address, port, signal });
  } catch (error) {
    return signal.aborted ? GIVEN_UP : failed(failureOf(error), error);
  }
  try {
    conn.setNoDelay(true);
    return { conn, connectMs: clock.now() - startMs };
  } catch (error) {
    // A peer that is gone already; what was opened must not leak.
    conn.close();
    return failed(failureOf(error), error);
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

/** Closes what may be closed already. */
function tryClose(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
