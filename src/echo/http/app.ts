import { Hono } from "hono";
import { parseDuration, SLOT_MS } from "../../base/mod.ts";
import type { FaultInjector } from "../fault_injector.ts";
import {
  DEFAULT_STEP_MS,
  type RequestCounter,
  WINDOW_MS,
} from "../request_counter.ts";
import { MAX_BODY_BYTES, readBody, textOf } from "./body.ts";
import { shopApp } from "./shop_app.ts";
import { usersApp } from "./users_app.ts";

/** Answers one HTTP request; never throws. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** Where the server tells what it saw. */
const STATS_PATH = "/api/stats";

const JSON_INIT = { headers: { "content-type": "application/json" } };
const HEALTHY = JSON.stringify({ status: "ok" });
const WELCOME = `kar echo

/health, /api/health        {"status":"ok"}
/api/echo                   what you sent, as JSON
/api/users, /api/users/:id  GET, POST, PUT, DELETE
/login, /cart, /orders      a shop: POST a user, GET and POST the cart, POST an order
/api/stats?step=1s          what this server counted, without these questions
`;

/**
 * The sample server's HTTP side as a function, without a port.
 *
 * The paths that traffic is aimed at are a plain `switch`; what is left goes
 * through the router. `/api/stats` is neither counted nor held nor refused, so
 * that it can be trusted while everything else is broken on purpose.
 */
export function createApp(
  tally: RequestCounter,
  injector: FaultInjector,
): FetchHandler {
  const rest = createRest();
  const route = (request: Request, path: string) => {
    switch (path) {
      case "/health":
      case "/api/health":
        return new Response(HEALTHY, JSON_INIT);
      case "/api/echo":
        return echo(request, path);
      default:
        return rest.fetch(request);
    }
  };
  return (request) => {
    const path = pathOf(request.url);
    if (path === STATS_PATH) return statsResponse(request, tally);
    tally.count(request.method, path, Date.now());
    if (!injector.active) return route(request, path);
    return injector.pass().then((verdict) =>
      verdict === "answer" ? route(request, path) : refuse(tally)
    );
  };
}

/** Everything that need not be fast. */
function createRest(): Hono {
  const app = new Hono();
  app.get("/", (c) => c.text(WELCOME));
  app.route("/api/users", usersApp());
  app.route("/", shopApp());
  app.notFound((c) =>
    c.json({ error: `Nothing answers ${c.req.method} ${c.req.path}` }, 404)
  );
  app.onError((_error, c) => c.json({ error: "The request broke off" }, 400));
  return app;
}

/** The path of an absolute URL, without its query. `new URL` would cost ten times as much. */
function pathOf(url: string): string {
  const start = url.indexOf("/", "https://".length);
  const end = url.indexOf("?", start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

function refuse(tally: RequestCounter): Response {
  tally.countRefused();
  return Response.json({ error: "An injected fault" }, { status: 500 });
}

function echo(request: Request, path: string): Response | Promise<Response> {
  if (request.body === null) return echoed(request, path, {});
  return readBody(request).then((bytes) => {
    if (bytes === undefined) return tooLarge();
    const text = textOf(bytes);
    return echoed(request, path, {
      bodyBytes: bytes.length,
      ...(text === undefined
        ? { bodyBase64: bytes.toBase64() }
        : { body: text }),
    });
  }, () => Response.json({ error: "The body broke off" }, { status: 400 }));
}

function echoed(request: Request, path: string, body: object): Response {
  const { method, headers } = request;
  const said = {
    method,
    path,
    headers: Object.fromEntries(headers),
    bodyBytes: 0,
    ...body,
  };
  return new Response(JSON.stringify(said), JSON_INIT);
}

function tooLarge(): Response {
  const error = `The body is longer than ${MAX_BODY_BYTES} bytes`;
  return Response.json({ error }, { status: 413 });
}

function statsResponse(request: Request, tally: RequestCounter): Response {
  const text = new URL(request.url).searchParams.get("step");
  const stepMs = text === null ? DEFAULT_STEP_MS : parseDuration(text);
  if (stepMs === undefined || !isStep(stepMs)) {
    const error =
      `The step is ${text}: must be a multiple of ${SLOT_MS}ms up to ${WINDOW_MS}ms, such as 1s`;
    return Response.json({ error }, { status: 400 });
  }
  return Response.json(tally.read(stepMs));
}

function isStep(ms: number): boolean {
  return ms >= SLOT_MS && ms <= WINDOW_MS && ms % SLOT_MS === 0;
}
