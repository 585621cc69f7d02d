import type { IncomingMessage, ServerResponse } from "node:http";
import { printable } from "../../base/mod.ts";
import {
  type BoundedServer,
  connectionsFor,
  serveBounded,
} from "../../serving/mod.ts";
import { policyOf, renderLivePage } from "../render.ts";
import { Broadcast } from "./broadcast.ts";
import { controlled, type PageControl } from "./control.ts";
import { isOwnHost } from "./hosts.ts";
import type { PagePort, PageWindow } from "../make/mod.ts";
import { VIEWERS_MAX } from "./streams.ts";

/** Connections: viewers, and as many again that load the page or ask for something. */
const CLIENTS_MAX = 2 * VIEWERS_MAX;
const HEAD_MS = 10_000;
const IDLE_MS = 60_000;
/** A client that has not taken an answer in this time is gone; streams have checks of their own. */
const ANSWER_MS = 10_000;
/** A day of a stream; the browser then connects anew. */
const STREAM_MS = 86_400_000;

/** How a page is served. */
export interface PageServerOptions {
  readonly listener: Deno.TcpListener;
  /** The name that it listens on; null = all interfaces. */
  readonly hostname: string | null;
  /** Null = changes are not allowed. */
  readonly control: PageControl | null;
  /** Where what is shown is made. */
  readonly port: PagePort;
}

/** A live page. */
export interface PageServer {
  /** There is something new to see: resolves once all viewers have been sent it. */
  readonly update: () => Promise<void>;
  /** How many viewers there are. */
  readonly viewers: () => number;
  /** Tells all viewers that it is over, and ends every connection; safe to call twice. */
  close(): Promise<void>;
}

/** Serves the page of a run. Everything but control is read-only. */
export async function servePage(
  { listener, hostname, control, port }: PageServerOptions,
): Promise<PageServer> {
  const broadcast = new Broadcast(port);
  const policy = await policyOf({ connect: "'self'" });
  const headers = {
    "content-security-policy": `${policy}; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
  const limits = {
    connectionsMax: connectionsFor(CLIENTS_MAX),
    headMs: HEAD_MS,
    idleMs: IDLE_MS,
    answerMs: STREAM_MS,
  };
  const server: BoundedServer = serveBounded(
    listener,
    limits,
    (request, response) => {
      for (const [name, value] of Object.entries(headers)) {
        response.setHeader(name, value);
      }
      route(request, response, { hostname, control, broadcast, port });
    },
  );
  return {
    update: () => broadcast.update(),
    viewers: () => broadcast.viewers,
    async close() {
      await broadcast.end();
      await server.close();
    },
  };
}

/** What requests are answered with. */
interface Answering {
  readonly hostname: string | null;
  readonly control: PageControl | null;
  readonly broadcast: Broadcast;
  readonly port: PagePort;
}

function route(
  request: IncomingMessage,
  response: ServerResponse,
  { hostname, control, broadcast, port }: Answering,
): void {
  if (!isOwnHost(request.headers.host, hostname)) {
    return say(response, 403, "Not a name of this page: ask by its address");
  }
  const [path, query = ""] = (request.url ?? "").split("?", 2);
  if (path === "/control") {
    void controlled(request, control).then(
      ([status, text]) => say(response, status, text),
      () => response.destroy(),
    );
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return say(response, 405, "read only");
  }
  if (path === "/events") return void broadcast.add(response);
  if (path === "/data") return void detail(response, query, port);
  if (path === "/") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    return void bounded(response, 200).end(renderLivePage());
  }
  // The browser asks for it by itself; without one it stays quiet.
  if (path === "/favicon.ico") return void bounded(response, 204).end();
  say(response, 404, "kar serves /");
}

/** The stretch that a viewer has zoomed to. */
async function detail(
  response: ServerResponse,
  query: string,
  port: PagePort,
): Promise<void> {
  const window = windowIn(query);
  if (window === null) {
    return say(
      response,
      400,
      "Ask for /data?from=MS&to=MS: plan time, to after from",
    );
  }
  try {
    const text = await port.detail(window);
    if (text === null) return say(response, 404, "Nothing is known of it");
    response.setHeader("content-type", "application/json");
    bounded(response, 200).end(text);
  } catch {
    response.destroy();
  }
}

function windowIn(query: string): PageWindow | null {
  const params = new URLSearchParams(query);
  const [fromMs, toMs] = ["from", "to"].map((name) =>
    Number(params.get(name) ?? NaN)
  );
  return fromMs! < toMs! && Number.isFinite(toMs! - fromMs!)
    ? { fromMs: fromMs!, toMs: toMs! }
    : null;
}

function say(response: ServerResponse, status: number, text: string): void {
  response.setHeader("content-type", "text/plain; charset=utf-8");
  bounded(response, status).end(`${printable(text)}\n`);
}

/** A client that does not take the answer in time is cut off. */
function bounded(response: ServerResponse, status: number): ServerResponse {
  const timer = setTimeout(() => response.destroy(), ANSWER_MS);
  Deno.unrefTimer(Number(timer));
  response.on("close", () => clearTimeout(timer));
  return response.writeHead(status);
}
