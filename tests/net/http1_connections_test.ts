import assert from "node:assert/strict";
import { FAULTS, httpAnswer, type Script } from "./faulty_server.ts";
import { CLEAN, meet, sends } from "./http1_meet.ts";

Deno.test({
  name:
    "openHttp1() never sends a request again when a reused connection closes",
  ...CLEAN,
  fn: async () => {
    // fetch and node:http send these POSTs again: the reason for this client.
    for (const method of ["GET", "POST"]) {
      const { outcomes, requests, connections } = await meet(
        FAULTS.closeAfterFirst,
        { calls: 6, method },
      );
      assert.deepEqual(outcomes, [
        ...["200", "closed", "200", "closed", "200", "closed"],
      ]);
      assert.equal(requests, 6);
      assert.equal(connections, 3);
    }
  },
});

Deno.test({
  name:
    "openHttp1() replaces a connection that closed while it was free, and counts it",
  ...CLEAN,
  fn: async () => {
    const { outcomes, requests, counts } = await meet(FAULTS.answerThenClose, {
      calls: 4,
      settled: ({ idleClosed }, calls) => idleClosed === calls,
    });
    assert.deepEqual(outcomes, ["200", "200", "200", "200"]);
    assert.equal(requests, 4);
    assert.deepEqual(counts, { opened: 4, idleClosed: 4, unasked: 0 });
  },
});

Deno.test({
  name: "openHttp1() gives no call the second of two answers",
  ...CLEAN,
  fn: async () => {
    // `answerTwice` says 200, then 500: no call may ever get the 500.
    const { outcomes, counts } = await meet(FAULTS.answerTwice, { calls: 3 });
    assert.deepEqual(outcomes, ["200", "200", "200"]);
    assert.deepEqual(counts, { opened: 3, idleClosed: 0, unasked: 3 });
  },
});

Deno.test({
  name: "openHttp1() gives up a free connection on which unasked bytes arrive",
  ...CLEAN,
  fn: async () => {
    const late: Script = () => [
      { act: "send", bytes: httpAnswer() },
      { act: "wait", ms: 20 },
      { act: "send", bytes: httpAnswer(500) },
    ];
    const { outcomes, counts } = await meet(late, {
      calls: 2,
      settled: ({ unasked }, calls) => unasked === calls,
    });
    assert.deepEqual(outcomes, ["200", "200"]);
    assert.deepEqual(counts, { opened: 2, idleClosed: 0, unasked: 2 });
  },
});

Deno.test({
  name: "openHttp1() keeps using a connection that is kept alive",
  ...CLEAN,
  fn: async () => {
    const { connections } = await meet(FAULTS.none, { calls: 5 });
    assert.equal(connections, 1);
  },
});

Deno.test({
  name: "openHttp1() replaces a connection after its number of requests",
  ...CLEAN,
  fn: async () => {
    const connection = { maxRequests: 2, maxAgeMs: null };
    const met = await meet(FAULTS.none, { calls: 5, connection });
    assert.equal(met.requests, 5);
    assert.equal(met.connections, 3);
  },
});

Deno.test({
  name: "openHttp1() replaces a connection at its age",
  ...CLEAN,
  fn: async () => {
    const old = { maxRequests: null, maxAgeMs: 20 };
    const options = { calls: 3, pauseMs: 40 };
    const aged = await meet(FAULTS.none, { ...options, connection: old });
    assert.equal(aged.connections, 3);
    const young = { maxRequests: null, maxAgeMs: 60_000 };
    const kept = await meet(FAULTS.none, { ...options, connection: young });
    assert.equal(kept.connections, 1);
  },
});

Deno.test({
  name: "openHttp1() closes where either side asks for it",
  ...CLEAN,
  fn: async () => {
    const byClient = await meet(FAULTS.none, {
      calls: 2,
      headers: [["connection", "close"]],
    });
    assert.equal(byClient.connections, 2);
    const answer = "HTTP/1.1 200 OK\r\nconnection: close\r\n" +
      "content-length: 0\r\n\r\n";
    const byServer = await meet(sends(answer), { calls: 2 });
    assert.equal(byServer.connections, 2);
    assert.deepEqual(byServer.outcomes, ["200", "200"]);
  },
});

Deno.test({
  name: "openHttp1() takes an answer that ends with its connection",
  ...CLEAN,
  fn: async () => {
    const script: Script = () => [
      { act: "send", bytes: "HTTP/1.1 200 OK\r\n\r\nsome" },
      { act: "wait", ms: 10 },
      { act: "send", bytes: "thing" },
      { act: "close" },
    ];
    assert.deepEqual((await meet(script)).outcomes, ["200"]);
    const tooLarge = await meet(script, { maxBodyBytes: 8 });
    assert.deepEqual(tooLarge.outcomes, ["too_large"]);
  },
});
