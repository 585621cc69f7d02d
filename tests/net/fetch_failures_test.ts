import { openedFetch } from "../transport/opened.ts";
import assert from "node:assert/strict";
import { freePort } from "../fixtures/ports.ts";
import type { TargetPlan } from "../../src/plan/mod.ts";
import type { TlsTexts } from "../../src/transport/mod.ts";
import {
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";
import {
  FAULTS,
  httpAnswer,
  type Script,
  startFaultyServer,
} from "./faulty_server.ts";

const TRUST = { ca: TEST_CA };
const CLEAN = { sanitizeOps: true, sanitizeResources: true };

/** Sends `count` calls one after the other; their outcomes. */
async function outcomesOf(
  over: Partial<TargetPlan>,
  options: { tls?: Partial<TlsTexts>; count?: number; maxBodyBytes?: number } =
    {},
): Promise<string[]> {
  const { tls = {}, count = 1, maxBodyBytes = 1000 } = options;
  const recorder = new Recorder({ maxBodyBytes });
  const context = withResolved(recorder, { tls });
  const transport = openedFetch(testTarget(over), context);
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

async function outcomeOfFault(
  script: Script,
  options: { maxBodyBytes?: number; timeoutMs?: number } = {},
): Promise<string> {
  const { timeoutMs = 60_000, ...rest } = options;
  await using server = await startFaultyServer(script);
  const [outcome] = await outcomesOf({ url: server.origin, timeoutMs }, rest);
  assert.equal(server.requests, 1);
  return outcome!;
}

for (
  const [fault, expected] of [
    ["none", "200"],
    ["closeWithoutAnswer", "closed"],
    ["closeMidHeader", "closed"],
    ["closeMidBody", "truncated"],
    ["closeMidChunk", "truncated"],
    ["resetWithoutAnswer", "reset"],
    ["resetMidBody", "truncated"],
    ["junk", "protocol"],
    ["hugeHeader", "too_large"],
    ["hugeBody", "too_large"],
    ["answerTwice", "200"],
  ] as const
) {
  Deno.test({
    name: `openFetch() meets ${fault} with ${expected}`,
    ...CLEAN,
    fn: async () => assert.equal(await outcomeOfFault(FAULTS[fault]), expected),
  });
}

for (const fault of ["neverAnswer", "byteASecond"] as const) {
  Deno.test({
    name: `openFetch() meets ${fault} with timeout`,
    ...CLEAN,
    fn: async () =>
      assert.equal(
        await outcomeOfFault(FAULTS[fault], { timeoutMs: 1000 }),
        "timeout",
      ),
  });
}

Deno.test({
  name: "openFetch() ends a body that stops coming as timeout",
  ...CLEAN,
  fn: async () => {
    const half = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
    const script: Script = () => [{ act: "send", bytes: half }];
    assert.equal(await outcomeOfFault(script, { timeoutMs: 1000 }), "timeout");
  },
});

Deno.test({
  name: "openFetch() bounds a body of unknown length",
  ...CLEAN,
  fn: async () => {
    const chunked = (size: number): Script => () => [{
      act: "send",
      bytes: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" +
        `${size.toString(16)}\r\n${"x".repeat(size)}\r\n0\r\n\r\n`,
    }];
    assert.equal(await outcomeOfFault(chunked(1000)), "200");
    assert.equal(await outcomeOfFault(chunked(1001)), "too_large");
  },
});

Deno.test({
  name: "openFetch() takes no offence at the length that HEAD tells",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(() => [{
      act: "send",
      bytes: "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n",
    }]);
    const over = { url: server.origin, method: "HEAD" };
    assert.deepEqual(await outcomesOf(over), ["200"]);
  },
});

Deno.test({
  name: "openFetch() follows no redirect",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(() => [{
      act: "send",
      bytes:
        "HTTP/1.1 302 Found\r\nlocation: /next\r\ncontent-length: 0\r\n\r\n",
    }]);
    assert.deepEqual(await outcomesOf({ url: server.origin }), ["302"]);
    assert.equal(server.requests, 1);
  },
});

Deno.test({
  name: "openFetch() tells the failures of connecting apart",
  ...CLEAN,
  fn: async () => {
    for (
      const [url, expected] of [
        ["http://nobody.invalid/", "dns"],
        [`http://127.0.0.1:${freePort()}/`, "refused"],
        ["http://255.255.255.255:8080/", "unreachable"],
      ] as const
    ) {
      assert.deepEqual(await outcomesOf({ url }), [expected], url);
    }
  },
});

Deno.test({
  name: "openFetch() verifies certificates",
  ...CLEAN,
  fn: async () => {
    for (
      const [name, expected] of [
        ["server", "200"],
        ["expired", "tls"],
        ["wrongName", "tls"],
        ["selfSigned", "tls"],
      ] as const
    ) {
      await using server = await startFaultyServer(FAULTS.none, {
        tls: CERTIFICATES[name],
      });
      const outcomes = await outcomesOf({ url: server.origin }, { tls: TRUST });
      assert.deepEqual(outcomes, [expected], name);
    }
  },
});

Deno.test({
  name: "openFetch() trusts no root of ours unless told",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none, {
      tls: CERTIFICATES.server,
    });
    assert.deepEqual(await outcomesOf({ url: server.origin }), ["tls"]);
  },
});

Deno.test({
  name: "openFetch() calls a peer that hangs up on TLS a tls failure",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none, {
      onConnect: [{ act: "close" }],
    });
    const url = server.origin.replace("http:", "https:");
    assert.deepEqual(await outcomesOf({ url }), ["tls"]);
  },
});

Deno.test({
  name: "openFetch() calls HTTP/1.1 where HTTP/2 was asked a protocol failure",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none);
    const over = { url: server.origin, protocol: "http2" } as const;
    assert.deepEqual(await outcomesOf(over), ["protocol"]);
  },
});

Deno.test({
  name: "openFetch() hides that a request is sent again: may_resend",
  ...CLEAN,
  fn: async () => {
    // This documents the reason for `mayResend`, not a wish: should it ever
    // fail because nothing is re-sent any more, the warning can go.
    await using server = await startFaultyServer(FAULTS.closeAfterFirst);
    const over = { url: server.origin, method: "POST", body: "x" };
    assert.deepEqual(await outcomesOf(over, { count: 2 }), ["200", "200"]);
    assert.equal(server.requests, 3);
  },
});

Deno.test({
  name: "openFetch() sends the target's method, headers and body, expanded",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(() => [
      { act: "send", bytes: httpAnswer() },
    ]);
    await outcomesOf({
      url: `${server.origin}/a/\${P}?q=1`,
      method: "PUT",
      headers: [["x-token", "${T}"], ["X-Many", "1, 2"], [
        "host",
        "elsewhere.test",
      ]],
      body: "say ${B}",
    });
    const seen = server.seen[0]!;
    const head = seen.head.toLowerCase();
    assert.equal(`${seen.method} ${seen.path}`, "PUT /a/expanded-P?q=1");
    assert.equal(seen.body, "say expanded-B");
    for (
      const line of [
        "x-token: expanded-t",
        "x-many: 1, 2",
        "host: elsewhere.test",
        "user-agent: kar/test (run test)",
        "accept-encoding: identity",
      ]
    ) assert.ok(head.includes(`\r\n${line}`), `${line} in ${head}`);
    assert.ok(!head.includes("content-type"), head);
  },
});

Deno.test({
  name: "openFetch() leaves user-agent and accept-encoding to the target",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none);
    await outcomesOf({
      url: server.origin,
      headers: [["User-Agent", "mine"], ["Accept-Encoding", "br"]],
    });
    const head = server.seen[0]!.head.toLowerCase();
    assert.match(head, /\r\nuser-agent: mine(\r|$)/);
    assert.match(head, /\r\naccept-encoding: br(\r|$)/);
  },
});

Deno.test({
  name: "openFetch() shows its certificate where one is asked for",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none, {
      tls: CERTIFICATES.server,
      clientCa: TEST_CA,
    });
    const own = { ca: TEST_CA, ...CERTIFICATES.client };
    const over = { url: server.origin };
    assert.deepEqual(await outcomesOf(over, { tls: own }), ["200"]);
    // The server's alert comes after the handshake: fetch tells of it, or only
    // that the connection has ended.
    const [refused] = await outcomesOf(over, { tls: TRUST });
    assert.match(refused!, /^(?:tls|closed)$/);
  },
});
