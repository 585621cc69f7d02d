import { openedConnect } from "../transport/opened.ts";
import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import type { TargetPlan } from "../../src/plan/mod.ts";
import type { TlsTexts } from "../../src/transport/mod.ts";
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
import { outcomesOf, UNARY } from "./connect_outcomes.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };
const GRPC = { ":status": 200, "content-type": "application/grpc" };

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
      const transport = openedConnect(
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
          openedConnect(
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

Deno.test({
  name: "openConnect() sends metadata of 100,000 bytes",
  ...CLEAN,
  fn: async () => {
    await using server = await GrpcServer.start((stream) =>
      answerGrpc(stream, 0)
    );
    const headers = Array.from(
      { length: 25 },
      (_, i) => [`x-${i}`, "~".repeat(4000)] as const,
    );
    const outcomes = await outcomesOf({ url: server.url, headers });
    assert.deepEqual(outcomes, ["0"]);
  },
});
