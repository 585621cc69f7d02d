/** Writing fields makes no garbage: at 50,000 requests a second each object would count. */
import assert from "node:assert/strict";
import { readRequest, type RequestSpec } from "../../src/request/mod.ts";
import { frameHttp1 } from "../../src/transport/http1/request.ts";
import {
  Http2Writer,
  type PeerSide,
} from "../../src/transport/http2/varying.ts";
import { blankExchange } from "../../src/transport/mod.ts";
import type { Socket } from "../../src/transport/socket/mod.ts";
import { dataSet, requestWith, sourcesOf } from "../request/support.ts";
import { resolve } from "./grpc/resolve/support.ts";

const ROUNDS = 7;
const REQUESTS = 20_000;
/** The smallest object of V8 has more. */
const BYTES_MAX = 4;

const SOURCES = sourcesOf([
  dataSet("users", [{ id: 1, name: "ann" }, { id: 22, name: "bob ö" }]),
]);
const VARIED = {
  url: "http://localhost/?user={{users.id}}&page={{int 1 40}}&to={{id}}",
  headers: [["x-request-id", "{{uuid}}"]] as [string, string][],
  body:
    '{"id":"{{hex 12}}","name":"{{users.name}}","color":"{{pick red green}}","at":{{now}}}',
};
const MESSAGE = {
  ...{ text: "{{users.name}}", number: "{{int 1 99}}", note: "{{uuid}}" },
  point: { x: "{{int 1 40}}", label: "here" },
};

const buffer = new Uint8Array(4096);
/** Takes whatever is written, and sends nothing. */
const SOCKET = {
  room: () => buffer,
  outgoingEnd: 0,
  filled: () => {},
} as unknown as Socket;
const exchange = blankExchange();

/** Bytes of garbage that one request leaves at least. */
function garbageOf(write: () => void): number {
  const run = () => {
    for (let i = 0; i < REQUESTS; i++) {
      exchange.slot++;
      write();
    }
  };
  for (let i = 0; i < 3; i++) run();
  let least = Infinity;
  for (let i = 0; i < ROUNDS; i++) {
    const before = Deno.memoryUsage().heapUsed;
    run();
    const made = (Deno.memoryUsage().heapUsed - before) / REQUESTS;
    // Less than nothing: it was collected in between.
    if (made >= 0) least = Math.min(least, made);
  }
  return least;
}

function http2Writer(writer: Http2Writer): () => void {
  const stream = { id: 1, exchange, body: buffer, bodyLength: 0 };
  const side = {
    socket: SOCKET,
    peer: { maxHeaderListBytes: Infinity, isTableUpdateDue: false },
    uploads: { takeWhole: () => true, begin: () => {} },
  } as unknown as PeerSide;
  return () => {
    writer.start(stream, side);
  };
}

Deno.test("a request with eight fields leaves no garbage over HTTP/1.1 and HTTP/2", () => {
  const { varying } = frameHttp1(requestWith(VARIED, SOURCES));
  const http1 = garbageOf(() => varying!.write(exchange, SOCKET));
  const request = requestWith({ ...VARIED, protocol: "http2" }, SOURCES);
  const http2 = garbageOf(http2Writer(new Http2Writer(request, request.vary!)));
  assert.ok(http1 < BYTES_MAX && http2 < BYTES_MAX, `${http1}, ${http2}`);
});

Deno.test("a gRPC message with four fields leaves no garbage", async () => {
  const grpc = await resolve({ message: MESSAGE });
  const spec: RequestSpec = {
    ...{ name: "api", client: "wire", method: "POST", headers: [], body: null },
    ...{ protocol: "grpc", url: "http://localhost/", timeoutMs: 1000 },
  };
  const options = { expand: (text: string) => text, userAgent: "kar/test" };
  const request = readRequest(spec, { ...options, grpc, sources: SOURCES });
  const made = garbageOf(http2Writer(new Http2Writer(request, request.vary!)));
  assert.ok(made < BYTES_MAX, `${made}`);
});

Deno.test("garbage would be seen", () => {
  let kept: object = {};
  const made = garbageOf(() => {
    kept = { slot: exchange.slot };
  });
  assert.ok(kept);
  assert.ok(made > BYTES_MAX, `${made}`);
});
