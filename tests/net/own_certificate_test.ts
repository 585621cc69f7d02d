import { openedFetch } from "../transport/opened.ts";
import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { startEcho } from "../../src/echo/mod.ts";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { loadClient, reach } from "../../src/transport/clients/mod.ts";
import { resolveGrpc } from "../../src/transport/grpc/resolve/mod.ts";
import {
  opened,
  outcomeText,
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { CERTIFICATES } from "./certificates.ts";

/** A server whose certificate only its own name among `ca` makes good. */
const OWN = [CERTIFICATES.selfSignedCa, CERTIFICATES.server] as const;
const CALL = {
  path: "/kar.v1.Echo/Echo",
  kind: "unary" as const,
  messages: [new Uint8Array(0)],
};

for (const certificate of OWN) {
  const isSelfSigned = certificate === CERTIFICATES.selfSignedCa;
  const what = isSelfSigned ? "self-signed" : "an authority's leaf";
  Deno.test(`every client but fetch trusts a server's own certificate in ca: ${what}`, async () => {
    const tls = certificate;
    const echo = await startEcho({ port: 0, tlsPort: 0, grpcTlsPort: 0, tls });
    const trust = { ca: certificate.cert, cert: null, key: null };
    const { tls: https, grpcTls } = echo.ports;
    const http = { url: `https://localhost:${https}/health` };
    const grpc = {
      url: `https://localhost:${grpcTls}`,
      protocol: "grpc",
      grpc: {
        method: "kar.v1.Echo/Echo",
        message: {},
        source: { kind: "reflection" },
      },
    } as const;
    try {
      const targets: Partial<TargetPlan>[] = [
        http,
        { ...http, protocol: "http2" },
        grpc,
        { ...grpc, client: "connect" },
      ];
      for (const over of targets) {
        const target = testTarget({ timeoutMs: 5000, ...over });
        const expected = over.protocol === "grpc" ? "0" : "200";
        assert.equal(await outcomeOf(target, trust), expected);
        const none = { ca: null, cert: null, key: null };
        assert.equal(await outcomeOf(target, none), "tls");
        const { clock, expand, limits, userAgent } = new Recorder();
        const context = { clock, expand, limits, userAgent };
        const resolved = { tls: trust, grpc: CALL };
        const post = { ...target, method: "POST" };
        const reached = await reach(post, { ...context, resolved });
        assert.equal(outcomeText(reached), "200");
      }
      const call = await resolveGrpc(testTarget({ ...grpc }), {
        expand: (text) => text,
        tls: trust,
      });
      assert.equal(call.path, CALL.path);
    } finally {
      await echo.shutdown();
    }
  });
}

Deno.test("openFetch() says that only the wire trusts a server's own certificate", async () => {
  const [selfSigned, leaf] = OWN;
  assert.throws(
    () =>
      openedFetch(
        testTarget({ url: "https://localhost/" }),
        withResolved(new Recorder(), { tls: { ca: leaf.cert } }),
      ),
    (error) =>
      error instanceof KarError && error.exit === "config" &&
      /authorities only; use client: wire/.test(error.message),
  );
  // What may be an authority is told when it turns out to be none.
  const echo = await startEcho({ port: 0, tlsPort: 0, tls: selfSigned });
  const url = `https://localhost:${echo.ports.tls}/health`;
  const recorder = new Recorder();
  const tls = { ca: selfSigned.cert };
  const transport = openedFetch(
    testTarget({ url }),
    withResolved(recorder, { tls }),
  );
  transport.send(testCall());
  const [done] = await recorder.until(1);
  await transport.close();
  await echo.shutdown();
  assert.equal(outcomeText(done!.outcome), "tls");
  assert.match(done!.outcome.reason, /client: wire/);
});

async function outcomeOf(
  target: TargetPlan,
  tls: { ca: string | null; cert: null; key: null },
): Promise<string> {
  const recorder = new Recorder();
  const open = await loadClient(target);
  const transport = opened(
    open,
    target,
    withResolved(recorder, { tls, grpc: CALL }),
  );
  assert.equal(transport.send(testCall()), true);
  await recorder.until(1);
  await transport.close();
  return recorder.outcomes[0]!;
}
