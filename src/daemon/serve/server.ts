import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Control } from "../../gen/kar/v1/control_pb.ts";
import {
  connectionsFor,
  type NodeHandler,
  serveBounded,
} from "../../serving/mod.ts";
import { CONNECTIONS_MAX } from "../contract.ts";
import { listenPrivately } from "./private_socket.ts";
import { type Controlled, controlService } from "./service.ts";

/** Time for the head of a request. */
const HEAD_MS = 10_000;
/** Time between two requests, and to send the rest of one and take its answer. */
const PATIENCE_MS = 60_000;
/** Bytes of a request; the largest has two numbers. */
const BODY_BYTES_MAX = 64 * 1024;

/** A control API that listens. */
export interface ControlServer {
  /** Ends every connection, and removes the socket. */
  close(): Promise<void>;
}

/**
 * Serves the control API on a Unix socket that only the user can open. Nothing
 * a client does or leaves undone holds up another one, or the run.
 *
 * @param headMs time for the head of a request
 * @throws {KarError} `cannotStart` when the socket cannot be bound
 */
export function serveControl(
  controlled: Controlled,
  path: string,
  { headMs = HEAD_MS }: { readonly headMs?: number } = {},
): ControlServer {
  const limits = {
    connectionsMax: connectionsFor(CONNECTIONS_MAX),
    headMs,
    idleMs: PATIENCE_MS,
    answerMs: PATIENCE_MS,
  };
  const listener = listenPrivately(path);
  const server = serveBounded(listener, limits, handlerOf(controlled));
  return {
    async close() {
      await server.close();
      await Deno.remove(path).catch(() => {});
    },
  };
}

function handlerOf(controlled: Controlled): NodeHandler {
  const handle = connectNodeAdapter({
    routes: (router) => router.service(Control, controlService(controlled)),
    readMaxBytes: BODY_BYTES_MAX,
    // Zeros and empty lists are written too.
    jsonOptions: { alwaysEmitImplicit: true },
    grpc: false,
    grpcWeb: false,
  });
  return (request, response) => {
    // A socket has one host; without a good one the adapter throws.
    request.headers.host = "kar";
    handle(request, response);
  };
}
