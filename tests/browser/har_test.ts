import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { parse } from "yaml";
import { kar } from "../cli/kar.ts";
import { browserTest, PATIENCE_MS } from "./chromium.ts";

/*
 * What a real browser records of a visit to a small shop, imported, accepted,
 * and sent to the same shop.
 */

const PASSWORD = "correct horse battery";
const SESSION = "s3ss10n-of-the-browser";

const PAGES: Readonly<Record<string, readonly [type: string, text: string]>> = {
  "/": [
    "text/html",
    `<!doctype html><link rel="stylesheet" href="/shop.css">
<script src="/shop.js"></script><img src="/shop.svg">
<form method="post" action="/login">
<input name="user"><input name="password" type="password">
<button>Log in</button></form>`,
  ],
  "/shop.css": ["text/css", "body { margin: 0 }"],
  "/shop.js": ["text/javascript", "void 0;"],
  "/shop.svg": [
    "image/svg+xml",
    '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
  ],
  "/home": ["text/html", "<!doctype html><p>Hello"],
  "/api/items": ["application/json", '[{"id": 7}]'],
  "/api/cart": ["application/json", '{"ok": true}'],
};

interface Shop {
  readonly url: string;
  readonly asked: string[];
  close(): Promise<void>;
}

function openShop(): Shop {
  const asked: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (
      request,
    ) => {
      const { pathname, search } = new URL(request.url);
      asked.push(`${request.method} ${pathname}${search}`);
      await request.text();
      if (pathname === "/login") {
        const headers = {
          location: "/home",
          "set-cookie": `session=${SESSION}`,
        };
        return new Response(null, { status: 303, headers });
      }
      const page = PAGES[pathname];
      return page === undefined
        ? new Response("not here", { status: 404 })
        : new Response(page[1], { headers: { "content-type": page[0] } });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    close: () => server.shutdown(),
  };
}

/** Logs in, looks at the items, and puts one into the cart. */
async function visit(browser: Browser, shop: Shop, har: string): Promise<void> {
  const context = await browser.newContext({ recordHar: { path: har } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${shop.url}/`);
  await page.fill("[name=user]", "ann");
  await page.fill("[name=password]", PASSWORD);
  await page.click("button");
  await page.waitForURL(`${shop.url}/home`);
  await page.evaluate(async () => {
    await (await fetch("/api/items?page=2")).text();
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ id: 7 });
    await (await fetch("/api/cart", { method: "POST", headers, body })).text();
  });
  // The file is written when the context is closed.
  await context.close();
}

browserTest(
  "kar import har takes what a real browser recorded, without its secrets, and the config sends it again",
  async (browser) => {
    const folder = await Deno.makeTempDir({ prefix: "kar-har-" });
    const shop = openShop();
    try {
      const har = `${folder}/visit.har`;
      await visit(browser, shop, har);
      const { code, out, err } = await kar(["import", "har", har]);
      assert.equal(code, 0, err);
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), SESSION]) {
        assert.ok(!(out + err).includes(secret), secret);
      }
      assert.ok(!(out + err).includes(PASSWORD.replaceAll(" ", "+")));
      const { journeys: [{ steps, cookies }] } = parse(out);
      const asked = steps.map((step: { get?: string; post?: string }) =>
        step.get === undefined ? `POST ${step.post}` : `GET ${step.get}`
      );
      assert.deepEqual(asked, [
        "GET /",
        "POST /login",
        "GET /home",
        "GET /api/items?page=2",
        "POST /api/cart",
      ]);
      assert.equal(cookies, true);
      assert.match(err, /static file \/shop\.js/);

      shop.asked.length = 0;
      const env = Object.fromEntries(
        [...out.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, "x"]),
      );
      const files = { "visit.yaml": out };
      const sent = await kar([
        ...["run", "--config", "visit.yaml", "--duration", "1s"],
        ...["--set", "controller.base_tps=20", "controller.max_tps=20"],
        ...["limits.max_lateness=10s", "metrics.enabled=false"],
        ...["health.enabled=false"],
      ], { files, env });
      assert.equal(sent.code, 0, sent.err);
      assert.deepEqual(new Set(shop.asked), new Set(asked));
    } finally {
      await shop.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
