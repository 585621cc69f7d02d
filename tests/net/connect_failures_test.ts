import { openedConnect } from "../transport/opened.ts";
import assert from "node:assert/strict";
import { freePort } from "../fixtures/ports.ts";
import type { Http2Session, ServerHttp2Stream } from "node:http2";
import {
  answerGrpc,
  grpcMessage,
  GrpcServer,
} from "../transport/law_grpc_server.ts";
import {
  eventually,
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";
import { outcomesOf, UNARY } from "./connect_outcomes.ts";
import { FAULTS, startFaultyServer } from "./faulty_server.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };
const TRUST = { ca: TEST_CA };
/** A stream that answers as gRPC with these bytes and trailers. */
function raw(body: Uint8Array, trailers: Record<string, string>) {
  return (stream: ServerHttp2Stream) => {
    const head = { ":status": 200, "content-type": "application/grpc" };
    stream.respond(head, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end(body);
  };
}

/** A stream that answers with a head alone. */
function head(fields: Record<string, string | number>) {
  return (stream: ServerHttp2Stream) =>
    stream.respond(fields, { endStream: true });
}

const GRPC = { ":status": 200, "content-type": "application/grpc" };
const OK = { "grpc-status": "0" };

const ANSWERS: readonly (readonly [
  string,
  (stream: ServerHttp2Stream) => void,
  string,
])[] = [
  ["an OK", raw(grpcMessage(), OK), "0"],
  ["an OK with a message", raw(grpcMessage(0), OK), "0"],
  ["a status", raw(grpcMessage(), { "grpc-status": "5" }), "5"],
  ["an empty status", raw(grpcMessage(), { "grpc-status": "" }), "2"],
  ["a status that is none", raw(grpcMessage(), { "grpc-status": "99" }), "2"],
  ["a status in the head", head({ ...GRPC, "grpc-status": "12" }), "12"],
  ...["100%", "%zz", "%ff%fe", "a%", "\xe9", "%C3%A4%"].map((message) =>
    [
      `a status with the message ${JSON.stringify(message)}`,
      raw(grpcMessage(), { "grpc-status": "5", "grpc-message": message }),
      "5",
    ] as const
  ),
  [
    "a status in the head with a badly encoded message",
    head({ ...GRPC, "grpc-status": "13", "grpc-message": "100%" }),
    "13",
  ],
  [
    "a status with details that are none",
    raw(grpcMessage(), { "grpc-status": "5", "grpc-status-details-bin": "?" }),
    "5",
  ],
  [
    "a status with details of another one",
    raw(grpcMessage(), {
      "grpc-status": "5",
      "grpc-status-details-bin": "CAA",
    }),
    "5",
  ],
  [
    "a status with details of the OK",
    raw(grpcMessage(), { "grpc-status": "5", "grpc-status-details-bin": "" }),
    "5",
  ],
  ["HTTP 503 without gRPC", head({ ":status": 503 }), "14"],
  ["HTTP 404 without gRPC", head({ ":status": 404 }), "12"],
  ["HTML", head({ ":status": 200, "content-type": "text/html" }), "protocol"],
  ["no status", raw(grpcMessage(), {}), "protocol"],
  ["no message", raw(new Uint8Array(0), OK), "protocol"],
  ["two messages", raw(new Uint8Array(10), OK), "protocol"],
  ["half a message", raw(Uint8Array.of(0, 0, 0, 0, 9, 1), OK), "protocol"],
  ["a long message", raw(grpcMessage(2000), OK), "too_large"],
  [
    "large trailers",
    raw(grpcMessage(), { ...OK, "x-large": "x".repeat(3000) }),
    "0",
  ],
  [
    "a head that is too large",
    head({ ...GRPC, "grpc-status": "0", "x-large": "x".repeat(17_000) }),
    "too_large",
  ],
  [
    "trailers that are too large",
    raw(grpcMessage(), { ...OK, "x-large": "x".repeat(17_000) }),
    "too_large",
  ],
  ["a stream refused", (stream) => stream.close(7), "reset"],
  ["a stream broken off", (stream) => stream.close(2), "reset"],
];

for (const [what, answer, expected] of ANSWERS) {
  Deno.test({
    name: `openConnect() meets ${what} with ${expected}`,
    ...CLEAN,
    fn: async () => {
      await using server = await GrpcServer.start(answer);
      assert.deepEqual(await outcomesOf({ url: server.url }), [expected]);
      assert.equal(server.requests, 1);
    },
  });
}

for (
  const [fault, expected] of [
    ["none", "protocol"],
    ["junk", "protocol"],
    ["resetWithoutAnswer", "reset"],
  ] as const
) {
  Deno.test({
    name: `openConnect() meets HTTP/1.1 with ${fault} with ${expected}`,
    ...CLEAN,
    fn: async () => {
      await using server = await startFaultyServer(FAULTS[fault]);
      assert.deepEqual(await outcomesOf({ url: server.origin }), [expected]);
    },
  });
}

Deno.test({
  name: "openConnect() ends the calls of a connection that the peer closes",
  ...CLEAN,
  fn: async () => {
    await using server = await GrpcServer.start(() => server.cut());
    const outcomes = await outcomesOf({ url: server.url }, { count: 2 });
    // Which of the two depends on whether all that it sent was read before.
    const isEnd = (end: string) => end === "closed" || end === "reset";
    assert.equal(outcomes.length, 2);
    assert.ok(outcomes.every(isEnd), outcomes.join());
    // Neither call was sent a second time.
    assert.equal(server.requests, 2);
  },
});

Deno.test({
  name: "openConnect() sends no call again when a kept connection is lost",
  ...CLEAN,
  fn: async () => {
    await using server = await GrpcServer.start((stream) => {
      if (server.requests === 1) answerGrpc(stream, 0);
      else server.cut();
    });
    const outcomes = await outcomesOf({ url: server.url }, { count: 2 });
    assert.deepEqual(outcomes, ["0", "closed"]);
    assert.equal(server.requests, 2);
  },
});

Deno.test({
  name: "openConnect() opens a new connection after GOAWAY",
  ...CLEAN,
  fn: async () => {
    const sessions = new Set<Http2Session>();
    await using server = await GrpcServer.start((stream) => {
      sessions.add(stream.session!);
      answerGrpc(stream, 0);
    });
    const recorder = new Recorder();
    const target = testTarget({ url: server.url, protocol: "grpc" });
    const transport = openedConnect(
      target,
      withResolved(recorder, { grpc: UNARY }),
    );
    for (let i = 1; i <= 3; i++) {
      transport.send(testCall());
      await recorder.until(i);
      const last = [...sessions].at(-1)!;
      last.goaway(0);
      await eventually(() => last.destroyed);
    }
    await transport.close();
    assert.deepEqual(recorder.outcomes, ["0", "0", "0"]);
    assert.equal(sessions.size, 3);
  },
});

Deno.test({
  name: "openConnect() tells the failures of connecting apart",
  ...CLEAN,
  fn: async () => {
    for (
      const [url, expected] of [
        ["http://nobody.invalid", "dns"],
        [`http://127.0.0.1:${freePort()}`, "refused"],
        ["http://255.255.255.255:8080", "unreachable"],
      ] as const
    ) assert.deepEqual(await outcomesOf({ url }), [expected], url);
  },
});

Deno.test({
  name: "openConnect() verifies certificates unless told not to",
  ...CLEAN,
  fn: async () => {
    for (
      const [name, expected] of [
        ["server", "0"],
        ["expired", "tls"],
        ["wrongName", "tls"],
        ["selfSigned", "tls"],
      ] as const
    ) {
      await using server = await GrpcServer.start(
        (stream) => answerGrpc(stream, 0),
        CERTIFICATES[name],
      );
      const { url } = server;
      assert.deepEqual(await outcomesOf({ url }, { tls: TRUST }), [expected]);
      assert.deepEqual(await outcomesOf({ url, insecure: true }), ["0"], name);
    }
  },
});
