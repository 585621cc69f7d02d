import { openedHttp1 } from "../transport/opened.ts";
import assert from "node:assert/strict";
import { freePort } from "../fixtures/ports.ts";
import { Recorder, testCall, testTarget } from "../transport/support.ts";
import {
  FAULTS,
  httpAnswer,
  type Script,
  startFaultyServer,
} from "./faulty_server.ts";
import { CLEAN, meet, pause } from "./http1_meet.ts";

for (
  const [fault, expected] of [
    ["none", "200"],
    ["closeWithoutAnswer", "closed"],
    ["closeMidHeader", "closed"],
    ["closeMidBody", "truncated"],
    ["closeMidChunk", "truncated"],
    ["resetWithoutAnswer", "reset"],
    ["resetMidBody", "reset"],
    ["junk", "protocol"],
    ["hugeHeader", "too_large"],
    ["hugeBody", "too_large"],
    ["answerTwice", "200"],
    ["answerThenClose", "200"],
  ] as const
) {
  Deno.test({
    name: `openHttp1() meets ${fault} with ${expected}, and sends once`,
    ...CLEAN,
    fn: async () => {
      const { outcomes, requests } = await meet(FAULTS[fault]);
      assert.deepEqual(outcomes, [expected]);
      assert.equal(requests, 1);
    },
  });
}

for (const fault of ["neverAnswer", "byteASecond"] as const) {
  Deno.test({
    name: `openHttp1() meets ${fault} with timeout, and sends once`,
    ...CLEAN,
    fn: async () => {
      const { outcomes, requests } = await meet(FAULTS[fault], {
        timeoutMs: 1000,
      });
      assert.deepEqual(outcomes, ["timeout"]);
      assert.equal(requests, 1);
    },
  });
}

Deno.test({
  name: "openHttp1() tells the failures of connecting apart",
  ...CLEAN,
  fn: async () => {
    for (
      const [url, expected] of [
        ["http://nobody.invalid/", "dns"],
        [`http://127.0.0.1:${freePort()}/`, "refused"],
        ["http://255.255.255.255:8080/", "unreachable"],
      ] as const
    ) {
      const { outcomes, requests } = await meet(FAULTS.none, { url });
      assert.deepEqual(outcomes, [expected], url);
      assert.equal(requests, 0);
    }
  },
});

Deno.test({
  name: "openHttp1() sends a large body whole",
  ...CLEAN,
  fn: async () => {
    const body = "0123456789".repeat(80_000);
    const met = await meet(FAULTS.none, { method: "POST", body, calls: 2 });
    assert.deepEqual(met.outcomes, ["200", "200"]);
    assert.equal(met.requests, 2);
    assert.equal(met.connections, 1);
  },
});

/** A server that reads nothing: on every connection it says `text`, if any. */
function serveDeaf(text: string, options: { closes: boolean }) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const served = (async () => {
    for await (const conn of listener) {
      await conn.write(new TextEncoder().encode(text));
      if (options.closes) conn.close();
      else open.push(conn);
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/`,
    get held() {
      return open.length;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
      for (const conn of open) conn.close();
    },
  };
}

/** More than the system's buffers take from a peer that does not read. */
const ENDLESS_BODY = "x".repeat(30_000_000);

Deno.test({
  name:
    "openHttp1() uses no connection again whose request was not read to its end",
  ...CLEAN,
  fn: async () => {
    await using server = serveDeaf(httpAnswer(413), { closes: false });
    const recorder = new Recorder();
    const target = { method: "POST", body: ENDLESS_BODY, url: server.url };
    const transport = openedHttp1(testTarget(target), recorder);
    for (let i = 1; i <= 2; i++) {
      transport.send(testCall());
      await recorder.until(i);
    }
    await transport.close();
    assert.deepEqual(recorder.outcomes, ["413", "413"]);
    assert.equal(server.held, 2);
  },
});

Deno.test({
  name:
    "openHttp1() fails a request whose peer hangs up while it is being sent",
  ...CLEAN,
  fn: async () => {
    await using server = serveDeaf("", { closes: true });
    const recorder = new Recorder();
    const target = { method: "POST", body: ENDLESS_BODY, url: server.url };
    const transport = openedHttp1(testTarget(target), recorder);
    transport.send(testCall());
    await recorder.until(1);
    await transport.close();
    // Whether the FIN or the RST is seen first is up to the system.
    assert.match(recorder.outcomes[0]!, /^(closed|reset)$/);
    assert.equal(transport.counts.opened, 1);
  },
});

Deno.test({
  name:
    "openHttp1() times set-up only on a new connection, and the first byte always",
  ...CLEAN,
  fn: async () => {
    await using server = await startFaultyServer(FAULTS.none);
    const recorder = new Recorder();
    const transport = openedHttp1(testTarget({ url: server.origin }), recorder);
    const calls = [testCall(), testCall()];
    for (const [i, call] of calls.entries()) {
      call.sentMs = recorder.clock.now();
      transport.send(call);
      await recorder.until(i + 1);
    }
    await transport.close();
    const [first, second] = calls;
    assert.ok(first!.connectMs > 0);
    assert.ok(first!.firstByteMs >= first!.connectMs);
    assert.ok(Number.isNaN(second!.connectMs));
    assert.ok(second!.firstByteMs > 0);
    for (const call of calls) assert.ok(Number.isNaN(call.tlsMs));
  },
});

Deno.test({
  name: "openHttp1() keeps its bound of connections through every fault",
  ...CLEAN,
  fn: async () => {
    // Without what floods, and without a close that may cross with the next
    // request, which the server then never reads.
    const { hugeHeader: _, hugeBody: __, answerThenClose: ___, ...rest } =
      FAULTS;
    const scripts = Object.values(rest);
    const mixed: Script = (request) =>
      scripts[request.index % scripts.length]!(request);
    await using server = await startFaultyServer(mixed);
    const recorder = new Recorder({ connections: 5, maxBodyBytes: 1000 });
    // Time enough to send a request on any machine.
    const target = testTarget({ url: server.origin, timeoutMs: 2000 });
    const transport = openedHttp1(target, recorder);
    let accepted = 0;
    for (let round = 0; accepted < 50; round++) {
      if (transport.send(testCall())) accepted++;
      assert.ok(accepted - recorder.results.length <= 5);
      if (round % 5 === 0) await pause(1);
    }
    await recorder.until(accepted);
    await transport.close();
    assert.equal(recorder.results.length, accepted);
    assert.equal(server.requests, accepted);
  },
});

Deno.test({
  name: "openHttp1() goes on when its server comes back",
  ...CLEAN,
  fn: async () => {
    const recorder = new Recorder();
    const port = freePort();
    const first = await startFaultyServer(FAULTS.none, { port });
    const { origin } = first;
    const transport = openedHttp1(testTarget({ url: origin }), recorder);
    const call = async () => {
      assert.equal(transport.send(testCall()), true);
      await recorder.until(recorder.results.length + 1);
    };
    await call();
    await first[Symbol.asyncDispose]();
    // Whether the free connection is known to be gone is a matter of turns.
    while (recorder.outcomes.at(-1) !== "refused") await call();
    await using second = await startFaultyServer(FAULTS.none, { port });
    await call();
    assert.equal(recorder.outcomes.at(-1), "200");
    assert.equal(second.requests, 1);
    await transport.close();
  },
});
