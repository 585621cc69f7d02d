import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { KarError, messageOf } from "../../base/mod.ts";
import { Control } from "../../gen/kar/v1/control_pb.ts";
import { Clients } from "./clients.ts";
import { type Controlled, controlService } from "./service.ts";

/**
 * Time for a request to come whole: as long as a client waits for its answer,
 * since on a busy machine seconds may pass between connecting and asking.
 */
const REQUEST_MS = 30_000;
/** Time between two requests. */
const IDLE_MS = 5000;
/** Time in which a client must read or write something. */
const SILENCE_MS = 60_000;
const LOOK_MS = 1000;
/** Bytes of a request; the largest has two numbers. */
const BODY_BYTES_MAX = 64 * 1024;

/** Only the user may connect: what is made under this mask has mode 0600. */
const PRIVATE_UMASK = 0o177;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A control API that listens. */
export interface ControlServer {
  /** Ends every connection, and removes the socket. */
  close(): Promise<void>;
}

/**
 * Serves the control API on a Unix socket that only the user can open. Nothing
 * a client does or leaves undone holds up another one, or the run.
 *
 * node:http and not Deno.serve: the latter bounds neither the number of
 * clients nor the time they take.
 *
 * @param requestMs time for a request to come whole
 * @throws {KarError} `cannotStart` when the socket cannot be bound
 */
export async function serveControl(
  controlled: Controlled,
  path: string,
  { requestMs = REQUEST_MS }: { readonly requestMs?: number } = {},
): Promise<ControlServer> {
  const clients = new Clients();
  const server = createServer({
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: LOOK_MS,
  }, oneAtATime(handlerOf(controlled), clients));
  server.on("connection", (socket: Socket) => {
    // A client that goes away in the middle is no concern of ours.
    socket.on("error", () => {});
    socket.on("close", () => clients.remove(socket));
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    clients.add(socket);
  });
  await listen(server, path);
  // Nothing that goes wrong with one connection may end the process.
  server.on("error", () => {});
  return { close: () => close(server, clients) };
}

function handlerOf(controlled: Controlled): Handler {
  return connectNodeAdapter({
    routes: (router) => router.service(Control, controlService(controlled)),
    readMaxBytes: BODY_BYTES_MAX,
    // Zeros and empty lists are worth seeing.
    jsonOptions: { alwaysEmitImplicit: true },
    grpc: false,
    grpcWeb: false,
  });
}

/**
 * Cuts off a client that asks again before it was answered: a few kilobytes of
 * such questions would keep the process busy for a while.
 */
function oneAtATime(handle: Handler, clients: Clients): Handler {
  return (request, response) => {
    const { socket } = request;
    if (!clients.begin(socket)) return void socket.destroy();
    response.on("close", () => clients.end(socket));
    // A socket has one host; without a good one the adapter throws.
    request.headers.host = "kar";
    try {
      handle(request, response);
    } catch {
      socket.destroy();
    }
  };
}

async function listen(server: Server, path: string): Promise<void> {
  const mask = Deno.umask(PRIVATE_UMASK);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `Cannot serve the control socket ${path}: ${messageOf(error)}`,
    );
  } finally {
    Deno.umask(mask);
  }
}

async function close(server: Server, clients: Clients): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  clients.close();
  await closed;
}
