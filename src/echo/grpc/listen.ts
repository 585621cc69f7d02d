import { type ConnectRouter, createConnectRouter } from "@connectrpc/connect";
import { compressionGzip } from "@connectrpc/connect-node";
import type {
  UniversalHandler,
  UniversalServerRequest,
} from "@connectrpc/connect/protocol";
import type { FaultInjector } from "../fault_injector.ts";
import {
  type Http2Request,
  type Http2Response,
  listenHttp2,
} from "../http2/mod.ts";
import type { RequestCounter } from "../request_counter.ts";
import type { Listener, ListenOptions } from "../types.ts";
import { createRoutes } from "./routes.ts";

/** What gRPC wants for a method that is not there: trailers only, status 12. */
const UNIMPLEMENTED: Http2Response = {
  status: 200,
  header: new Headers({
    "content-type": "application/grpc",
    "grpc-status": "12",
    "grpc-message": "unknown service or method",
  }),
};

/**
 * Listens for gRPC, in plain text by prior knowledge or over TLS by ALPN.
 *
 * @throws Deno's error when the port cannot be taken
 */
export function listenGrpc(
  tally: RequestCounter,
  injector: FaultInjector,
  address: ListenOptions,
): Listener {
  const stopping = new AbortController();
  const handlers = createHandlers(
    createRoutes(tally, injector),
    stopping.signal,
  );
  const listener = listenHttp2(async (request) => {
    const path = request.path.split("?", 1)[0]!;
    tally.count(request.method, path, Date.now());
    const handler = handlers.get(path);
    return handler ? await handler(toUniversal(request)) : UNIMPLEMENTED;
  }, address);
  return {
    ...listener,
    close() {
      stopping.abort();
      return listener.close();
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

function toUniversal(request: Http2Request): UniversalServerRequest {
  const { method, authority, path, header, body, signal } = request;
  const url = `http://${authority}${path}`;
  return { httpVersion: "2.0", method, url, header, body, signal };
}
