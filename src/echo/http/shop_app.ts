import { type Context, Hono } from "hono";
import { readBody, textOf } from "./body.ts";

/** Sessions that are kept; the oldest is forgotten first. */
const SESSIONS_MAX = 10_000;
/** Things in one cart at most. */
const ITEMS_MAX = 100;
const USER_CHARS_MAX = 200;
const TOKEN_BYTES = 16;

/** One who has logged in, and what lies in the cart. */
interface ShopSession {
  readonly user: string;
  readonly items: unknown[];
}

/**
 * A shop for journeys: `POST /login` gives a token, also as a cookie; `/cart`
 * and `/orders` know it again. What has no token of it is answered with 401.
 */
export function shopApp(): Hono {
  const sessions = new Map<string, ShopSession>();
  let orders = 0;
  const app = new Hono();
  app.post("/login", async (c) => {
    const user = userIn(await jsonOf(c));
    if (user === undefined) {
      return wrong(c, 'login is JSON like {"user": "ada"}');
    }
    const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
    if (sessions.size >= SESSIONS_MAX) {
      sessions.delete(sessions.keys().next().value!);
    }
    sessions.set(token, { user, items: [] });
    c.header("set-cookie", `session=${token}; Path=/; HttpOnly`);
    return c.json({ token, user: { id: user } });
  });
  app.get("/cart", (c) => {
    const session = sessions.get(tokenOf(c));
    return session ? c.json(session) : unknown(c);
  });
  app.post("/cart", async (c) => {
    const item = await jsonOf(c);
    const session = sessions.get(tokenOf(c));
    if (!session) return unknown(c);
    if (item === undefined) return wrong(c, "an item is JSON");
    if (session.items.length < ITEMS_MAX) session.items.push(item);
    return c.json({ items: session.items.length }, 201);
  });
  app.post("/orders", async (c) => {
    await readBody(c.req.raw);
    const session = sessions.get(tokenOf(c));
    if (!session) return unknown(c);
    const items = session.items.splice(0).length;
    return c.json({ order: ++orders, items }, 201);
  });
  return app;
}

async function jsonOf(c: Context): Promise<unknown> {
  const bytes = await readBody(c.req.raw);
  const text = bytes && textOf(bytes);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function userIn(login: unknown): string | undefined {
  if (typeof login !== "object" || login === null) return undefined;
  const { user } = login as { readonly user?: unknown };
  const isName = typeof user === "string" && user.length <= USER_CHARS_MAX;
  return isName ? user : undefined;
}

/** By `authorization: Bearer`, or by cookie. */
function tokenOf(c: Context): string {
  const bearer = /^Bearer (\S+)$/.exec(c.req.header("authorization") ?? "");
  const cookie = /(?:^|; )session=([^;]+)/.exec(c.req.header("cookie") ?? "");
  return bearer?.[1] ?? cookie?.[1] ?? "";
}

function unknown(c: Context): Response {
  return c.json({ error: "Nobody has logged in with this token" }, 401);
}

function wrong(c: Context, error: string): Response {
  return c.json({ error }, 400);
}
