/** Frames on streams that are over: in order for a while, or a breach. */
import assert from "node:assert/strict";
import { ERROR, FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { Stage } from "./stage.ts";
import {
  answer200,
  block,
  concat,
  data,
  frame,
  headers,
  resetStream,
  windowUpdate,
} from "./support.ts";

const OK = { ":status": "200" };

Deno.test("Http2Session ends the connection for what comes behind the end of a stream", async () => {
  const rows: [meaning: string, bytes: Uint8Array][] = [
    ["DATA", data(1, "more")],
    ["empty DATA", data(1, "")],
    ["another answer", answer200(1)],
    ["trailers", headers(1, { "x-a": "b" }, true)],
  ];
  for (const [meaning, bytes] of rows) {
    const stage = new Stage();
    stage.send(2);
    const socket = await stage.connect();
    socket.receive(answer200(1), bytes);
    assert.deepEqual(stage.outcomes, ["200", "protocol"], meaning);
    const goodbye = socket.take().at(-1)!;
    assert.equal(goodbye.payload[7], ERROR.streamClosed, meaning);
    await stage.pool.close();
  }
});

Deno.test("Http2Session bears a reset and window updates behind the end of a stream", async () => {
  const stage = new Stage();
  stage.send(2);
  const socket = await stage.connect();
  socket.receive(answer200(1), windowUpdate(1, 9), resetStream(1, 0));
  socket.receive(answer200(3));
  assert.deepEqual(stage.outcomes, ["200", "200"]);
  await stage.pool.close();
});

Deno.test("Http2Session bears the late answer of a stream that it gave up, whole", async () => {
  const stage = new Stage();
  stage.send(2);
  const socket = await stage.connect();
  // Stream 1 is malformed, and answered all the same.
  socket.receive(headers(1, { "x-no": "status" }));
  socket.receive(headers(1, OK), data(1, "late"));
  socket.receive(headers(1, { "x-trailer": "1" }, true), answer200(3));
  assert.deepEqual(stage.outcomes, ["protocol", "200"]);
  // It has ended now.
  stage.send();
  socket.receive(data(1, "more"));
  assert.deepEqual(stage.outcomes, ["protocol", "200", "protocol"]);
  await stage.pool.close();
});

Deno.test("Http2Session reads the blocks of late answers: they may change the table", async () => {
  const stage = new Stage();
  stage.send(2);
  const socket = await stage.connect();
  socket.receive(headers(1, { "x-no": "status" }));
  const entry = concat(block(OK), Uint8Array.of(0x40, 1, 0x61, 1, 0x62));
  const whole = { flags: 0x5 };
  socket.receive(frame(FRAME.headers, { ...whole, stream: 1, payload: entry }));
  const payload = concat(block(OK), Uint8Array.of(0xbe));
  socket.receive(frame(FRAME.headers, { ...whole, stream: 3, payload }));
  assert.deepEqual(stage.outcomes, ["protocol", "200"]);
  await stage.pool.close();
});

Deno.test("Http2Session holds a peer to the window of a stream that it gave up", async () => {
  const stage = new Stage({ maxBodyBytes: 1 });
  stage.send(2);
  const socket = await stage.connect();
  socket.receive(headers(1, OK), data(1, "too long"));
  assert.deepEqual(stage.outcomes, ["too_large"]);
  const piece = data(1, new Uint8Array(16_384));
  for (let i = 0; i < 1023; i++) socket.receive(piece);
  assert.deepEqual(stage.outcomes, ["too_large"]);
  socket.receive(piece);
  assert.deepEqual(stage.outcomes, ["too_large", "protocol"]);
  const goodbye = socket.take().at(-1)!;
  assert.equal(goodbye.payload[7], ERROR.flowControl);
  await stage.pool.close();
});

Deno.test("Http2Session forgets the oldest of many given up, and is lenient from there on", async () => {
  const stage = new Stage();
  stage.send();
  const socket = await stage.connect();
  for (let id = 1; id < 2401; id += 2) {
    socket.receive(headers(id, { "x-no": "status" }));
    stage.send();
  }
  socket.receive(headers(1, OK, true));
  assert.equal(socket.isClosed, false);
  assert.equal(stage.outcomes.length, 1200);
  await stage.pool.close();
});

Deno.test("Http2Session bears a peer that answers every call just too late", async () => {
  const stage = new Stage();
  stage.send();
  const socket = await stage.connect();
  for (let id = 1; id < 4001; id += 2) {
    stage.advance(1000);
    // Before the next is sent: its answer comes while that waits.
    stage.send();
    stage.advance(100);
    socket.receive(headers(id, OK), data(id, "late"), data(id, "", true));
  }
  assert.deepEqual(new Set(stage.outcomes), new Set(["timeout"]));
  assert.equal(stage.outcomes.length, 2000);
  assert.equal(socket.isClosed, false);
  assert.equal(stage.dialer.signals.length, 1);
  await stage.pool.close();
});
