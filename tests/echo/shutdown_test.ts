import assert from "node:assert/strict";
import { createClient } from "@connectrpc/connect";
import { type EchoServer, startEcho } from "../../src/echo/mod.ts";
import { Health } from "../../src/gen/grpc/health/v1/health_pb.ts";
import { Echo } from "../../src/gen/kar/v1/echo_pb.ts";
import {
  ALL_PORTS,
  arrived,
  ask,
  isRefused,
  once,
  tidyTest,
  withGrpc,
  withServer,
} from "./support.ts";

const JSON_HEADERS = { "content-type": "application/json" };

tidyTest(
  "startEcho() answers what it holds back before it shuts down",
  async () => {
    const latency = { kind: "constant", ms: 60_000 } as const;
    const server = await startEcho({
      port: 0,
      grpcPort: 0,
      faults: { latency },
    });
    const { http, grpc } = server.ports;
    // Connect's protocol by fetch: its gRPC client gives up at the first GOAWAY.
    const h2c = { http1: false, http2: true };
    const post = {
      method: "POST",
      headers: JSON_HEADERS,
      body: '{"text":"hi"}',
    };
    const url = `http://127.0.0.1:${grpc}/kar.v1.Echo/Echo`;
    const waiting = [
      ask(`http://127.0.0.1:${http}/health`, { method: "GET" }, {}),
      ask(url, post, h2c),
    ];
    await arrived(server, 2);
    await server.shutdown();
    const [health, echo] = await Promise.all(waiting);
    assert.equal(health?.status, 200);
    assert.equal(JSON.parse(echo!.text).request.text, "hi");
    assert.ok(await isRefused(http));
    assert.ok(await isRefused(grpc!));
  },
);

tidyTest(
  "startEcho() shuts down although a caller never ends its stream",
  async () => {
    const server = await startEcho({ port: 0, grpcPort: 0 });
    const { grpc } = server.ports;
    await withGrpc(`http://127.0.0.1:${grpc}`, async (transport) => {
      const caller = new AbortController();
      async function* endless() {
        yield {};
        await new Promise((resolve) =>
          caller.signal.addEventListener("abort", resolve)
        );
      }
      const { signal } = caller;
      const called = createClient(Echo, transport)
        .clientStream(endless(), { signal }).catch(String);
      await arrived(server, 1);
      await server.shutdown();
      caller.abort();
      await called;
    });
    assert.ok(await isRefused(grpc!));
  },
);

tidyTest(
  "startEcho() shuts down although connections are open and idle",
  async () => {
    const server = await startEcho(ALL_PORTS);
    const { http, tls, grpc, grpcTls } = server.ports;
    const idle = await Promise.all(
      [http, tls!, grpc!, grpcTls!].map((port) => Deno.connect({ port })),
    );
    // The settings that an HTTP/2 server sends unasked show that it is there.
    assert.ok(await idle[2]!.read(new Uint8Array(100)));
    await server.shutdown();
    for (const connection of idle) connection.close();
  },
);

tidyTest("startEcho() ends a health watch when it shuts down", async () => {
  const server = await startEcho({ port: 0, grpcPort: 0 });
  await withGrpc(`http://127.0.0.1:${server.ports.grpc}`, async (transport) => {
    const seen: number[] = [];
    for await (const { status } of createClient(Health, transport).watch({})) {
      seen.push(status);
      server.shutdown();
    }
    assert.deepEqual(seen, [1]);
  });
  await server.shutdown();
});

tidyTest("startEcho() prints nothing when clients break off", async () => {
  const printed: unknown[] = [];
  const { error, log, warn } = console;
  Object.assign(console, {
    error: (...said: unknown[]) => printed.push(said),
    log: (...said: unknown[]) => printed.push(said),
    warn: (...said: unknown[]) => printed.push(said),
  });
  const latency = { kind: "constant", ms: 100 } as const;
  try {
    await withServer({ ...ALL_PORTS, faults: { latency } }, breakOff);
  } finally {
    Object.assign(console, { error, log, warn });
  }
  assert.deepEqual(printed, []);
});

async function breakOff(server: EchoServer): Promise<void> {
  const { http, grpc } = server.ports;
  const caller = new AbortController();
  const { signal } = caller;
  await withGrpc(`http://127.0.0.1:${grpc}`, async (transport) => {
    const client = createClient(Echo, transport);
    const calls = [
      ask(`http://127.0.0.1:${http}/api/echo`, { signal }, {}),
      client.echo({}, { signal }),
      client.clientStream(once({}), { signal }),
    ];
    await arrived(server, calls.length);
    caller.abort();
    const ends = await Promise.allSettled(calls);
    assert.ok(ends.every(({ status }) => status === "rejected"));
  });
}
