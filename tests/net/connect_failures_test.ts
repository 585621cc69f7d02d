import assert from "node:assert/strict";
import type { Http2Session, ServerHttp2Stream } from "node:http2";
import { KarError } from "../../src/base/mod.ts";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { openConnect } from "../../src/transport/connect/mod.ts";
import type { ResolvedGrpcCall } from "../../src/transport/grpc/mod.ts";
import type { TlsTexts } from "../../src/transport/socket/mod.ts";
import {
  answerGrpc,
  grpcMessage,
  GrpcServer,
} from "../transport/law_grpc_server.ts";
import {
  deadPort,
  eventually,
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";
import { FAULTS, startFaultyServer } from "./faulty_server.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };
const TRUST = { ca: TEST_CA };
const UNARY: ResolvedGrpcCall = {
  path: "/shop.v1.Cart/Add",
  kind: "unary",
  // Field 1 "hi", field 2 = 5, field 3 fixed32.
  messages: [Uint8Array.of(10, 2, 104, 105, 16, 5, 29, 1, 2, 3, 4)],
};

/** Makes `count` calls one after the other; their outcomes. */
async function outcomesOf(
  over: Partial<TargetPlan>,
  options: {
    call?: ResolvedGrpcCall;
    tls?: Partial<TlsTexts>;
    count?: number;
  } = {},
): Promise<string[]> {
  const { call = UNARY, tls = {}, count = 1 } = options;
  const recorder = new Recorder({ maxBodyBytes: 1000 });
  const target = testTarget({ protocol: "grpc", ...over });
  const transport = openConnect(
    target,
    withResolved(recorder, { grpc: call, tls }),
  );
  try {
    for (let i = 1; i <= count; i++) {
      assert.equal(transport.send(testCall()), true);
      await recorder.until(i);
    }
  } finally {
    await transport.close();
  }
  return recorder.outcomes;
}

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
  ["a status that is none", raw(grpcMessage(), { "grpc-status": "99" }), "2"],
  ["a status in the head", head({ ...GRPC, "grpc-status": "12" }), "12"],
  ["HTTP 503 without gRPC", head({ ":status": 503 }), "14"],
  ["HTTP 404 without gRPC", head({ ":status": 404 }), "12"],
  ["HTML", head({ ":status": 200, "content-type": "text/html" }), "protocol"],
  ["no status", raw(grpcMessage(), {}), "protocol"],
  ["no message", raw(new Uint8Array(0), OK), "protocol"],
  ["two messages", raw(new Uint8Array(10), OK), "protocol"],
  ["half a message", raw(Uint8Array.of(0, 0, 0, 0, 9, 1), OK), "protocol"],
  ["a long message", raw(grpcMessage(2000), OK), "too_large"],
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
    await using server = await GrpcServer.start((stream) =>
      stream.session?.destroy()
    );
    const outcomes = await outcomesOf({ url: server.url }, { count: 2 });
    for (const outcome of outcomes) {
      assert.ok(["closed", "reset"].includes(outcome), outcome);
    }
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
      else stream.session?.destroy();
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
    const transport = openConnect(
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
        [`http://127.0.0.1:${deadPort()}`, "refused"],
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

Deno.test({
  name:
    "openConnect() sends the path, metadata, deadline and bytes it was given",
  ...CLEAN,
  fn: async () => {
    const seen: { headers?: Headers; body: number[] } = { body: [] };
    await using server = await GrpcServer.start((stream, headers) => {
      seen.headers = headers;
      stream.on("data", (chunk: Uint8Array) => seen.body.push(...chunk));
      stream.on("end", () => answerGrpc(stream, 0));
    });
    await outcomesOf({
      url: server.url,
      timeoutMs: 5000,
      headers: [["x-token", "${T}"]],
    });
    const field = (name: string) => seen.headers?.get(name);
    assert.equal(field("path"), "/shop.v1.Cart/Add");
    assert.equal(field("x-token"), "expanded-T");
    assert.equal(field("user-agent"), "kar/test (run test)");
    assert.equal(field("grpc-timeout"), "5000m");
    const [bytes] = UNARY.messages;
    assert.deepEqual(seen.body, [0, 0, 0, 0, bytes!.length, ...bytes!]);
  },
});

for (
  const kind of [
    "server_streaming",
    "client_streaming",
    "bidi_streaming",
  ] as const
) {
  Deno.test({
    name: `openConnect() makes ${kind} calls and reads them to the end`,
    ...CLEAN,
    fn: async () => {
      const messages = kind === "server_streaming"
        ? UNARY.messages
        : [...UNARY.messages, ...UNARY.messages, new Uint8Array(0)];
      const expected = messages.flatMap((m) => [0, 0, 0, 0, m.length, ...m]);
      const body: number[] = [];
      const answers = kind === "client_streaming" ? 5 : 15;
      await using server = await GrpcServer.start((stream) => {
        stream.on("data", (chunk: Uint8Array) => body.push(...chunk));
        stream.on(
          "end",
          () =>
            answerGrpc(
              stream,
              body.length === 0 ? 3 : 0,
              new Uint8Array(answers),
            ),
        );
      });
      const call = { path: "/shop.v1.Cart/Watch", kind, messages };
      assert.deepEqual(await outcomesOf({ url: server.url }, { call }), ["0"]);
      assert.deepEqual(body, expected);
    },
  });

  Deno.test({
    name: `openConnect() ends open ${kind} calls at a stop`,
    ...CLEAN,
    fn: async () => {
      await using server = await GrpcServer.start((stream) => {
        stream.respond(GRPC);
        stream.write(grpcMessage());
      });
      const recorder = new Recorder();
      const target = testTarget({ url: server.url, protocol: "grpc" });
      const call = { ...UNARY, kind };
      const transport = openConnect(
        target,
        withResolved(recorder, { grpc: call }),
      );
      transport.send(testCall());
      await eventually(() => server.requests === 1);
      await transport.close();
      assert.deepEqual(recorder.outcomes, ["aborted"]);
    },
  });
}

Deno.test({
  name: "openConnect() refuses what cannot be sent",
  ...CLEAN,
  fn: () => {
    const refused = (over: Partial<TargetPlan>, tls: Partial<TlsTexts> = {}) =>
      assert.throws(
        () =>
          openConnect(
            testTarget(over),
            withResolved(new Recorder(), { grpc: UNARY, tls }),
          ),
        KarError,
        JSON.stringify(over),
      );
    refused({ url: "ws://localhost" });
    refused({ headers: [["bad name", "x"]] });
    refused(
      { url: "https://localhost" },
      { ca: "no pem" },
    );
  },
});
