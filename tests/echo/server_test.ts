import assert from "node:assert/strict";
import { Code, createClient } from "@connectrpc/connect";
import { KarError } from "../../src/base/mod.ts";
import {
  DEMO_TLS,
  type EchoOptions,
  startEcho,
  startEchoInWorker,
} from "../../src/echo/mod.ts";
import { Echo } from "../../src/gen/kar/v1/echo_pb.ts";
import {
  ALL_PORTS,
  get,
  isRefused,
  tidyTest,
  withGrpc,
  withServer,
} from "./support.ts";

const STARTS = { startEcho, startEchoInWorker };

for (const [name, start] of Object.entries(STARTS)) {
  tidyTest(
    `${name}() answers on every port and counts every request`,
    async () => {
      const server = await start(ALL_PORTS);
      const { http, tls, grpc } = server.ports;
      await get(`http://127.0.0.1:${http}/health`);
      const caCerts = [DEMO_TLS.cert];
      await get(`https://127.0.0.1:${tls}/health`, { caCerts });
      await withGrpc(`http://127.0.0.1:${grpc}`, async (transport) => {
        const { request } = await createClient(Echo, transport).echo({
          text: "hi",
        });
        assert.equal(request?.text, "hi");
      });
      const { total, routes, arrivals } = await server.stats();
      assert.equal(total, 3);
      assert.equal(arrivals.counts.reduce((a, b) => a + b), 3);
      assert.deepEqual(routes, [
        { method: "GET", path: "/health", count: 2 },
        { method: "POST", path: "/kar.v1.Echo/Echo", count: 1 },
      ]);
      await server.shutdown();
    },
  );

  tidyTest(
    `${name}() keeps its counts after a shutdown, which may come twice`,
    async () => {
      const server = await start({ port: 0 });
      await get(`http://127.0.0.1:${server.ports.http}/health`);
      await Promise.all([server.shutdown(), server.shutdown()]);
      await server.shutdown();
      assert.equal((await server.stats()).total, 1);
      assert.ok(await isRefused(server.ports.http));
    },
  );

  tidyTest(
    `${name}() names address and flag of a port that is in use, and leaves nothing open`,
    async () => {
      using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
      const { port } = taken.addr;
      const rows: [EchoOptions, string][] = [
        [{ port }, "--port"],
        [{ port: 0, tlsPort: port }, "--tls-port"],
        [{ port: 0, grpcPort: port }, "--grpc-port"],
        [
          { port: 0, tlsPort: 0, grpcPort: 0, grpcTlsPort: port },
          "--grpc-tls-port",
        ],
      ];
      for (const [options, flag] of rows) {
        await assert.rejects(start(options), (error) => {
          assert.ok(error instanceof KarError);
          assert.equal(error.exit, "cannotStart");
          assert.equal(
            error.message,
            `Cannot listen on 127.0.0.1:${port}: the port is in use; choose another port with ${flag}, 0 takes a free one`,
          );
          return true;
        });
      }
    },
  );

  tidyTest(`${name}() refuses faults that cannot be meant`, async () => {
    await assert.rejects(
      start({ port: 0, faults: { errorShare: 2 } }),
      (error) => error instanceof KarError && error.exit === "usage",
    );
  });
}

tidyTest(
  "startEchoInWorker() ends its thread, whether it could start or not",
  async () => {
    let begun = 0;
    let ended = 0;
    const Original = globalThis.Worker;
    globalThis.Worker = class extends Original {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        begun++;
      }
      override terminate(): void {
        super.terminate();
        ended++;
      }
    };
    try {
      await (await startEchoInWorker({ port: 0 })).shutdown();
      await assert.rejects(startEchoInWorker({ port: -1 }), KarError);
    } finally {
      globalThis.Worker = Original;
    }
    assert.deepEqual([begun, ended], [2, 2]);
  },
);

tidyTest(
  "startEcho() says what is wrong with a certificate that is none",
  async () => {
    const tls = { ...DEMO_TLS, key: "not PEM" };
    await assert.rejects(
      startEcho({ port: 0, grpcTlsPort: 0, tls }),
      (error) => {
        assert.ok(error instanceof KarError);
        assert.equal(error.exit, "cannotStart");
        assert.match(
          error.message,
          /^Cannot use the TLS certificate and key: No keys/,
        );
        return true;
      },
    );
  },
);

tidyTest(
  "startEcho() counts exactly under many connections at once",
  async () => {
    await withServer({ grpcPort: 0 }, async ({ ports, stats }) => {
      const url = `http://127.0.0.1:${ports.http}/api/echo`;
      const asked = Array.from({ length: 200 }, () => get(url));
      await withGrpc(`http://127.0.0.1:${ports.grpc}`, async (transport) => {
        const client = createClient(Echo, transport);
        const called = Array.from({ length: 50 }, () => client.echo({}));
        await Promise.all([...asked, ...called]);
      });
      const { total, arrivals } = await stats();
      assert.equal(total, 250);
      assert.equal(arrivals.counts.reduce((a, b) => a + b), 250);
    });
  },
);

tidyTest("startEcho() applies one set of faults to HTTP and gRPC", async () => {
  const faults = {
    errorShare: 1,
    latency: { kind: "constant", ms: 5 },
  } as const;
  await withServer({ grpcPort: 0, faults }, async ({ ports, stats }) => {
    const url = `http://127.0.0.1:${ports.http}/health`;
    assert.equal((await get(url)).status, 500);
    await withGrpc(`http://127.0.0.1:${ports.grpc}`, async (transport) => {
      await assert.rejects(createClient(Echo, transport).echo({}), {
        code: Code.Unavailable,
      });
    });
    assert.equal((await stats()).refused, 2);
  });
});

tidyTest(
  "startEcho() answers nothing in a stall, and everything after it",
  async () => {
    const stall = { afterMs: 0, durationMs: 300, everyMs: null };
    await withServer({ grpcPort: 0, faults: { stall } }, async ({ ports }) => {
      const begin = performance.now();
      const doneMs: number[] = [];
      const done = () => doneMs.push(performance.now() - begin);
      await withGrpc(`http://127.0.0.1:${ports.grpc}`, async (transport) => {
        await Promise.all([
          get(`http://127.0.0.1:${ports.http}/health`).then(done),
          get(`http://127.0.0.1:${ports.http}/api/users`).then(done),
          createClient(Echo, transport).echo({}).then(done),
        ]);
      });
      assert.equal(doneMs.length, 3);
      assert.ok(Math.min(...doneMs) >= stall.durationMs - 1, `${doneMs}`);
    });
  },
);
