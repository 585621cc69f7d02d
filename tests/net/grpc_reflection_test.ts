/** Calls to the sample server, from a method's name to its answer. */
import {
  openedConnect,
  openedGrpc,
  type OpenTested,
} from "../transport/opened.ts";
import assert from "node:assert/strict";
import { freePort } from "../fixtures/ports.ts";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { startEcho } from "../../src/echo/mod.ts";
import { ServerReflection as ReflectionAlpha } from "../../src/gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { file_kar_v1_echo } from "../../src/gen/kar/v1/echo_pb.ts";
import type { GrpcPlan, Json, TargetPlan } from "../../src/plan/mod.ts";
import { TargetFaults } from "../../src/transport/mod.ts";
import { resolveGrpc } from "../../src/transport/grpc/resolve/mod.ts";
import { answerGrpc, GrpcServer } from "../transport/law_grpc_server.ts";
import {
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";

const NO_TLS = { ca: null, cert: null, key: null };
const expand = (text: string) => text.replaceAll("${V}", "expanded");

function target(url: string, grpc: Partial<GrpcPlan>): TargetPlan {
  return testTarget({
    url,
    protocol: "grpc",
    method: "POST",
    grpc: {
      method: null,
      source: { kind: "reflection" },
      ...grpc,
    },
  });
}

async function callOnce(
  open: OpenTested,
  plan: TargetPlan,
  tls = NO_TLS,
): Promise<string> {
  const grpc = await resolveGrpc(plan, { expand, tls });
  const recorder = new Recorder();
  const transport = open(plan, withResolved(recorder, { grpc, tls }));
  transport.send(testCall());
  await recorder.until(1);
  await transport.close();
  return recorder.outcomes[0]!;
}

const CALLS: readonly (readonly [string | null, Json, string])[] = [
  [null, {}, "0"],
  [null, { service: "kar.v1.Echo" }, "0"],
  [null, { service: "nobody" }, "5"],
  ["kar.v1.Echo/Echo", { text: "a", at: "2024-01-02T03:04:05Z" }, "0"],
  ["kar.v1.Echo/Echo", { reply: { status: 7 } }, "7"],
  ["kar.v1.Echo/ServerStream", { reply: { count: 20 } }, "0"],
  ["kar.v1.Echo/ServerStream", { reply: { count: 2, status: 9 } }, "9"],
  ["kar.v1.Echo/ClientStream", [{}, { number: 1 }, {}], "0"],
  ["kar.v1.Echo/BidiStream", [{ text: "${V}" }, { text: "b" }], "0"],
];

Deno.test("resolveGrpc() finds methods by reflection, and both clients call them", async () => {
  const echo = await startEcho({ port: 0, grpcPort: 0 });
  const url = `http://127.0.0.1:${echo.ports.grpc}`;
  try {
    for (const [method, message, outcome] of CALLS) {
      const plan = target(url, { method, message });
      const what = `${method} ${JSON.stringify(message)}`;
      assert.equal(await callOnce(openedGrpc, plan), outcome, what);
      assert.equal(await callOnce(openedConnect, plan), outcome, what);
    }
  } finally {
    await echo.shutdown();
  }
});

Deno.test("resolveGrpc() reflects over TLS, verified unless told not to", async () => {
  const tls = CERTIFICATES.server;
  const echo = await startEcho({ port: 0, grpcTlsPort: 0, tls });
  const url = `https://127.0.0.1:${echo.ports.grpcTls}`;
  const plan = target(url, { method: "kar.v1.Echo/Echo" });
  try {
    const trust = { ...NO_TLS, ca: TEST_CA };
    const trusted = resolveGrpc(plan, { expand, tls: trust });
    assert.equal((await trusted).path, "/kar.v1.Echo/Echo");
    const insecure = { ...plan, insecure: true };
    await resolveGrpc(insecure, { expand, tls: NO_TLS });
    await assert.rejects(
      resolveGrpc(plan, { expand, tls: NO_TLS }),
      { name: "KarError", exit: "noAnswer", message: /grpc\.reflection: / },
    );
  } finally {
    await echo.shutdown();
  }
});

/** Methods of services that the sample server does not have, and what is said. */
const UNKNOWN_SERVICES: readonly (readonly [method: string, says: RegExp])[] = [
  // Its last word is another's: in no package, in another, and misspelt.
  [
    "kar.Echo/Echo",
    /^the server has no service kar\.Echo, did you mean kar\.v1\.Echo\? It has .*kar\.v1\.Echo/,
  ],
  ["Echo/Echo", /has no service Echo, did you mean kar\.v1\.Echo\? It has /],
  ["kar.v1.Ehco/Echo", /service kar\.v1\.Ehco, did you mean kar\.v1\.Echo\?/],
  [
    "shop.v1.Orders/Create",
    /^the server has no service shop\.v1\.Orders; it has .*kar\.v1\.Echo/,
  ],
];

Deno.test("resolveGrpc() names what reflection does not know, and what there is", async () => {
  const echo = await startEcho({ port: 0, grpcPort: 0 });
  const url = `http://127.0.0.1:${echo.ports.grpc}`;
  try {
    for (const [method, says] of UNKNOWN_SERVICES) {
      await assert.rejects(
        resolveGrpc(target(url, { method }), { expand, tls: NO_TLS }),
        (error) => {
          assert.ok(error instanceof TargetFaults);
          assert.equal(error.exit, "config");
          const { path, message } = error.faults[0]!;
          assert.deepEqual(path, ["grpc", "method"]);
          assert.match(message, says);
          return true;
        },
      );
    }
    await assert.rejects(
      resolveGrpc(target(url, { method: "kar.v1.Echo/Nope" }), {
        expand,
        tls: NO_TLS,
      }),
      { exit: "config", message: /has no method Nope; there is Echo, / },
    );
  } finally {
    await echo.shutdown();
  }
});

Deno.test("resolveGrpc() tells a server that cannot be asked from one that cannot tell", async () => {
  const nobody = `http://127.0.0.1:${freePort()}`;
  const method = "a.B/C";
  await assert.rejects(
    resolveGrpc(target(nobody, { method }), { expand, tls: NO_TLS }),
    { exit: "noAnswer", message: /ECONNREFUSED.*; give grpc\.proto or/ },
  );
  const unimplemented = 12;
  await using server = await GrpcServer.start((stream) =>
    answerGrpc(stream, unimplemented)
  );
  await assert.rejects(
    resolveGrpc(target(server.url, { method }), { expand, tls: NO_TLS }),
    { exit: "config", message: /does not describe itself; give grpc\.proto/ },
  );
  // Once for v1, once for v1alpha.
  assert.equal(server.requests, 2);
});

/** A server that knows v1alpha alone, and of that only what it has to. */
async function serveAlpha() {
  const file = toBinary(FileDescriptorProtoSchema, file_kar_v1_echo.proto);
  const server = createServer(connectNodeAdapter({
    routes: (router) =>
      router.service(ReflectionAlpha, {
        async *serverReflectionInfo(requests) {
          for await (const { messageRequest } of requests) {
            assert.equal(messageRequest.case, "fileContainingSymbol");
            yield {
              messageResponse: {
                case: "fileDescriptorResponse",
                value: { fileDescriptorProto: [file] },
              },
            };
          }
        },
      }),
  }));
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

Deno.test("resolveGrpc() asks by v1alpha where there is no v1", async () => {
  await using server = await serveAlpha();
  const plan = target(server.url, { method: "kar.v1.Echo/BidiStream" });
  const call = await resolveGrpc(plan, { expand, tls: NO_TLS });
  assert.equal(call.kind, "bidi_streaming");
});
