/** Journeys for real: what a server gets, and that both sides count the same. */
import assert from "node:assert/strict";
import { until } from "../fixtures/until.ts";
import { JourneyServer, type Reply, runYaml, type Seen } from "./journeys.ts";

const SHOP = `
journeys:
  - name: buy
    base: BASE/shop
    PROTOCOL
    steps:
      - name: login
        post: /login
        json: { user: "u{{int 1 9}}", device: "{{uuid}}" }
        capture: { token: { json: $.token }, tag: { header: etag, optional: true } }
      - name: cart
        put: "/cart/{{hex 8}}"
        headers: { authorization: "Bearer {{token}}", if-match: "{{tag}}" }
        form: { quantity: "{{int 1 9}}" }
        repeat: { int: [1, 3] }
        think: { mean: 20ms }
      - name: pay
        when: { status: { cart: 201 } }
        post: /orders
        json: { token: "{{token}}" }
        check: { status: [200], json: { $.paid: "{{token}}" } }
`;

/** A shop that gives each device its own token, and knows it again. */
function shop(): (seen: Seen) => Reply {
  const tokens = new Set<string>();
  return ({ line, headers, body }) => {
    if (line === "POST /shop/login") {
      const token = `t/${JSON.parse(body).device}"\\ü`;
      tokens.add(token);
      return { headers: { etag: '"7"' }, body: JSON.stringify({ token }) };
    }
    if (line.startsWith("PUT /shop/cart/")) {
      const sent = decodeURIComponent(escape(headers.authorization ?? ""));
      const isKnown = tokens.has(sent.replace(/^Bearer /, ""));
      return { status: isKnown && headers["if-match"] === '"7"' ? 201 : 401 };
    }
    const { token } = JSON.parse(body);
    const paid = JSON.stringify({ paid: token });
    return { status: tokens.has(token) ? 200 : 401, body: paid };
  };
}

Deno.test("login, token and cart: the server knows every token again, and both sides count the same", async () => {
  await using server = await JourneyServer.open(shop());
  const end = await runYaml(SHOP.replace("PROTOCOL", ""), { server });
  const [buy] = end.journeys;
  assert.ok(buy!.ok > 40);
  assert.deepEqual(end.failed, {});
  const counts = ["POST /shop/login", "PUT /shop/cart/", "POST /shop/orders"]
    .map((start) => server.seen.filter(({ line }) => line.startsWith(start)));
  assert.deepEqual(
    buy!.steps.map(({ sent, ok }) => [sent, ok]),
    counts.map(({ length }) => [length, length]),
  );
  assert.equal(end.requests, server.seen.length);
  assert.equal(buy!.ok, end.due);
});

Deno.test("one, two and eight workers make the same first requests, byte for byte", async () => {
  const logins: string[][] = [];
  for (const workers of [1, 2, 8]) {
    await using server = await JourneyServer.open(shop());
    const yaml = `workers: ${workers}\n${SHOP.replace("PROTOCOL", "")}`;
    const end = await runYaml(yaml, { server });
    assert.deepEqual(end.missed, {});
    logins.push(
      server.seen.filter(({ line }) => line === "POST /shop/login")
        .map(({ body }) => body).sort(),
    );
  }
  assert.ok(logins[0]!.length > 40);
  assert.deepEqual(logins[1], logins[0]);
  assert.deepEqual(logins[2], logins[0]);
});

Deno.test("an own connection bears all steps of its journey and no other, and is closed at its end", async () => {
  await using server = await JourneyServer.open(shop());
  const end = await runYaml(SHOP.replace("PROTOCOL", "connection: own"), {
    server,
  });
  assert.deepEqual(end.failed, {});
  const byConnection = Map.groupBy(server.seen, ({ connection }) => connection);
  assert.ok(end.due > 40);
  assert.equal(byConnection.size, end.due);
  for (const requests of byConnection.values()) {
    const lines = requests.map(({ line }) => line.split(" ")[0]);
    assert.match(lines.join(" "), /^POST (PUT ){1,3}POST$/);
  }
  await until(
    "every connection is closed",
    () =>
      server.connections.every((socket) =>
        socket.destroyed || socket.closed || socket.readableEnded
      ),
  );
  assert.equal(end.timing.connect.count, end.due);
});

Deno.test("cookies go back as a browser sends them: by path, until they are taken away", async () => {
  await using server = await JourneyServer.open(({ line }) =>
    line === "GET /a/in"
      ? {
        headers: {
          "set-cookie": [
            "sid=s1; Path=/; HttpOnly",
            "local=1",
            "x=0; Max-Age=0",
          ],
        },
      }
      : line === "GET /out"
      ? { headers: { "set-cookie": "sid=; Path=/; Max-Age=0" } }
      : {}
  );
  const end = await runYaml(
    `
journeys:
  - name: visit
    base: BASE
    cookies: true
    steps:
      - { name: in, get: /a/in }
      - { name: look, get: /a/look }
      - { name: out, get: /out }
      - { name: after, get: /a/after }
`,
    { server, durationMs: 800 },
  );
  assert.deepEqual(end.failed, {});
  const sent = Map.groupBy(server.seen, ({ line }) => line);
  const cookies = (line: string) => [
    ...new Set(sent.get(line)!.map(({ headers }) => headers.cookie ?? "none")),
  ];
  assert.deepEqual(cookies("GET /a/in"), ["none"]);
  assert.deepEqual(cookies("GET /a/look"), ["local=1; sid=s1"]);
  assert.deepEqual(cookies("GET /out"), ["sid=s1"]);
  assert.deepEqual(cookies("GET /a/after"), ["local=1"]);
});

Deno.test("what a server says back of a cookie is told by its name, and so is a captured value as a URL has it", async () => {
  await using server = await JourneyServer.open(({ line, headers }) =>
    line === "GET /in"
      ? {
        headers: { "set-cookie": "sid=sesame-of-ann; Path=/" },
        body: JSON.stringify({ token: "open/sesame+1" }),
      }
      : { status: 500, body: `who is ${headers.cookie} at ${line}` }
  );
  const end = await runYaml(
    `
journeys:
  - name: visit
    base: BASE
    cookies: true
    steps:
      - { name: in, get: /in, capture: { token: { json: $.token } } }
      - name: look
        get: "/look?t={{token}}"
        check: { body: { contains: welcome } } # so that the body is kept
`,
    { server, durationMs: 1500 },
  );
  const bodies = new Set(end.samples.map(({ body }) => body));
  assert.ok(
    bodies.has("who is sid=${cookie.sid} at GET /look?t=${token}"),
    `${[...bodies]}`,
  );
  assert.ok(!JSON.stringify(end.samples).includes("sesame"));
});

const HOSTILE = [
  "x\r\nx-evil: 1",
  "x\u0000y",
  "../../admin",
  "a/b?c=d#e",
  "%2e%2e",
  '"},{"evil":"1',
  "\u001b[2J\u001b]0;t\u0007",
  "&a=b;c",
  "{{uuid}} ${HOME}",
  "..",
  "日本\u{1f600}",
];

Deno.test("a hostile answer injects no header, no path segment, no JSON key and no template", async () => {
  let n = 0;
  await using server = await JourneyServer.open(({ line }) =>
    line === "GET /"
      ? { body: JSON.stringify({ v: HOSTILE[n++ % HOSTILE.length] }) }
      : {}
  );
  const end = await runYaml(
    `
journeys:
  - name: evil
    base: BASE
    steps:
      - { name: get, get: /, capture: { v: { json: $.v } } }
      - { name: path, get: "/p/{{v}}/end?q={{v}}", on_failure: continue }
      - { name: header, get: /h, headers: { x-v: "<{{v}}>" }, on_failure: continue }
      - { name: json, post: /j, json: { a: "{{v}}", b: ["<{{v}}>"] }, on_failure: continue }
      - { name: form, post: /f, form: { a: "{{v}}" }, on_failure: continue }
`,
    { server },
  );
  const known = new Set(HOSTILE);
  assert.ok(server.seen.length > 200);
  for (const { line, headers, body } of server.seen) {
    assert.equal(headers["x-evil"], undefined);
    const [, path] = line.split(" ");
    const url = new URL(path!, "http://x");
    if (path!.startsWith("/p/")) {
      const [, p, v, e, ...more] = url.pathname.split("/");
      assert.deepEqual([p, e, more], ["p", "end", []]);
      assert.ok(known.has(decodeURIComponent(v!)), `${v}`);
      assert.equal(url.searchParams.get("q"), decodeURIComponent(v!));
    }
    if (path === "/j") {
      const { a, b, ...rest } = JSON.parse(body);
      assert.ok(known.has(a), a);
      assert.deepEqual([b, rest], [[`<${a}>`], {}]);
    }
    if (path === "/f") {
      const form = new URLSearchParams(body);
      assert.deepEqual([...form.keys()], ["a"]);
      assert.ok(known.has(form.get("a")!));
    }
    if (path === "/h") assert.match(`${headers["x-v"]}`, /^<[^\r\n\0]*>$/);
  }
  const missed = end.journeys[0]!.steps.map(({ missed }) =>
    Object.keys(missed)
  );
  // Two dots climb up a path, and a line break ends a header: neither is sent.
  assert.deepEqual(missed, [[], ["bad_value"], ["bad_value"], [], []]);
  const said = JSON.stringify(
    end,
    (_, value) => value instanceof Map ? [...value] : value,
  );
  assert.ok(!said.includes("x-evil"), "a captured value stands in a snapshot");
});
