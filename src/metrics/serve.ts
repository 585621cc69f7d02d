import type { ServerResponse } from "node:http";
import { KarError, messageOf } from "../base/mod.ts";
import {
  connectionsFor,
  type NodeHandler,
  serveBounded,
} from "../serving/mod.ts";
import { formatAddress, type ListenAddress, parseAddress } from "./address.ts";
import { metricsApp, type MetricsAppOptions } from "./app.ts";

/** A web server that is up. */
export interface MetricsServer {
  /** `host:port`, with the real port where 0 was asked. */
  readonly address: string;
  /** Stops at once, open scrapes included; safe to call twice. */
  close(): Promise<void>;
}

/** Where metrics are served, and how. */
export interface MetricsServerOptions extends MetricsAppOptions {
  readonly address: string;
  /** Whether any free port will do where this one is in use. */
  readonly mayMove?: boolean;
  /** Time for the head of a request; absent = 10 s. */
  readonly headMs?: number;
}

/**
 * Clients at once: a few scrapers and a person's browser. Traffic comes first, and
 * each connection takes a file descriptor from it.
 */
export const SCRAPERS_MAX = 32;
const HEAD_MS = 10_000;
const IDLE_MS = 60_000;
/** A scrape takes milliseconds; a client that does not read it in this time is gone. */
const ANSWER_MS = 10_000;

/** All interfaces: IPv6, which takes IPv4 too, or IPv4 where there is no IPv6. */
const ANY_HOSTS = ["::", "0.0.0.0"] as const;

/**
 * Serves the metrics app.
 *
 * @throws {KarError} `config` for an address that cannot be read, `cannotStart`
 *   when it cannot be listened on
 */
export function serveMetrics(
  { address, mayMove = false, headMs = HEAD_MS, ...app }: MetricsServerOptions,
): MetricsServer {
  const wanted = parseAddress(address);
  const listener = listen(wanted, mayMove);
  const { hostname } = wanted;
  const limits = {
    connectionsMax: connectionsFor(SCRAPERS_MAX),
    headMs,
    idleMs: IDLE_MS,
    answerMs: ANSWER_MS,
  };
  const server = serveBounded(listener, limits, handlerOf(metricsApp(app)));
  return {
    address: formatAddress({ hostname, port: listener.addr.port }),
    close: () => server.close(),
  };
}

/** Passes requests to the app, which decides which ones it answers. */
function handlerOf({ fetch }: ReturnType<typeof metricsApp>): NodeHandler {
  return (request, response) => {
    const url = URL.parse(request.url ?? "", "http://kar");
    const method = request.method ?? "";
    if (url === null || ["CONNECT", "TRACE", "TRACK"].includes(method)) {
      return void response.writeHead(400, { connection: "close" }).end();
    }
    void answer(fetch(new Request(url, { method })), response);
  };
}

async function answer(
  answering: Response | Promise<Response>,
  response: ServerResponse,
): Promise<void> {
  try {
    const { status, headers, body } = await answering;
    const bytes = await bytesOf(body);
    response.writeHead(status, Object.fromEntries(headers));
    response.end(bytes);
  } catch {
    response.destroy();
  }
}

async function bytesOf(body: Response["body"]): Promise<Uint8Array> {
  return new Uint8Array(await new Response(body).arrayBuffer());
}

function listen(address: ListenAddress, mayMove: boolean): Deno.TcpListener {
  const { hostname, port } = address;
  const hosts = hostname === null ? ANY_HOSTS : [hostname];
  let failed: unknown;
  for (const hostname of hosts) {
    try {
      return Deno.listen({ hostname, port });
    } catch (error) {
      failed = error;
      if (!isInUse(error)) continue;
      if (mayMove) return Deno.listen({ hostname, port: 0 });
      break;
    }
  }
  throw cannotListen(address, failed);
}

function cannotListen(address: ListenAddress, error: unknown): KarError {
  const where = formatAddress(address);
  const why = isInUse(error)
    ? `port ${address.port} is in use by another program`
    : error instanceof Deno.errors.PermissionDenied
    ? `no permission to listen on port ${address.port}`
    : messageOf(error);
  return new KarError(
    "cannotStart",
    `Cannot serve metrics on ${where}: ${why}; change metrics.address (":0" takes any free port) or set metrics.enabled: false`,
  );
}

function isInUse(error: unknown): boolean {
  return error instanceof Deno.errors.AddrInUse;
}
