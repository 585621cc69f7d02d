import assert from "node:assert/strict";
import fc from "fast-check";
import {
  FLAG,
  FRAME,
  FrameReader,
} from "../../../src/transport/http2/framing/mod.ts";
import { assertEachDoneOnce } from "../support.ts";
import { Stage } from "./stage.ts";
import {
  answer200,
  block,
  concat,
  data,
  frame,
  goaway,
  headers,
  resetStream,
  settings,
  windowUpdate,
} from "./support.ts";

/** A bit of everything that a peer may say to six calls. */
const RECORDED = concat(
  settings({ 1: 0, 3: 100, 4: 1000, 5: 20_000 }),
  windowUpdate(0, 100_000),
  frame(FRAME.settings, { flags: FLAG.ack }),
  headers(3, { ":status": "103" }),
  headers(3, { ":status": "404", "content-length": "5" }),
  data(3, "he"),
  frame(FRAME.ping, { payload: new Uint8Array(8) }),
  answer200(1),
  data(3, "llo", true),
  frame(FRAME.headers, {
    stream: 5,
    payload: block({ ":status": "201" }).subarray(0, 1),
  }),
  frame(FRAME.continuation, {
    stream: 5,
    flags: FLAG.endHeaders,
    payload: block({ ":status": "201" }).subarray(1),
  }),
  frame(FRAME.data, {
    stream: 5,
    flags: FLAG.padded,
    payload: Uint8Array.of(2, 1, 0, 0),
  }),
  resetStream(7, 7),
  headers(5, { "x-trailer": "1" }, true),
  goaway(9),
  data(9, "too soon", true),
);
const OUTCOMES = ["200", "404", "reset", "201", "goaway", "protocol"];

/** What six calls come to when the peer's bytes come in these pieces. */
async function outcomesOf(pieces: readonly Uint8Array[]): Promise<string[]> {
  const stage = new Stage();
  stage.send(6);
  const socket = await stage.dialer.connect();
  for (const piece of pieces) socket.receive(piece);
  await stage.pool.close();
  return stage.outcomes;
}

Deno.test("Http2Pool comes to the same wherever the peer's bytes are cut", async () => {
  assert.deepEqual(await outcomesOf([RECORDED]), OUTCOMES);
  for (let at = 1; at < RECORDED.length; at++) {
    const pieces = [RECORDED.subarray(0, at), RECORDED.subarray(at)];
    assert.deepEqual(await outcomesOf(pieces), OUTCOMES, `cut at ${at}`);
  }
  const single = Array.from(RECORDED, (byte) => Uint8Array.of(byte));
  assert.deepEqual(await outcomesOf(single), OUTCOMES);
});

Deno.test("Http2Pool ends every call once, wherever the peer's bytes end", async () => {
  for (let at = 0; at < RECORDED.length; at++) {
    const stage = new Stage();
    stage.send(6);
    const socket = await stage.dialer.connect();
    socket.receive(RECORDED.subarray(0, at));
    socket.end();
    assert.equal(stage.outcomes.length, 6, `ended at ${at}`);
    const calls = stage.recorder.results.map(({ call }) => call);
    assertEachDoneOnce(calls, stage.recorder.results);
    await stage.pool.close();
  }
});

/** Frames that are often nearly right. */
const anyFrame = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(answer200(1), answer200(3)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.integer({ min: 0, max: 10 }),
      flags: fc.constantFrom(0, 1, 4, 5, 8, 0x20, 0x2d, 0xff),
      stream: fc.constantFrom(0, 0, 1, 1, 3, 5, 6, 7),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 20 }),
        fc.constantFrom(
          block({ ":status": "200" }),
          block({ "grpc-status": "0" }),
          new Uint8Array(4).fill(1),
          new Uint8Array(8),
        ),
      ),
    }).map(({ type, ...rest }) => frame(type, rest)),
  },
);

Deno.test("Http2Pool bears any frames: each call ends once, nothing is thrown, little is said", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyFrame, { maxLength: 40 }),
      fc.integer({ min: 1, max: 64 }),
      async (frames, size) => {
        const stage = new Stage({ body: new Uint8Array(100) });
        stage.send(3);
        const socket = await stage.connect();
        const bytes = concat(...frames);
        for (let at = 0; at < bytes.length; at += size) {
          socket.receive(bytes.subarray(at, at + size));
        }
        assert.ok(socket.take().length <= 2 * frames.length + 10);
        await stage.pool.close();
        const calls = stage.recorder.results.map(({ call }) => call);
        assert.equal(calls.length, 3);
        assertEachDoneOnce(calls, stage.recorder.results);
        assert.equal(stage.clock.waiting, 0);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("FrameReader gives the same frames however their bytes are cut", () => {
  const frames = fc.array(
    fc.record({
      type: fc.nat(255),
      flags: fc.nat(255),
      stream: fc.nat(0x7fffffff),
      payload: fc.uint8Array({ maxLength: 100 }),
    }, { noNullPrototype: true }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(frames, fc.array(fc.nat(800)), (sent, cuts) => {
      const bytes = concat(...sent.map(({ type, ...f }) => frame(type, f)));
      const seen: unknown[] = [];
      const reader = new FrameReader();
      let from = 0;
      for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
        const piece = bytes.slice(from, Math.min(to, bytes.length));
        from = Math.max(from, Math.min(to, bytes.length));
        const isRead = reader.read(piece, piece.length, (f) => {
          const { type, flags, stream, payload: { bytes, start, end } } = f;
          seen.push({ type, flags, stream, payload: bytes.slice(start, end) });
          return true;
        });
        assert.equal(isRead, true);
      }
      assert.deepEqual(seen, sent);
    }),
  );
});
