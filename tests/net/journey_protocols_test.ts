/** Journeys over HTTP/2 and gRPC for real, and requests that are cut off. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fromBinary } from "@bufbuild/protobuf";
import {
  type EchoRequest,
  EchoRequestSchema,
} from "../../src/gen/kar/v1/echo_pb.ts";
import { listenHttp2 } from "../../src/echo/http2/mod.ts";
import { until } from "../fixtures/until.ts";
import { allOf, JourneyServer, piecesOf, runYaml } from "./journeys.ts";

const PROTO =
  new URL("../../proto/kar/v1/echo.proto", import.meta.url).pathname;

/** What a call has brought. */
interface Call {
  readonly path: string;
  readonly authorization: string;
  readonly messages: readonly EchoRequest[];
}

const GRPC_OK = {
  status: 200,
  header: new Headers({ "content-type": "application/grpc" }),
  trailer: new Headers({ "grpc-status": "0" }),
};

/** Logins over HTTP/2 and calls of gRPC, on one port. */
function startShop() {
  const calls: Call[] = [];
  const { port, close, kill } = listenHttp2(async (request) => {
    const { path, header } = request;
    const body = await allOf(request.body);
    const isCall = path.startsWith("/kar.v1.Echo/");
    calls.push({
      path,
      authorization: header.get("authorization") ?? "",
      messages: isCall ? messagesIn(body) : [],
    });
    if (isCall) return { ...GRPC_OK, body: piecesOf(new Uint8Array(5)) };
    const { user } = JSON.parse(new TextDecoder().decode(body));
    return {
      status: 200,
      body: piecesOf(JSON.stringify({ token: `t-${user}` })),
    };
  }, { hostname: "127.0.0.1", port: 0, tls: null });
  const stop = () => {
    kill();
    return close();
  };
  return { base: `http://127.0.0.1:${port}`, calls, stop };
}

function messagesIn(bytes: Uint8Array): EchoRequest[] {
  const messages: EchoRequest[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = new DataView(bytes.buffer, at + 1).getUint32(0);
    const end = at + 5 + length;
    messages.push(fromBinary(EchoRequestSchema, bytes.subarray(at + 5, end)));
    at = end;
  }
  return messages;
}

for (const connection of ["shared", "own"] as const) {
  Deno.test(`a login, a call and a stream of messages (${connection}): both sides count the same`, async () => {
    const { calls, ...server } = startShop();
    const end = await runYaml(
      `
journeys:
  - name: buy
    base: BASE
    protocol: http2
    connection: ${connection}
    steps:
      - name: login
        post: /login
        json: { user: "{{hex 8}}" }
        capture: { token: { json: $.token } }
      - name: call
        grpc:
          method: kar.v1.Echo/Echo
          proto: [${PROTO}]
          message: { text: "{{token}}", number: "{{int 1 9}}" }
        headers: { authorization: "Bearer {{token}}" }
        repeat: { int: [1, 2] }
      - name: stream
        grpc:
          method: kar.v1.Echo/ClientStream
          proto: [${PROTO}]
          message:
            - { text: "{{uuid}}", numbers: ["{{int 1 9}}"] }
            - { note: "{{token}}" }
            - { bigNumber: "{{int 1 100}}" }
        headers: { authorization: "Bearer {{token}}" }
`,
      { server },
    );
    await server.stop();
    const [buy] = end.journeys;
    assert.deepEqual([end.missed, end.failed, buy!.failed], [{}, {}, {}]);
    assert.ok(buy!.ok > 40);
    assert.equal(end.requests, calls.length);
    const byPath = Map.groupBy(calls, ({ path }) => path);
    assert.deepEqual(
      buy!.steps.map(({ ok }) => ok),
      ["/login", "/kar.v1.Echo/Echo", "/kar.v1.Echo/ClientStream"]
        .map((path) => byPath.get(path)!.length),
    );
    for (
      const { messages, authorization } of byPath.get("/kar.v1.Echo/Echo")!
    ) {
      assert.equal(`Bearer ${messages[0]!.text}`, authorization);
      assert.ok(messages[0]!.number >= 1 && messages[0]!.number <= 9);
    }
    const streams = byPath.get("/kar.v1.Echo/ClientStream")!;
    for (const { messages: [first, second, third], authorization } of streams) {
      assert.match(first!.text, /^[0-9a-f-]{36}$/);
      assert.equal(first!.numbers.length, 1);
      assert.equal(`Bearer ${second!.note}`, authorization);
      assert.ok(third!.bigNumber >= 1n && third!.bigNumber <= 100n);
    }
    const texts = streams.map(({ messages }) => messages[0]!.text);
    assert.equal(new Set(texts).size, texts.length);
    if (connection === "own") {
      assert.equal(end.timing.connect.count, buy!.sent);
    }
  });
}

Deno.test("cookies go back over HTTP/2, too, and other journeys' do not", async () => {
  let n = 0;
  await using server = await JourneyServer.open(
    ({ line }) =>
      line === "GET /in"
        ? { headers: { "set-cookie": [`sid=s${++n}; Path=/`, "a=b; Path=/x"] } }
        : {},
    { isHttp2: true },
  );
  const end = await runYaml(
    `
journeys:
  - name: visit
    base: BASE
    protocol: http2
    cookies: true
    steps:
      - { name: in, get: /in }
      - { name: look, get: /look, think: 20ms }
      - { name: again, get: /look }
`,
    { server },
  );
  assert.deepEqual(end.failed, {});
  const looks = server.seen.filter(({ line }) => line === "GET /look");
  const cookies = Map.groupBy(looks, ({ headers }) => headers.cookie);
  assert.ok(n > 40);
  assert.equal(cookies.size, n);
  for (const [cookie, two] of cookies) {
    assert.match(`${cookie}`, /^sid=s\d+$/);
    assert.equal(two.length, 2);
  }
});

for (const protocol of ["http", "http2"] as const) {
  Deno.test(`the open request of a journey that is not at its end in time is cut off (${protocol})`, async () => {
    const cut: number[] = [];
    let n = 0;
    const server = await startSilent(protocol, () => cut.push(++n));
    const end = await runYaml(
      `
journeys:
  - name: slow
    base: BASE
    protocol: ${protocol}
    # Time enough for the first step on any machine.
    timeout: 5s
    steps:
      - { name: in, get: /in }
      - { name: never, get: /never, timeout: 1h }
`,
      { server, durationMs: 1000 },
    );
    const [slow] = end.journeys;
    assert.ok(slow!.sent > 30);
    assert.deepEqual(slow!.failed, { timeout: slow!.sent });
    assert.deepEqual(slow!.steps[1]!.failed, { timeout: slow!.sent });
    assert.match(
      slow!.steps[1]!.reasons[0]!.reason,
      /^its journey had not come to its end within its timeout$/,
    );
    await server.settled(() => cut.length === slow!.sent);
    await server.stop();
  });
}

/** A server that answers /in alone, and hears of requests that are given up. */
async function startSilent(protocol: "http" | "http2", cut: () => void) {
  const server = protocol === "http"
    ? await silentHttp1(cut)
    : silentHttp2(cut);
  return {
    ...server,
    base: `http://127.0.0.1:${server.port}`,
    async settled(holds: () => boolean) {
      await until("all are cut off", holds);
    },
  };
}

async function silentHttp1(cut: () => void) {
  const server = createServer((request, response) => {
    if (request.url === "/in") return void response.end("ok");
    response.on("close", cut);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { port, stop };
}

function silentHttp2(cut: () => void) {
  const { port, close, kill } = listenHttp2(({ path, signal }) => {
    if (path === "/in") return Promise.resolve({ status: 200 });
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        cut();
        reject(signal.reason);
      });
    });
  }, { hostname: "127.0.0.1", port: 0, tls: null });
  const stop = () => {
    kill();
    return close();
  };
  return { port, stop };
}
