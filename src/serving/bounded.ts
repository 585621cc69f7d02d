import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type ClientLimits, Clients, LOOK_MS } from "./clients.ts";
import { ConnStream } from "./conn_stream.ts";

/** Answers a request; the connection is cut off when it throws. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => void;

/** A server that listens. */
export interface BoundedServer {
  /** Ends every connection; safe to call twice. */
  close(): Promise<void>;
}

/** Time between two tries to accept while there is no file descriptor. */
const RETRY_MS = 200;

/**
 * Serves HTTP/1.1 to so many clients at once, each for so long. Nothing that
 * one does or leaves undone holds up another one, or the rest of the process.
 *
 * Connections are accepted here and handed to node:http: Deno.serve bounds
 * neither the number of clients nor the time they take, and servers of its own
 * and of node:net accept nobody any more once there was no file descriptor.
 * Each connection has one answer, and is closed.
 */
export function serveBounded(
  listener: Deno.Listener,
  limits: ClientLimits,
  handle: NodeHandler,
): BoundedServer {
  const clients = new Clients<ConnStream>(limits, () => performance.now());
  const server = createServer(
    // Time is watched here.
    { headersTimeout: 0, keepAliveTimeout: 0, requestTimeout: 0 },
    oneAtATime(handle, clients),
  );
  // Nothing that goes wrong with one connection may end the process.
  server.on("error", () => {});
  server.on("clientError", (_, stream) => stream.destroy());
  const accepting = acceptAll(listener, async (conn) => {
    const stream = new ConnStream(conn);
    // A client that goes away in the middle is no concern of ours.
    stream.on("error", () => {});
    stream.on("close", () => clients.remove(stream));
    const gone = clients.add(stream);
    if (!stream.destroyed) server.emit("connection", stream);
    // Not the next one before its file descriptor is free: there may be few.
    await gone?.freed;
  });
  const timer = setInterval(() => clients.look(), LOOK_MS);
  Deno.unrefTimer(Number(timer));
  return {
    async close() {
      clearInterval(timer);
      accepting.end();
      clients.close();
      server.close();
      await accepting.ended;
    },
  };
}

/** Accepts until it is told to end, whatever the system runs short of meanwhile. */
function acceptAll(
  listener: Deno.Listener,
  take: (conn: Deno.Conn) => Promise<void>,
): { end(): void; readonly ended: Promise<void> } {
  const abort = new AbortController();
  const { signal } = abort;
  const accept = async () => {
    while (!signal.aborted) {
      try {
        await take(await listener.accept());
      } catch {
        await delay(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  };
  return {
    end() {
      if (signal.aborted) return;
      abort.abort();
      listener.close();
    },
    ended: accept(),
  };
}

/**
 * Cuts off a client that asks again before it was answered: a few kilobytes of
 * such questions would keep the process busy for a while.
 */
function oneAtATime(
  handle: NodeHandler,
  clients: Clients<ConnStream>,
): NodeHandler {
  return (request, response) => {
    // It is what the server was given.
    const stream = request.socket as unknown as ConnStream;
    if (!clients.begin(stream)) return void stream.destroy();
    response.on("close", () => clients.end(stream));
    // node:http ends what is not a socket of its own after each answer: said, so
    // that no client asks once more in that moment.
    response.shouldKeepAlive = false;
    try {
      handle(request, response);
    } catch {
      stream.destroy();
    }
  };
}
