import assert from "node:assert/strict";
import { FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { Stage } from "./stage.ts";
import { answer200, goaway, turn } from "./support.ts";

Deno.test("Http2Pool replaces a connection that was silent for a whole timeout", async () => {
  const stage = new Stage({ connections: 2 });
  stage.send();
  const silent = await stage.connect();
  silent.receive(answer200(1));
  stage.advance(10);
  stage.send();
  stage.advance(500);
  stage.send();
  stage.advance(500);
  assert.deepEqual(stage.outcomes, ["200", "timeout"]);
  assert.equal(stage.send(), 1);
  assert.equal(stage.dialer.pending, 1);
  // The call that is still open there has its full time.
  silent.receive(answer200(5));
  assert.deepEqual(stage.outcomes, ["200", "timeout", "200"]);
  await turn();
  assert.ok(silent.isClosed);
  await stage.pool.close();
});

Deno.test("Http2Pool gives up a dial when nobody waits for it any more", async () => {
  const stage = new Stage({ connections: 1 });
  stage.send();
  stage.advance(500);
  stage.send();
  stage.advance(500);
  assert.deepEqual(stage.outcomes, ["timeout"]);
  assert.equal(stage.send(), 0, "a dial that takes so long gets no more calls");
  assert.equal(stage.dialer.signals[0]!.aborted, false);
  stage.advance(500);
  assert.deepEqual(stage.outcomes, ["timeout", "timeout"]);
  assert.equal(stage.dialer.signals[0]!.aborted, true);
  assert.equal(stage.send(), 1, "its place is free again");
  await stage.pool.close();
});

Deno.test("Http2Pool ends streams past a GOAWAY as goaway, lets others finish, and goes elsewhere", async () => {
  const stage = new Stage();
  stage.send(3);
  const old = await stage.connect();
  old.receive(goaway(3));
  assert.deepEqual(stage.outcomes, ["goaway"]);
  stage.send();
  assert.equal(stage.dialer.pending, 1);
  const next = await stage.connect();
  old.receive(answer200(1));
  assert.equal(old.isClosed, false);
  old.receive(answer200(3));
  await turn();
  assert.equal(old.isClosed, true);
  next.receive(answer200(1));
  assert.deepEqual(stage.outcomes, ["goaway", "200", "200", "200"]);
  await stage.pool.close();
});

Deno.test("Http2Pool sends a call from inside a goaway's done over a new connection", async () => {
  const stage = new Stage();
  stage.recorder.onDone = () => {
    stage.recorder.onDone = () => {};
    stage.send();
  };
  stage.send(2);
  const old = await stage.connect();
  old.take();
  old.receive(goaway(0));
  assert.deepEqual(stage.outcomes, ["goaway", "goaway"]);
  assert.equal(stage.dialer.pending, 1);
  assert.ok(!old.take().some(({ type }) => type === FRAME.headers));
  await stage.pool.close();
});

Deno.test("Http2Pool understands a graceful shutdown in two steps", async () => {
  const stage = new Stage();
  stage.send(2);
  const socket = await stage.connect();
  socket.receive(goaway(0x7fffffff));
  assert.deepEqual(stage.outcomes, []);
  stage.send();
  assert.equal(stage.dialer.pending, 1);
  socket.receive(answer200(1), goaway(1));
  assert.deepEqual(stage.outcomes, ["200", "goaway"]);
  await stage.pool.close();
});

Deno.test("Http2Pool replaces a connection after its number of requests", async () => {
  const stage = new Stage({ maxRequests: 2 });
  stage.send(3);
  const first = await stage.connect();
  assert.equal(stage.dialer.pending, 1);
  first.receive(answer200(1), answer200(3));
  await turn();
  assert.equal(first.isClosed, true);
  const second = await stage.connect();
  second.receive(answer200(1));
  assert.deepEqual(stage.outcomes, ["200", "200", "200"]);
  await stage.pool.close();
});

Deno.test("Http2Pool replaces a connection past its age", async () => {
  const stage = new Stage({ maxAgeMs: 5000 });
  stage.send();
  const first = await stage.connect();
  first.receive(answer200(1));
  stage.advance(4999);
  stage.send();
  first.receive(answer200(3));
  stage.advance(1);
  stage.send();
  await turn();
  assert.equal(first.isClosed, true);
  assert.equal(stage.dialer.pending, 1);
  assert.deepEqual(stage.outcomes, ["200", "200"]);
  await stage.pool.close();
});

Deno.test("Http2Pool replaces a connection whose identifiers are used up", async () => {
  const stage = new Stage({ firstStream: 0x7ffffffd });
  stage.send();
  const first = await stage.connect();
  assert.equal(stage.send(2), 2);
  assert.equal(stage.dialer.pending, 1);
  const ids = first.take().filter(({ type }) => type === FRAME.headers)
    .map(({ stream }) => stream);
  assert.deepEqual(ids, [0x7ffffffd, 0x7fffffff]);
  first.receive(answer200(0x7ffffffd), answer200(0x7fffffff));
  await turn();
  assert.equal(first.isClosed, true);
  assert.deepEqual(stage.outcomes, ["200", "200"]);
  await stage.pool.close();
});
