import type { ServerResponse } from "node:http";
import {
  connectionsFor,
  listenAt,
  type NodeHandler,
  serveBounded,
} from "../serving/mod.ts";
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

/**
 * Serves the metrics app.
 *
 * @throws {KarError} `config` for an address that cannot be read, `cannotStart`
 *   when it cannot be listened on
 */
export function serveMetrics(
  { address, mayMove = false, headMs = HEAD_MS, ...app }: MetricsServerOptions,
): MetricsServer {
  const { listener, ...at } = listenAt({
    address,
    mayMove,
    key: "metrics.address",
    what: "metrics",
    off: "metrics.enabled: false",
  });
  const limits = {
    connectionsMax: connectionsFor(SCRAPERS_MAX),
    headMs,
    idleMs: IDLE_MS,
    answerMs: ANSWER_MS,
  };
  const server = serveBounded(listener, limits, handlerOf(metricsApp(app)));
  return {
    address: at.address,
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
