import { type ConnectRouter, createConnectRouter } from "@connectrpc/connect";
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { Gate } from "../gate.ts";
import type { Tally } from "../tally.ts";
import type { Address, Listener } from "../types.ts";
import { createRoutes } from "./routes.ts";

/** Calls open at once on one connection. */
export const MAX_CONCURRENT_STREAMS = 256;

type Server = http2.Http2Server | http2.Http2SecureServer;
type Request = http2.Http2ServerRequest;
type Response = http2.Http2ServerResponse;

/**
 * Listens for gRPC, in plain text by prior knowledge or over TLS by ALPN.
 *
 * @returns rejects with Node's error when the port cannot be taken
 */
export async function listenGrpc(
  tally: Tally,
  gate: Gate,
  address: Address,
): Promise<Listener> {
  const stopping = new AbortController();
  const handlers = createHandlers(createRoutes(tally, gate), stopping.signal);
  const server = createServer(address);
  const sockets = trackSockets(server);
  const sessions = trackSessions(server);
  server.on("request", (request: Request, response: Response) => {
    const path = request.url.split("?", 1)[0]!;
    tally.count(request.method, path, Date.now());
    serve(handlers.get(path), request, response);
  });
  await listening(server, address);
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      stopping.abort();
      return closed(server, sessions);
    },
    kill() {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** @param stopping ends health watches, which would never end by themselves */
function createHandlers(
  routes: (router: ConnectRouter) => void,
  stopping: AbortSignal,
): ReadonlyMap<string, UniversalHandler> {
  const router = createConnectRouter({
    shutdownSignal: stopping,
    acceptCompression: [compressionGzip],
  });
  routes(router);
  return new Map(router.handlers.map((h) => [h.requestPath, h]));
}

function createServer({ tls }: Address): Server {
  const settings = { maxConcurrentStreams: MAX_CONCURRENT_STREAMS };
  return tls === null
    ? http2.createServer({ settings })
    : http2.createSecureServer({ settings, ...tls });
}

/** Sockets apart from sessions: one may never get as far, or outlive its own. */
function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return sockets;
}

function trackSessions(server: Server): Set<http2.Http2Session> {
  const sessions = new Set<http2.Http2Session>();
  server.on("session", (session: http2.Http2Session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    // A client that breaks off is its own affair; unheard, it would end kar.
    session.on("error", () => {});
  });
  return sessions;
}

function listening(server: Server, { hostname, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      server.on("error", () => {});
      resolve();
    });
  });
}

function closed(
  server: Server,
  sessions: Iterable<http2.Http2Session>,
): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const session of sessions) session.close();
  });
}

function serve(
  handler: UniversalHandler | undefined,
  request: Request,
  response: Response,
): void {
  request.on("error", () => {});
  response.on("error", () => {});
  if (handler === undefined) return refuseUnknown(response);
  answer(handler, request, response).catch(() => response.stream?.close());
}

/** Connect's own adapter would print an error whenever a client breaks off. */
async function answer(
  handler: UniversalHandler,
  request: Request,
  response: Response,
): Promise<void> {
  const asked = universalRequestFromNodeRequest(
    request,
    response,
    undefined,
    undefined,
  );
  await universalResponseToNodeResponse(await handler(asked), response);
}

/** What gRPC wants for a method that is not there: trailers only, status 12. */
function refuseUnknown(response: Response): void {
  response.writeHead(200, {
    "content-type": "application/grpc",
    "grpc-status": "12",
    "grpc-message": "unknown service or method",
  });
  response.end();
}
