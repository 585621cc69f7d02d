import assert from "node:assert/strict";
import { freePort } from "../fixtures/ports.ts";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { reach, type ReachContext } from "../../src/transport/clients/mod.ts";
import { answerGrpc, GrpcServer } from "../transport/law_grpc_server.ts";
import {
  outcomeText,
  realClock,
  TEST_LIMITS,
  testTarget,
} from "../transport/support.ts";
import { until } from "../fixtures/until.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";
import { FAULTS, startFaultyServer } from "./faulty_server.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };
const HEALTH_CHECK = {
  path: "/grpc.health.v1.Health/Check",
  kind: "unary",
  messages: [new Uint8Array(0)],
} as const;

function context(ca: string | null = null): ReachContext {
  return {
    clock: realClock(),
    limits: TEST_LIMITS,
    userAgent: "kar/test (reach)",
    expand: (text) => text,
    resolved: { tls: { ca, cert: null, key: null }, grpc: HEALTH_CHECK },
  };
}

async function reached(
  over: Partial<TargetPlan>,
  ca: string | null = null,
): Promise<string> {
  return outcomeText(await reach(testTarget(over), context(ca)));
}

for (const client of ["wire", "fetch"] as const) {
  Deno.test({
    name: `reach() sends GET and HEAD once, by client ${client}`,
    ...CLEAN,
    fn: async () => {
      for (const method of ["GET", "head"]) {
        await using server = await startFaultyServer(FAULTS.none);
        const over = { client, method, url: server.origin };
        assert.equal(await reached(over), "200");
        assert.equal(server.requests, 1);
        assert.match(server.seen[0]!.head, /user-agent: kar\/test \(reach\)/i);
      }
    },
  });
}

Deno.test({
  name: "reach() sends nothing for methods that may change something",
  ...CLEAN,
  fn: async () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      await using server = await startFaultyServer(FAULTS.none);
      const url = server.origin;
      assert.equal(await reached({ method, url, body: "x" }), "200", method);
      // A server sees it a moment after its client; a test without it ends late.
      await until("it is connected", () => server.connections === 1);
      assert.deepEqual([server.connections, server.requests], [1, 0]);
    }
  },
});

Deno.test({
  name: "reach() shakes hands where the target has TLS",
  ...CLEAN,
  fn: async () => {
    for (
      const [name, ca, expected] of [
        ["server", TEST_CA, "200"],
        ["server", null, "tls"],
        ["expired", TEST_CA, "tls"],
        ["wrongName", TEST_CA, "tls"],
      ] as const
    ) {
      await using server = await startFaultyServer(FAULTS.none, {
        tls: CERTIFICATES[name],
      });
      const over = { method: "POST", url: server.origin };
      assert.equal(await reached(over, ca), expected, name);
    }
  },
});

Deno.test({
  name: "reach() takes any certificate of a target that is insecure",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none, {
      tls: CERTIFICATES.selfSigned,
    });
    const url = server.origin;
    assert.equal(await reached({ url, method: "POST", insecure: true }), "200");
    assert.equal(await reached({ url, insecure: true }), "200");
  },
});

Deno.test({
  name: "reach() tells why a target is not there",
  ...CLEAN,
  fn: async () => {
    for (const method of ["GET", "POST"]) {
      const refused = `http://127.0.0.1:${freePort()}/`;
      assert.equal(await reached({ method, url: refused }), "refused");
      const unknown = "http://nobody.invalid/";
      assert.equal(await reached({ method, url: unknown }), "dns");
    }
  },
});

Deno.test({
  name: "reach() waits no longer than the target's timeout",
  ...CLEAN,
  fn: async () => {
    // A plain server that says nothing to a TLS hello, nor to a GET.
    await using server = await startFaultyServer(FAULTS.neverAnswer);
    const timeoutMs = 100;
    const url = server.origin.replace("http:", "https:");
    assert.equal(await reached({ method: "POST", url, timeoutMs }), "timeout");
    assert.equal(await reached({ url: server.origin, timeoutMs }), "timeout");
  },
});

for (const client of ["wire", "connect"] as const) {
  Deno.test({
    name: `reach() calls gRPC's health check and no other, by client ${client}`,
    ...CLEAN,
    fn: async () => {
      await using server = await GrpcServer.start((stream) =>
        answerGrpc(stream, 0)
      );
      const source = { kind: "reflection" } as const;
      const over = { protocol: "grpc", client, url: server.url } as const;
      const calling = (method: string | null) =>
        reached({ ...over, grpc: { method, source } });
      assert.equal(await calling(null), "0");
      assert.equal(server.requests, 1);
      assert.equal(await calling("shop.v1.Cart/Empty"), "200");
      assert.equal(server.requests, 1);
    },
  });
}

Deno.test({
  name: "reach() never rejects",
  ...CLEAN,
  fn: async () => {
    assert.equal(await reached({ url: "no url" }), "other");
    assert.equal(await reached({ url: "no url", method: "POST" }), "other");
    const headers = [["bad name", "x"]] as const;
    assert.equal(await reached({ headers }), "other");
  },
});
