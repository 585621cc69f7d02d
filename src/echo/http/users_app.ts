import { type Context, Hono } from "hono";
import { readBody, textOf } from "./body.ts";
import { parseDraft, type UserDraft, UserStore } from "./users.ts";

const ROUTE = "/:id{[0-9]{1,9}}";

/** `/api/users`: create, read, replace and delete the users of a store of its own. */
export function usersApp(): Hono {
  const users = new UserStore();
  const app = new Hono();
  app.get("/", (c) => c.json(users.list()));
  app.post("/", async (c) => {
    const draft = await readDraft(c);
    return draft ? c.json(users.create(draft), 201) : malformed(c);
  });
  app.get(ROUTE, (c) => {
    const user = users.get(idOf(c));
    return user ? c.json(user) : missing(c);
  });
  app.put(ROUTE, async (c) => {
    const draft = await readDraft(c);
    if (!draft) return malformed(c);
    const user = users.replace(idOf(c), draft);
    return user ? c.json(user) : missing(c);
  });
  app.delete(
    ROUTE,
    (c) => users.remove(idOf(c)) ? c.body(null, 204) : missing(c),
  );
  return app;
}

function idOf(c: Context): number {
  return Number(c.req.param("id"));
}

async function readDraft(c: Context): Promise<UserDraft | undefined> {
  const bytes = await readBody(c.req.raw);
  const text = bytes && textOf(bytes);
  if (text === undefined) return undefined;
  try {
    return parseDraft(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function malformed(c: Context): Response {
  const error =
    'A user is JSON like {"name": "Ada", "email": "ada@example.com"}';
  return c.json({ error }, 400);
}

function missing(c: Context): Response {
  return c.json({ error: `There is no user ${c.req.param("id")}` }, 404);
}
