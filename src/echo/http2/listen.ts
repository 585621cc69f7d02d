import type { Listener, ListenOptions } from "../types.ts";
import { ServerConnection } from "./connection.ts";
import type { Http2Handler } from "./types.ts";

/** Pause after a connection could not be accepted, in milliseconds. */
const ACCEPT_PAUSE_MS = 100;

/**
 * Listens for HTTP/2: by prior knowledge in plain text, by ALPN over TLS.
 *
 * @throws Deno's error when the port cannot be taken
 */
export function listenHttp2(
  handler: Http2Handler,
  address: ListenOptions,
): Listener {
  const { hostname, port, tls } = address;
  const listener = tls === null
    ? Deno.listen({ hostname, port })
    : Deno.listenTls({ hostname, port, ...tls, alpnProtocols: ["h2"] });
  const connections = new Map<ServerConnection, Promise<void>>();
  const accepting = acceptAll(listener, (socket) => {
    const connection = new ServerConnection(socket, handler);
    const ended = connection.run();
    connections.set(connection, ended);
    ended.finally(() => connections.delete(connection));
  });
  return {
    port: listener.addr.port,
    async close() {
      listener.close();
      for (const connection of connections.keys()) connection.close();
      await accepting;
      await Promise.all(connections.values());
    },
    kill() {
      for (const connection of connections.keys()) connection.kill();
    },
  };
}

async function acceptAll(
  listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn>,
  take: (socket: Deno.TcpConn | Deno.TlsConn) => void,
): Promise<void> {
  while (true) {
    try {
      take(await listener.accept());
    } catch (error) {
      if (error instanceof Deno.errors.BadResource) return;
      // Out of file descriptors, or a client that left at once: others follow.
      await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE_MS));
    }
  }
}
