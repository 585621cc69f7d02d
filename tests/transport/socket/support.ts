/**
 * What tests of sockets share: ways to dial, a server that echoes, an ear.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type DialFailure,
  openDialer,
  type Socket,
  type TlsOptions,
} from "../../../src/transport/socket/mod.ts";
import { CERTIFICATES, TEST_CA } from "../../net/certificates.ts";
import { realClock } from "../support.ts";

export const NEVER = new AbortController().signal;
export const CLEAN = { sanitizeOps: true, sanitizeResources: true };
export const TLS: TlsOptions = {
  ca: TEST_CA,
  cert: null,
  key: null,
  serverName: null,
  insecure: false,
  alpn: [],
};

export function dial(
  endpoint: { host?: string; port: number; tls?: TlsOptions },
  signal = NEVER,
): Promise<Socket | DialFailure> {
  const { host = "127.0.0.1", port, tls = null } = endpoint;
  return openDialer({ host, port, tls }, realClock()).dial(signal);
}

export async function kindOf(
  endpoint: { host?: string; port: number; tls?: TlsOptions },
  signal = NEVER,
): Promise<string> {
  const result = await dial(endpoint, signal);
  if (result.kind === "failure") return result.failure;
  result.close();
  return "socket";
}

/** A server that sends back what it gets, in TLS or not. */
export function serveEcho(tls?: { cert: string; key: string }) {
  const at = { hostname: "127.0.0.1", port: 0 };
  const listener = tls === undefined
    ? Deno.listen(at)
    : Deno.listenTls({ ...at, ...tls, alpnProtocols: ["echo"] });
  const open = new Set<Deno.Conn>();
  const served = (async () => {
    for (;;) {
      const conn = await listener.accept().catch(() => null);
      if (conn === null) return;
      open.add(conn);
      conn.readable.pipeTo(conn.writable).catch(() => {});
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    /** Ends every connection from the server's side. */
    hangUp() {
      for (const conn of open) tryClose(conn);
      open.clear();
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      this.hangUp();
      await served;
    },
  };
}

function tryClose(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Its pipe has closed it before.
  }
}

/** A server that answers whatever comes with the same words, and hangs up. */
export function serveWords(words: string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = (async () => {
    for (;;) {
      const conn = await listener.accept().catch(() => null);
      if (conn === null) return;
      await conn.read(new Uint8Array(1000)).catch(() => {});
      await conn.write(new TextEncoder().encode(words)).catch(() => {});
      conn.close();
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
    },
  };
}

/** Everything that a socket hears, gathered. */
export function listen(socket: Socket) {
  const heard = { text: "", ends: [] as string[], changed: () => {} };
  socket.start({
    onData(bytes, length) {
      heard.text += new TextDecoder().decode(bytes.subarray(0, length));
      heard.changed();
    },
    onClose(why) {
      heard.ends.push(why);
      heard.changed();
    },
  });
  return {
    heard,
    async until(isEnough: () => boolean): Promise<void> {
      while (!isEnough()) {
        await new Promise<void>((resolve) => heard.changed = resolve);
      }
    },
  };
}

export async function openSocket(
  endpoint: { port: number; tls?: TlsOptions },
): Promise<Socket> {
  const result = await dial(endpoint);
  assert.equal(result.kind, "socket", JSON.stringify(result));
  return result as Socket;
}

/** The three ways to connect: plain, TLS, TLS with a certificate of our own. */
export const SCHEMES = {
  plain: {},
  TLS: { tls: TLS },
  mTLS: { tls: { ...TLS, ...CERTIFICATES.client } },
} as const;
