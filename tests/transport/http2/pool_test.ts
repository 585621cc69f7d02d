import assert from "node:assert/strict";
import { FLAG, FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { assertEachDoneOnce } from "../support.ts";
import { Stage } from "./stage.ts";
import { answer200, headers, resetStream, settings, turn } from "./support.ts";

const MAX_STREAMS = 3;

Deno.test("Http2Pool sends settings and requests at once, many on one connection", async () => {
  const stage = new Stage();
  assert.equal(stage.send(3), 3);
  const socket = await stage.dialer.connect();
  const written = socket.take();
  assert.deepEqual(
    written.map(({ type, stream }) => [type, stream]),
    [
      [FRAME.settings, 0],
      [FRAME.windowUpdate, 0],
      [FRAME.headers, 1],
      [FRAME.headers, 3],
      [FRAME.headers, 5],
    ],
  );
  assert.equal(written[2]!.flags, FLAG.endHeaders | FLAG.endStream);
  socket.receive(settings(), answer200(3), answer200(1), answer200(5));
  assert.deepEqual(stage.outcomes, ["200", "200", "200"]);
  assert.equal(stage.dialer.signals.length, 1);
  await stage.pool.close();
});

Deno.test("Http2Pool assumes 100 streams until it knows better", async () => {
  const stage = new Stage({ connections: 2 });
  assert.equal(stage.send(250), 200);
  assert.equal(stage.dialer.pending, 2);
  await stage.pool.close();
});

Deno.test("Http2Pool keeps to the peer's number of streams and opens more connections", async () => {
  const stage = new Stage({ connections: 2 });
  stage.send();
  const first = await stage.connect({ 3: MAX_STREAMS });
  assert.equal(stage.send(2), 2);
  assert.equal(stage.dialer.pending, 0);
  assert.equal(stage.send(), 1);
  const second = await stage.connect({ 3: MAX_STREAMS });
  assert.equal(stage.send(5), 2);
  first.receive(answer200(1));
  assert.equal(stage.send(2), 1);
  second.receive(settings({ 3: MAX_STREAMS + 1 }));
  assert.equal(stage.send(2), 1);
  await stage.pool.close();
});

Deno.test("Http2Pool takes silence about the number of streams for no limit", async () => {
  const stage = new Stage({ connections: 1 });
  stage.send();
  await stage.connect();
  assert.equal(stage.send(500), 500);
  await stage.pool.close();
});

Deno.test("Http2Pool takes no call where the peer allows no stream", async () => {
  const stage = new Stage({ connections: 1 });
  stage.send();
  const socket = await stage.connect({ 3: 0 });
  socket.receive(answer200(1));
  assert.equal(stage.send(), 0);
  await stage.pool.close();
});

Deno.test("Http2Pool times the parts of a call", async () => {
  const stage = new Stage();
  stage.send(2);
  stage.advance(5);
  const socket = await stage.connect();
  stage.advance(7);
  socket.receive(answer200(1), answer200(3));
  const [first, second] = stage.recorder.results;
  assert.equal(first!.call.connectMs, 3);
  assert.equal(first!.call.firstByteMs, 12);
  // One connection was set up, so one call has it.
  assert.equal(second!.call.connectMs, NaN);
  assert.equal(second!.call.firstByteMs, 12);
  await stage.pool.close();
});

Deno.test("Http2Pool ends late calls as timeout and resets their streams", async () => {
  const stage = new Stage();
  stage.send(2);
  const socket = await stage.connect();
  stage.advance(600);
  stage.send();
  socket.receive(answer200(1));
  socket.take();
  stage.advance(400);
  assert.deepEqual(stage.outcomes, ["200", "timeout"]);
  const [reset] = socket.take();
  assert.deepEqual([reset!.type, reset!.stream], [FRAME.resetStream, 3]);
  // What the peer had already sent for it is no fault.
  socket.receive(answer200(3), answer200(5));
  assert.deepEqual(stage.outcomes, ["200", "timeout", "200"]);
  assert.equal(stage.dialer.signals.length, 1);
  await stage.pool.close();
});

Deno.test("Http2Pool ends all that waited when a dial fails", async () => {
  const stage = new Stage();
  stage.send(3);
  await stage.dialer.fail("refused");
  assert.deepEqual(stage.outcomes, ["refused", "refused", "refused"]);
  stage.send();
  assert.equal(stage.dialer.signals.length, 2);
  await stage.pool.close();
});

Deno.test("Http2Pool ends open calls with the reason of a lost connection, and sends nothing again", async () => {
  for (const why of ["closed", "reset"] as const) {
    const stage = new Stage();
    stage.send(3);
    const socket = await stage.connect();
    socket.receive(answer200(1), headers(3, { ":status": "200" }));
    socket.end(why);
    const half = why === "closed" ? "truncated" : why;
    assert.deepEqual(stage.outcomes, ["200", half, why]);
    assert.equal(stage.dialer.signals.length, 1);
    stage.send();
    assert.equal(stage.dialer.signals.length, 2);
    await stage.pool.close();
  }
});

Deno.test("Http2Pool lets a lost idle connection go without a word", async () => {
  const stage = new Stage();
  stage.send();
  const socket = await stage.connect();
  socket.receive(answer200(1));
  socket.end();
  assert.deepEqual(stage.outcomes, ["200"]);
  stage.send();
  const next = await stage.connect();
  next.receive(answer200(1));
  assert.deepEqual(stage.outcomes, ["200", "200"]);
  await stage.pool.close();
});

Deno.test("Http2Pool ends a stream that the peer resets as reset, whatever the code", async () => {
  const stage = new Stage();
  stage.send(4);
  const socket = await stage.connect();
  const [none, refused, cancel, internal] = [0, 7, 8, 2];
  socket.receive(
    resetStream(1, none),
    resetStream(3, refused),
    headers(5, { ":status": "200" }),
    resetStream(5, cancel),
    resetStream(7, internal),
    resetStream(7, internal),
  );
  assert.deepEqual(stage.outcomes, ["reset", "reset", "reset", "reset"]);
  assert.equal(stage.dialer.signals.length, 1);
  await stage.pool.close();
});

Deno.test("Http2Pool wants h2 by ALPN over TLS", async () => {
  for (const alpn of ["http/1.1", null]) {
    const stage = new Stage({ isTls: true });
    Object.assign(stage.dialer, { alpn });
    stage.send(2);
    const socket = await stage.dialer.connect();
    assert.deepEqual(stage.outcomes, ["protocol", "protocol"]);
    assert.equal(socket.isClosed, true);
    await stage.pool.close();
  }
});

Deno.test("Http2Pool ends everything as aborted when it closes, exactly once", async () => {
  const stage = new Stage({ connections: 2 });
  stage.send(101);
  const open = await stage.connect();
  open.receive(answer200(1));
  const closed = stage.pool.close();
  assert.equal(stage.send(), 0);
  await closed;
  await stage.pool.close();
  await turn();
  assert.equal(open.isClosed, true);
  assert.equal(stage.clock.waiting, 0);
  const calls = stage.recorder.results.map(({ call }) => call);
  assert.equal(calls.length, 101);
  assertEachDoneOnce(calls, stage.recorder.results);
  assert.deepEqual(stage.outcomes, ["200", ...Array(100).fill("aborted")]);
});

Deno.test("Http2Pool may be closed from inside done", async () => {
  const stage = new Stage();
  stage.send(3);
  const socket = await stage.connect();
  stage.recorder.onDone = () => void stage.pool.close();
  socket.receive(answer200(1), answer200(3), answer200(5));
  assert.deepEqual(stage.outcomes, ["200", "aborted", "aborted"]);
  await stage.pool.close();
});

Deno.test("Http2Pool closes a socket that comes after it was closed", async () => {
  const stage = new Stage();
  stage.send();
  const connected = stage.dialer.connect();
  const closed = stage.pool.close();
  const socket = await connected;
  await closed;
  assert.equal(socket.isClosed, true);
  assert.deepEqual(socket.take(), []);
  assert.deepEqual(stage.outcomes, ["aborted"]);
});
