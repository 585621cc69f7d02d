import { openedHttp1 } from "../transport/opened.ts";
import assert from "node:assert/strict";
import type { TargetPlan } from "../../src/plan/mod.ts";
import type { TlsTexts } from "../../src/transport/mod.ts";
import {
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";
import { FAULTS, startFaultyServer } from "./faulty_server.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };
const TRUST: TlsTexts = { ca: TEST_CA, cert: null, key: null };

/** The outcome of one call, and the call. */
async function callOnce(over: Partial<TargetPlan>, tls?: TlsTexts) {
  const recorder = new Recorder();
  const transport = openedHttp1(
    testTarget(over),
    withResolved(recorder, tls === undefined ? {} : { tls }),
  );
  const call = testCall();
  try {
    assert.equal(transport.send(call), true);
    await recorder.until(1);
  } finally {
    await transport.close();
  }
  return { outcome: recorder.outcomes[0], call };
}

for (
  const [name, verified] of [
    ["server", "200"],
    ["expired", "tls"],
    ["wrongName", "tls"],
    ["selfSigned", "tls"],
  ] as const
) {
  Deno.test({
    name: `openHttp1() meets the certificate ${name} with ${verified}`,
    ...CLEAN,
    fn: async () => {
      await using server = await startFaultyServer(FAULTS.none, {
        tls: CERTIFICATES[name],
      });
      const { outcome } = await callOnce({ url: server.origin }, TRUST);
      assert.equal(outcome, verified);
      assert.equal(server.requests, verified === "200" ? 1 : 0);
    },
  });

  Deno.test({
    name: `openHttp1() takes the certificate ${name} when told insecure`,
    ...CLEAN,
    fn: async () => {
      await using server = await startFaultyServer(FAULTS.none, {
        tls: CERTIFICATES[name],
      });
      const over = { url: server.origin, insecure: true };
      assert.equal((await callOnce(over)).outcome, "200");
    },
  });
}

Deno.test({
  name: "openHttp1() trusts no root of ours unless told",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none, {
      tls: CERTIFICATES.server,
    });
    assert.equal((await callOnce({ url: server.origin })).outcome, "tls");
  },
});

Deno.test({
  name: "openHttp1() checks the server name that the target gives",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none, {
      tls: CERTIFICATES.wrongName,
    });
    const plan = { ca: null, cert: null, key: null };
    const named = (serverName: string) => ({
      url: server.origin,
      tls: { ...plan, serverName },
    });
    const right = await callOnce(named("elsewhere.test"), TRUST);
    assert.equal(right.outcome, "200");
    const wrong = await callOnce(named("localhost"), TRUST);
    assert.equal(wrong.outcome, "tls");
  },
});

Deno.test({
  name: "openHttp1() shows its certificate where one is asked for",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none, {
      tls: CERTIFICATES.server,
      clientCa: TEST_CA,
    });
    const own = { ca: TEST_CA, ...CERTIFICATES.client };
    const over = { url: server.origin };
    assert.equal((await callOnce(over, own)).outcome, "200");
    assert.equal((await callOnce(over, TRUST)).outcome, "tls");
    assert.equal(server.requests, 1);
  },
});

Deno.test({
  name: "openHttp1() calls a peer that hangs up on TLS a tls failure",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none, {
      onConnect: [{ act: "close" }],
    });
    const url = server.origin.replace("http:", "https:");
    assert.equal((await callOnce({ url })).outcome, "tls");
  },
});

Deno.test({
  name: "openHttp1() times TCP and TLS apart",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none, {
      tls: CERTIFICATES.server,
    });
    const { call } = await callOnce({ url: server.origin }, TRUST);
    assert.ok(call.connectMs > 0);
    assert.ok(call.tlsMs > 0);
  },
});

for (
  const [fault, expected] of [
    ["closeWithoutAnswer", "closed"],
    ["closeMidBody", "truncated"],
    ["answerTwice", "200"],
    ["hugeHeader", "too_large"],
    ["junk", "protocol"],
  ] as const
) {
  Deno.test({
    name: `openHttp1() over TLS meets ${fault} with ${expected}`,
    ...CLEAN,
    fn: async () => {
      await using server = await startFaultyServer(FAULTS[fault], {
        tls: CERTIFICATES.server,
      });
      const { outcome } = await callOnce({ url: server.origin }, TRUST);
      assert.equal(outcome, expected);
      assert.equal(server.requests, 1);
    },
  });
}
