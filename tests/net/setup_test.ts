/** Setup for real: a server that refuses whoever has not its newest token. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { KarError } from "../../src/base/mod.ts";
import { JourneyServer, type Reply } from "./journeys.ts";
import { run, shop, yamlOf } from "./setup_shop.ts";

for (const protocol of ["http", "http2"]) {
  for (const workers of [1, 2]) {
    Deno.test(`log in once for all: ${protocol}, ${workers} workers`, async () => {
      const { reply, tokens } = shop();
      const isHttp2 = protocol === "http2";
      await using server = await JourneyServer.open(reply, { isHttp2 });
      const { end, told } = await run(yamlOf({ protocol }), {
        server,
        workers,
      });
      assert.deepEqual([end.failed, end.missed], [{}, {}]);
      assert.ok(end.targets[0]!.ok > 10 && end.journeys[0]!.ok > 10);
      assert.deepEqual(tokens, ["token-number-1"]);
      const sent = server.seen.filter(({ line }) =>
        !line.startsWith("POST /lo")
      );
      for (const { line, headers, body } of sent) {
        assert.equal(headers.authorization, "Bearer token-number-1", line);
        if (line.startsWith("GET /search")) {
          assert.equal(line, "GET /search?token=token-number-1");
        }
        if (line === "POST /cart") {
          assert.deepEqual(JSON.parse(body), { token: "token-number-1" });
        }
      }
      // The requests of setup are no arrivals, and in no sum; nor are the checks of health.
      assert.equal(sent.filter(({ line }) => line.includes("/me/")).length, 1);
      assert.ok(end.requests <= sent.length - 1);
      assert.ok(!told.includes("token-number"), "no token is told");
      assert.ok(told.includes("Setup done: 2 requests, captured token"));
    });
  }
}

Deno.test("setup again and again: each time new values hold, and for all workers", async () => {
  const { reply, tokens } = shop();
  await using server = await JourneyServer.open(reply);
  const { end, told } = await run(yamlOf({ every: "1s" }), {
    server,
    workers: 2,
    isEnough: () => tokens.length >= 4,
  });
  assert.deepEqual([end.failed, end.missed], [{}, {}]);
  const order = server.seen.filter(({ line }) => line.startsWith("GET /search"))
    .map(({ line }) => tokens.indexOf(line.split("=")[1]!));
  assert.ok(!order.includes(-1));
  // The last one may have come when nothing more was to be sent.
  const used = new Set([...order, tokens.length - 1]);
  assert.deepEqual(used, new Set(tokens.map((_, i) => i)));
  assert.ok(!told.includes("token-number"));
});

Deno.test("setup that fails later leaves the values before it, says so, and comes to itself", async () => {
  const { reply, tokens } = shop();
  let logins = 0;
  await using server = await JourneyServer.open((seen) =>
    seen.line === "POST /login" && ++logins === 2
      ? { status: 503, body: "token-number-1" }
      : reply(seen)
  );
  const { end, warnings, told } = await run(yamlOf({ every: "1s" }), {
    server,
    isEnough: () => logins >= 4,
  });
  assert.deepEqual([end.failed, end.missed], [{}, {}]);
  assert.equal(tokens.length, logins - 1);
  assert.deepEqual(
    warnings.filter((line) => line.startsWith("Setup failed")),
    [
      "Setup failed at step login: 503 Service Unavailable; the values before it stay, next try in 1s",
    ],
  );
  assert.ok(!told.includes("token-number"));
});

Deno.test("what a server says back of a token is told by its name", async () => {
  const { reply } = shop();
  await using server = await JourneyServer.open((seen) =>
    /login|me/.test(seen.line) ? reply(seen) : {
      status: 500,
      body: `no ${seen.headers.authorization}`,
      headers: { "x-why": `${seen.headers.authorization}` },
    }
  );
  const { end, told } = await run(yamlOf({ every: "1s" }), {
    server,
    workers: 2,
    durationMs: 2500,
  });
  assert.ok(end.targets[0]!.failed.status! > 10);
  assert.ok(!told.includes("token-number"));
  assert.ok(told.includes("no Bearer ${setup.token"));
});

Deno.test("a run that goes on from a saved one logs in anew", async () => {
  const { reply, tokens } = shop();
  await using server = await JourneyServer.open(reply);
  const first = await run(yamlOf(), { server });
  const { restore, before } = { restore: first.saved, before: first.end.sent };
  const second = await run(yamlOf(), { server, durationMs: 4000, restore });
  assert.equal(tokens.length, 2);
  assert.ok(second.end.sent >= before);
  assert.ok(!second.told.includes("token-number"));
});

const FAILING: readonly (readonly [string, Reply, RegExp])[] = [
  ["a wrong code", { status: 401 }, /step login: .*401/],
  ["no value", { body: "{}" }, /step login: token: the answer has nothing at/],
  ["no JSON", { body: "<html>" }, /step login: token: the body is not JSON/],
  [
    "a value that no header can have",
    { body: JSON.stringify({ token: "sesame\r\nevil: 1" }) },
    /step me: what token holds cannot be sent where the step has it/,
  ],
];

for (const [what, reply, why] of FAILING) {
  Deno.test(`setup that fails by ${what}: the run does not start`, async () => {
    await using server = await JourneyServer.open(() => reply);
    await assert.rejects(run(yamlOf(), { server }), (error) => {
      assert.ok(error instanceof KarError);
      assert.equal(error.exit, "cannotStart");
      assert.match(error.message, why);
      assert.ok(!error.message.includes("sesame"));
      return true;
    });
    assert.equal(server.seen.length, 1);
  });
}

Deno.test("setup that takes longer than its timeout: the run does not start", async () => {
  const { reply } = shop();
  await using server = await JourneyServer.open(reply);
  const yaml = yamlOf().replace("think: 5ms", "think: 1h")
    .replace("setup:", "setup:\n  timeout: 2s");
  // On a busy machine the step before the long thinking may take as long.
  await assert.rejects(run(yaml, { server }), {
    message:
      /^Setup failed at step (?:login|me): setup had not come to its end within 2s; the run was not started$/,
  });
});

Deno.test("a hostile token stays in its place, or is not sent at all", async () => {
  const evil = `a/../b?c&d#e"},{"x\r\nevil: 1\r\n\r\nGET /evil`;
  const { reply } = shop(() => evil);
  await using server = await JourneyServer.open((seen) => ({
    ...reply(seen),
    status: 200,
  }));
  const yaml = `
setup:
  base: BASE
  headers: { x-app: shop }
  steps:
    - name: login
      post: /login
      json: { password: secret-of-ann }
      capture: { token: { json: $.token } }
targets:
  - { name: path, url: "BASE/path/{{token}}/end" }
  - { name: json, url: "BASE/json", method: POST, json: { token: "{{token}}" } }
  - { name: header, url: "BASE/header", headers: { x-token: "{{token}}" } }
journeys:
  - name: first
    base: BASE
    steps: [{ name: one, get: /journey, headers: { x-token: "{{token}}" } }]
`;
  const { end } = await run(yaml, { server });
  const lines = new Set(server.seen.map(({ line }) => line));
  // The checks of health ask for what a target asks for, where that can be sent.
  assert.deepEqual(
    lines,
    new Set([
      "POST /login",
      `GET /path/${encodeURIComponent(evil)}/end`,
      "POST /json",
    ]),
  );
  for (const { line, headers, body } of server.seen) {
    assert.equal(headers.evil, undefined);
    if (line === "POST /json") {
      assert.deepEqual(JSON.parse(body), { token: evil });
    }
  }
  const [path, json, header] = end.targets;
  assert.ok(path!.ok > 5 && json!.ok > 5);
  assert.equal(header!.sent, 0);
  assert.deepEqual(Object.keys(header!.missed), ["bad_value"]);
  assert.equal(end.journeys[0]!.sent, 0);
  assert.deepEqual(Object.keys(end.journeys[0]!.missed), ["bad_value"]);
});

Deno.test("kar run ends with 4 where setup fails", async () => {
  await using server = await JourneyServer.open(() => ({ status: 401 }));
  const folder = await Deno.makeTempDir();
  const file = join(folder, "test.yaml");
  await Deno.writeTextFile(file, yamlOf().replaceAll("BASE", server.base));
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", main, "run", "--config", file],
      ...["--duration", "1s", "--set", "metrics.enabled=false"],
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  await Deno.remove(folder, { recursive: true });
  assert.equal(code, 4);
  assert.match(
    new TextDecoder().decode(stderr),
    /kar: Setup failed at step login: 401 Unauthorized; the run was not started/,
  );
});
