import type { ProtocolName } from "../../src/protocol/mod.ts";
import assert from "node:assert/strict";
import { createServer, type ServerHttp2Stream } from "node:http2";
import { connect, createServer as createNetServer } from "node:net";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { loadClient, reach } from "../../src/transport/clients/mod.ts";
import { resolveGrpc } from "../../src/transport/grpc/resolve/mod.ts";
import { startEcho } from "../../src/echo/mod.ts";
import { answerGrpc } from "../transport/law_grpc_server.ts";
import {
  opened,
  outcomeText,
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";

const GRPC = {
  path: "/kar.Test/Call",
  kind: "unary" as const,
  messages: [new Uint8Array(0)],
};

/** A socket in a folder of its own. */
async function openFolder() {
  const folder = await Deno.makeTempDir({ prefix: "kar-unix-" });
  return {
    socket: `${folder}/app.sock`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** What a server on a Unix socket was asked, for every protocol. */
async function serve(protocol: ProtocolName, socket: string) {
  const seen: string[] = [];
  if (protocol === "http") {
    const server = Deno.serve({ path: socket, onListen() {} }, (request) => {
      seen.push(`${request.headers.get("host")} ${request.url}`);
      return new Response("ok");
    });
    return { seen, close: () => server.shutdown() };
  }
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    seen.push(`${headers[":authority"]} ${headers[":path"]}`);
    if (protocol === "grpc") return answerGrpc(stream, 0);
    stream.respond({ ":status": 200 });
    stream.end("ok");
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  return {
    seen,
    close: () => new Promise<void>((closed) => server.close(() => closed())),
  };
}

async function callOnce(target: TargetPlan): Promise<string> {
  const recorder = new Recorder();
  const open = await loadClient(target);
  const transport = opened(
    open,
    target,
    withResolved(recorder, { grpc: GRPC }),
  );
  const call = testCall();
  assert.equal(transport.send(call), true);
  await recorder.until(1);
  await transport.close();
  if (recorder.outcomes[0] !== "refused") assert.ok(call.connectMs >= 0);
  return recorder.outcomes[0]!;
}

for (const protocol of ["http", "http2", "grpc"] as const) {
  Deno.test(`a target on a Unix socket is asked over ${protocol}`, async () => {
    await using folder = await openFolder();
    const { socket } = folder;
    const path = protocol === "grpc" ? "" : ":/a/..//?{x}";
    const target = testTarget({ url: `unix:${socket}${path}`, protocol });
    assert.equal(await callOnce(target), "refused");
    const server = await serve(protocol, socket);
    const expected = protocol === "grpc" ? "0" : "200";
    assert.equal(await callOnce(target), expected);
    await server.close();
    assert.equal(server.seen.length, 1);
    assert.match(server.seen[0]!, /^localhost /);
    if (protocol === "http2") {
      assert.equal(server.seen[0], "localhost /a/..//?%7Bx%7D");
    }
    if (protocol === "grpc") {
      assert.equal(server.seen[0], "localhost /kar.Test/Call");
    }
  });
}

Deno.test("a target on a Unix socket can be reached without being asked", async () => {
  await using folder = await openFolder();
  const { socket } = folder;
  const target = testTarget({ url: `unix:${socket}:/x`, method: "POST" });
  const { clock, expand, limits, userAgent } = new Recorder();
  const context = { clock, expand, limits, userAgent };
  assert.equal(outcomeText(await reach(target, context)), "refused");
  const server = await serve("http", socket);
  assert.equal(outcomeText(await reach(target, context)), "200");
  await server.close();
  assert.deepEqual(server.seen, []);
});

Deno.test("a gRPC server on a Unix socket describes itself", async () => {
  await using folder = await openFolder();
  const { socket } = folder;
  const echo = await startEcho({ port: 0, grpcPort: 0 });
  // The sample server has ports only: bytes are handed to it.
  const bridge = createNetServer((from) => {
    const to = connect(echo.ports.grpc!, "127.0.0.1");
    from.on("error", () => to.destroy()).pipe(to);
    to.on("error", () => from.destroy()).pipe(from);
  });
  await new Promise<void>((listening) => bridge.listen(socket, listening));
  const target = testTarget({
    url: `unix:${socket}`,
    protocol: "grpc",
    grpc: {
      method: "kar.v1.Echo/Echo",
      message: { text: "hi" },
      source: { kind: "reflection" },
    },
  });
  const call = await resolveGrpc(target, {
    expand: (text) => text,
    tls: { ca: null, cert: null, key: null },
  });
  assert.equal(call.path, "/kar.v1.Echo/Echo");
  await new Promise<void>((closed) => bridge.close(() => closed()));
  await echo.shutdown();
});
