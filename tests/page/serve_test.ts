import assert from "node:assert/strict";
import {
  type PageData,
  type PageWindow,
  VIEWERS_MAX,
} from "../../src/page/mod.ts";
import { withTail } from "../../src/page/app/model.ts";
import { TOKEN, Viewer, withServed } from "./served.ts";
import { grown, simulated } from "./simulated.ts";

async function ask(
  url: string,
  { headers, ...init }: RequestInit = {},
): Promise<readonly [status: number, text: string]> {
  const response = await fetch(url, { ...init, headers: headers ?? {} });
  return [response.status, (await response.text()).trim()];
}

Deno.test("servePage() gives the page with a policy that lets it ask its own server alone", () =>
  withServed(async ({ url }) => {
    const response = await fetch(url);
    const text = await response.text();
    assert.match(text, /^<!doctype html>/);
    const policy = response.headers.get("content-security-policy")!;
    assert.match(
      policy,
      /^default-src 'none'; script-src 'sha256-\S+'; style-src 'sha256-\S+'; connect-src 'self'; img-src data:;.*frame-ancestors 'none'$/,
    );
    assert.equal(response.headers.get("cache-control"), "no-store");
  }));

Deno.test("servePage() is read-only, and knows nothing else", () =>
  withServed(async ({ url }) => {
    assert.deepEqual(await ask(url, { method: "POST" }), [405, "read only"]);
    assert.deepEqual(await ask(`${url}etc/passwd`), [404, "kar serves /"]);
    assert.equal((await ask(`${url}favicon.ico`))[0], 204);
  }));

Deno.test("servePage() answers no name that somebody else gave its address", () =>
  withServed(async ({ url }) => {
    const port = Number(new URL(url).port);
    const status = async (host: string) => {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port });
      const head = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
      await conn.write(new TextEncoder().encode(head));
      const answer = new Uint8Array(20);
      await conn.read(answer);
      return Number(new TextDecoder().decode(answer).split(" ")[1]);
    };
    for (const host of ["evil.example", `evil.example:${port}`, "", "a.b:c"]) {
      assert.equal(await status(host), 403, host);
    }
    for (const host of [`localhost:${port}`, "127.0.0.1", `[::1]:${port}`]) {
      assert.equal(await status(host), 200, host);
    }
  }));

Deno.test("a viewer gets everything first, and then what makes it the newest data", () =>
  withServed(async ({ server, url }) => {
    const all = await grown([3, 4, 5, 20, 21]);
    const [first, ...later] = all as [PageData, ...PageData[]];
    server.update(() => first);
    const viewer = await Viewer.open(url);
    const message = await viewer.next();
    assert.ok(message !== null && message !== "over" && message.kind === "all");
    assert.equal(message.control, true);
    let data = message.data;
    assert.deepEqual(data, first);
    for (const next of later) {
      server.update(() => next);
      const more = await viewer.next();
      assert.ok(more !== null && more !== "over");
      data = more.kind === "all" ? more.data : withTail(data, more.tail);
      assert.deepEqual(data, JSON.parse(JSON.stringify(next)));
    }
    await viewer.close();
  }));

Deno.test("what was gathered is made into data only where somebody looks", () =>
  withServed(async ({ server, url }) => {
    const { data } = await simulated();
    let asked = 0;
    const counted = () => (asked++, data);
    server.update(counted);
    server.update(counted);
    assert.equal(asked, 0);
    const viewers = [await Viewer.open(url), await Viewer.open(url)];
    for (const viewer of viewers) await viewer.next();
    assert.equal(asked, 1, "once for both");
    for (const viewer of viewers) await viewer.close();
  }));

Deno.test(`viewer ${VIEWERS_MAX + 1} ends the first one`, () =>
  withServed(async ({ server, url }) => {
    const { data } = await simulated();
    server.update(() => data);
    const viewers: Viewer[] = [];
    for (let i = 0; i <= VIEWERS_MAX; i++) {
      viewers.push(await Viewer.open(url));
      assert.notEqual(await viewers[i]!.next(), null);
    }
    assert.equal(await viewers[0]!.next(), null, "cut off");
    server.update(() => data);
    assert.notEqual(await viewers[1]!.next(), null, "the others go on");
    for (const viewer of viewers) await viewer.close();
  }));

Deno.test("a viewer that never reads is dropped, and the others are told all the same", () =>
  withServed(async ({ server, url }) => {
    const { data } = await simulated();
    const port = Number(new URL(url).port);
    using deaf = await Deno.connect({ hostname: "127.0.0.1", port });
    const head = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    await deaf.write(new TextEncoder().encode(head));
    const viewer = await Viewer.open(url);
    const big = { ...data, config: "x".repeat(1e6) };
    for (let i = 0; i < 30; i++) {
      // Another config, so that everything is sent anew.
      server.update(() => ({ ...big, config: `${i}${big.config}` }));
      assert.notEqual(await viewer.next(), null);
    }
    // What the system had taken comes still; then there is an end.
    const buffer = new Uint8Array(2 ** 20);
    let bytes = 0;
    while (true) {
      const read = await deaf.read(buffer).catch(() => null);
      if (read === null) break;
      bytes += read;
    }
    assert.ok(bytes < 25e6, `${bytes} bytes came`);
    await viewer.close();
  }));

Deno.test("/data gives a stretch as finely as it is known, and says what it wants to be asked", () =>
  withServed(async ({ server, url }) => {
    const { data } = await simulated();
    const { span, run, series } = data;
    const asked: PageWindow[] = [];
    server.detail = (window) => {
      asked.push(window);
      return window.fromMs < 0 ? null : { span, run, series };
    };
    const place = (query: string) => ask(`${url}data?${query}`);
    const [status, text] = await place("from=1000&to=2500.5");
    assert.equal(status, 200);
    assert.deepEqual(
      JSON.parse(text),
      JSON.parse(JSON.stringify({ span, run, series })),
    );
    assert.deepEqual(asked, [{ fromMs: 1000, toMs: 2500.5 }]);
    assert.equal((await place("from=-5&to=3"))[0], 404);
    for (const query of ["", "from=1", "from=3&to=2", "from=1&to=1e999"]) {
      assert.equal((await place(query))[0], 400, query);
    }
    assert.equal(asked.length, 2);
  }));

Deno.test("close() tells every viewer that the run is over, and waits for none", () =>
  withServed(async ({ server, url }) => {
    const { data } = await simulated();
    server.update(() => data);
    const viewer = await Viewer.open(url);
    await viewer.next();
    const silent = await Viewer.open(url);
    await server.close();
    assert.equal(await viewer.next(), "over");
    assert.equal(await viewer.next(), null);
    await silent.close();
  }));

Deno.test("control does nothing without the token, from elsewhere, by GET, or in another form", () =>
  withServed(async ({ url, actions }) => {
    const place = `${url}control`;
    const body = JSON.stringify({ action: "pause" });
    const json = { "content-type": "application/json" };
    const token = { authorization: `Bearer ${TOKEN}` };
    const refused: [number, RequestInit][] = [
      [405, { headers: { ...token } }],
      [401, { method: "POST", body, headers: json }],
      [401, {
        method: "POST",
        body,
        headers: { ...json, authorization: `Bearer ${TOKEN}x` },
      }],
      [401, {
        method: "POST",
        body,
        headers: { ...json, authorization: TOKEN },
      }],
      [403, {
        method: "POST",
        body,
        headers: { ...json, ...token, origin: "https://evil.example" },
      }],
      [403, {
        method: "POST",
        body,
        headers: { ...json, ...token, origin: "null" },
      }],
      [403, {
        method: "POST",
        body,
        headers: { ...json, ...token, "sec-fetch-site": "cross-site" },
      }],
      [415, {
        method: "POST",
        body,
        headers: { ...token, "content-type": "text/plain" },
      }],
      [400, { method: "POST", body: "{", headers: { ...json, ...token } }],
      [400, {
        method: "POST",
        body: '{"action":"rm"}',
        headers: { ...json, ...token },
      }],
      [400, {
        method: "POST",
        body: "x".repeat(5000),
        headers: { ...json, ...token },
      }],
    ];
    for (const [status, init] of refused) {
      assert.equal((await ask(place, init))[0], status, JSON.stringify(init));
    }
    assert.deepEqual(actions, [], "nothing was done");
    const good = { method: "POST", headers: { ...json, ...token } };
    assert.deepEqual(await ask(place, { ...good, body }), [200, "done"]);
    await ask(place, { ...good, body: '{"action":"scale","value":2}' });
    assert.deepEqual(actions, [
      { kind: "pause", value: 0 },
      { kind: "scale", value: 2 },
    ]);
  }));

Deno.test("without ui.control there is no way to change anything", () =>
  withServed(async ({ url, actions }) => {
    const response = await ask(`${url}control`, {
      method: "POST",
      body: JSON.stringify({ action: "pause" }),
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${TOKEN}`,
      },
    });
    assert.deepEqual(response, [404, "ui.control is off"]);
    assert.deepEqual(actions, []);
  }, false));
