/**
 * `trace` of a target: servers that are not kar's read `traceparent` of the
 * requests that the arrivals have drawn, from every client.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import {
  createServer as createHttp2Server,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { traceIdOf } from "../../src/transport/mod.ts";
import { answerGrpc } from "../transport/law_grpc_server.ts";
import {
  openedConnect,
  openedFetch,
  openedGrpc,
  openedHttp1,
  openedHttp2,
  type OpenTested,
} from "../transport/opened.ts";
import {
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { sourcesOf } from "../request/support.ts";

const CALLS = 200;
const SHARE = 0.3;
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/;

interface Seen {
  /** Of each request that came: its `traceparent`, if any. */
  readonly traces: (string | undefined)[];
  readonly url: string;
  stop(): Promise<unknown>;
}

async function startHttp1(): Promise<Seen> {
  const traces: Seen["traces"] = [];
  const server = createServer((request, response) => {
    traces.push(request.headers.traceparent as string | undefined);
    response.end("ok");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  return { traces, url: `http://127.0.0.1:${port}/`, stop };
}

async function startHttp2(
  answer: (stream: ServerHttp2Stream) => void,
): Promise<Seen> {
  const traces: Seen["traces"] = [];
  const sockets = new Set<Socket>();
  const server = createHttp2Server();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("session", (session) => session.on("error", () => {}));
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    stream.on("error", () => {});
    traces.push(headers.traceparent as string | undefined);
    answer(stream);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise((done) => {
      server.close(done);
      for (const socket of sockets) socket.destroy();
    });
  return { traces, url: `http://127.0.0.1:${port}`, stop };
}

function answerHttp2(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200 });
  stream.end("ok");
}

const CALL = {
  path: "/grpc.health.v1.Health/Check",
  kind: "unary",
  messages: [new Uint8Array(0)],
} as const;

function called(open: OpenTested): OpenTested {
  const resolved = { tls: { ca: null }, grpc: CALL };
  return (target, context) => open(target, withResolved(context, resolved));
}

const startGrpc = () => startHttp2((stream) => answerGrpc(stream, 0));

const CLIENTS: Readonly<
  Record<string, readonly [open: OpenTested, start: () => Promise<Seen>]>
> = {
  "wire over HTTP/1.1": [openedHttp1, startHttp1],
  "wire over HTTP/2": [openedHttp2, () => startHttp2(answerHttp2)],
  "wire with gRPC": [called(openedGrpc), startGrpc],
  fetch: [openedFetch, startHttp1],
  connect: [called(openedConnect), startGrpc],
};

/** Sends the same arrivals to a target, some of them traced. */
async function sent(name: string, trace?: number) {
  const [open, start] = CLIENTS[name]!;
  const server = await start();
  const recorder = Object.assign(new Recorder(), { sources: sourcesOf() });
  const target = testTarget({
    url: server.url,
    ...(trace !== undefined && { trace }),
  });
  const client = open(target, recorder);
  for (let index = 0; index < CALLS; index++) {
    assert.ok(client.send({ ...testCall(), index }));
    await recorder.until(index + 1);
  }
  await client.close();
  await server.stop();
  assert.ok(recorder.outcomes.every((text) => text === "200" || text === "0"));
  const told = recorder.results.map(({ call }) => traceIdOf(call));
  return { seen: server.traces, told };
}

const drawn = new Map<string, readonly (string | null)[]>();

for (const name of Object.keys(CLIENTS)) {
  Deno.test(`${name} sends traceparent with the share that was drawn, and samples know its id`, async () => {
    const { seen, told } = await sent(name, SHARE);
    assert.deepEqual(
      seen.map((header) => header && TRACEPARENT.exec(header)?.[1]),
      told.map((id) => id ?? undefined),
    );
    const traced = told.filter((id) => id !== null);
    // Three standard deviations of the share.
    assert.ok(Math.abs(traced.length - CALLS * SHARE) < 20, `${traced.length}`);
    assert.equal(new Set(traced).size, traced.length);
    drawn.set(name, told);
  });
}

Deno.test("which arrivals are traced, and as what, is the same for every client", () => {
  assert.equal(drawn.size, Object.keys(CLIENTS).length);
  const [first, ...others] = drawn.values();
  for (const other of others) assert.deepEqual(other, first);
});

Deno.test("without trace nothing is sent, and all with 1", async () => {
  const none = await sent("wire over HTTP/1.1");
  assert.ok(none.seen.every((header) => header === undefined));
  assert.ok(none.told.every((id) => id === null));
  const all = await sent("wire over HTTP/1.1", 1);
  assert.ok(all.seen.every((header) => TRACEPARENT.test(header ?? "")));
});
