import assert from "node:assert/strict";
import fc from "fast-check";
import { FLAG, FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { Stage } from "./stage.ts";
import {
  answer200,
  concat,
  data,
  type FakeSocket,
  frame,
  headers,
  resetStream,
  settings,
  type TestFrame,
  windowUpdate,
} from "./support.ts";

const INITIAL_WINDOW = 65_535;
const OUR_WINDOW = 16 * 1024 * 1024;
const OK = { ":status": "200" };

function randomBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
}

function dataOf(frames: readonly TestFrame[], stream: number): Uint8Array {
  return concat(
    ...frames
      .filter((f) => f.type === FRAME.data && f.stream === stream)
      .map(({ payload }) => payload),
  );
}

function isEnded(frames: readonly TestFrame[], stream: number): boolean {
  return frames.some((f) => f.stream === stream && (f.flags & FLAG.endStream));
}

Deno.test("Uploads sends a small body with its head in one write", async () => {
  const body = randomBytes(1000);
  const stage = new Stage({ body });
  stage.send();
  const socket = await stage.dialer.connect();
  const frames = socket.take().filter(({ stream }) => stream === 1);
  assert.deepEqual(
    frames.map(({ type, flags }) => [type, flags]),
    [[FRAME.headers, FLAG.endHeaders], [FRAME.data, FLAG.endStream]],
  );
  assert.deepEqual(frames[1]!.payload, body);
  await stage.pool.close();
});

Deno.test("Uploads sends a large body as far as the windows go, and then the rest", async () => {
  const body = randomBytes(200_000);
  const stage = new Stage({ body });
  stage.send();
  const socket = await stage.dialer.connect();
  const frames = socket.take();
  assert.equal(dataOf(frames, 1).length, INITIAL_WINDOW);
  const take = () => frames.push(...socket.take());
  socket.receive(settings(), windowUpdate(1, 300_000));
  take();
  assert.equal(dataOf(frames, 1).length, INITIAL_WINDOW);
  socket.receive(windowUpdate(0, 50_000));
  take();
  assert.equal(dataOf(frames, 1).length, INITIAL_WINDOW + 50_000);
  assert.equal(isEnded(frames, 1), false);
  socket.receive(windowUpdate(0, 300_000));
  take();
  assert.deepEqual(dataOf(frames, 1), body);
  assert.equal(isEnded(frames, 1), true);
  for (const { payload } of frames) assert.ok(payload.length <= 16_384);
  socket.receive(answer200(1));
  assert.deepEqual(stage.outcomes, ["200"]);
  await stage.pool.close();
});

Deno.test("Uploads follows the peer's initial window up and below zero", async () => {
  const body = randomBytes(100_000);
  const stage = new Stage({ body });
  stage.send();
  const socket = await stage.dialer.connect();
  const frames = socket.take();
  const take = () => frames.push(...socket.take());
  socket.receive(settings({ 4: 1000 }), windowUpdate(0, 1_000_000));
  take();
  assert.equal(dataOf(frames, 1).length, INITIAL_WINDOW);
  // The stream's window is now 1,000 − 65,535.
  socket.receive(windowUpdate(1, INITIAL_WINDOW - 1000));
  take();
  assert.equal(dataOf(frames, 1).length, INITIAL_WINDOW);
  socket.receive(windowUpdate(1, 10));
  take();
  assert.equal(dataOf(frames, 1).length, INITIAL_WINDOW + 10);
  socket.receive(settings({ 4: 200_000 }));
  take();
  assert.deepEqual(dataOf(frames, 1), body);
  await stage.pool.close();
});

Deno.test("Uploads waits while the peer does not read, and goes on by itself", async () => {
  const body = randomBytes(300_000);
  const stage = new Stage({ body });
  stage.send();
  const socket = await stage.connect({ 4: 1_000_000 });
  const frames = socket.take();
  socket.queuedBytes = 300_000;
  socket.receive(windowUpdate(0, 1_000_000));
  frames.push(...socket.take());
  assert.equal(dataOf(frames, 1).length, INITIAL_WINDOW);
  stage.advance(10);
  frames.push(...socket.take());
  assert.equal(dataOf(frames, 1).length, INITIAL_WINDOW);
  socket.queuedBytes = 0;
  stage.advance(10);
  frames.push(...socket.take());
  assert.deepEqual(dataOf(frames, 1), body);
  await stage.pool.close();
  assert.equal(stage.clock.waiting, 0);
});

Deno.test("Uploads stops when the answer comes early", async () => {
  const stage = new Stage({ body: randomBytes(100_000) });
  stage.send(2);
  const socket = await stage.connect();
  socket.take();
  socket.receive(answer200(1), resetStream(3, 0));
  assert.deepEqual(stage.outcomes, ["200", "reset"]);
  assert.deepEqual(
    socket.take().map(({ type, stream }) => [type, stream]),
    [[FRAME.resetStream, 1]],
  );
  socket.receive(windowUpdate(0, 1_000_000));
  assert.deepEqual(socket.take(), []);
  await stage.pool.close();
});

Deno.test("Uploads sends every body whole and in order, whatever the windows do", async () => {
  const step = fc.oneof(
    fc.record({
      stream: fc.constantFrom(0, 0, 1, 3, 5),
      bytes: fc.integer({ min: 1, max: 40_000 }),
    }),
    fc.record({ window: fc.integer({ min: 0, max: 150_000 }) }),
  );
  const body = randomBytes(90_000);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const stage = new Stage({ body });
      stage.send(3);
      const socket = await stage.connect();
      const frames = socket.take();
      for (const s of steps) {
        socket.receive(
          "window" in s
            ? settings({ 4: s.window })
            : windowUpdate(s.stream, s.bytes),
        );
        frames.push(...socket.take());
      }
      // Enough for everybody, whatever was before.
      socket.receive(settings({ 4: 1_000_000 }), windowUpdate(0, 1_000_000));
      frames.push(...socket.take());
      for (const stream of [1, 3, 5]) {
        assert.deepEqual(dataOf(frames, stream), body);
        assert.equal(isEnded(frames, stream), true);
      }
      await stage.pool.close();
    }),
    { numRuns: 50 },
  );
});

/** The peer sends a body of this length on a stream. */
function sendBody(socket: FakeSocket, stream: number, length: number): void {
  const piece = new Uint8Array(16_384);
  for (let left = length; left > 0; left -= piece.length) {
    socket.receive(data(stream, piece.subarray(0, Math.min(left, 16_384))));
  }
}

Deno.test("Http2Session widens the peer's windows by halves", async () => {
  const stage = new Stage({ maxBodyBytes: Infinity });
  stage.send();
  const socket = await stage.connect();
  socket.take();
  socket.receive(headers(1, OK));
  sendBody(socket, 1, OUR_WINDOW / 2 - 16_384);
  assert.deepEqual(socket.take(), []);
  sendBody(socket, 1, 16_384);
  assert.deepEqual(
    socket.take().map(({ type, stream }) => [type, stream]),
    [[FRAME.windowUpdate, 0], [FRAME.windowUpdate, 1]],
  );
  sendBody(socket, 1, 3 * OUR_WINDOW);
  const widened = socket.take().filter(({ stream }) => stream === 1)
    .map(({ payload }) => new DataView(payload.buffer).getUint32(0));
  assert.deepEqual(widened, Array(6).fill(OUR_WINDOW / 2));
  socket.receive(data(1, "", true));
  assert.deepEqual(stage.outcomes, ["200"]);
  await stage.pool.close();
});

Deno.test("Http2Session counts padding and the bytes of streams it gave up against the connection's window", async () => {
  const stage = new Stage({ maxBodyBytes: 1 });
  stage.send(2);
  const socket = await stage.connect();
  socket.receive(headers(1, { ":status": "200" }), data(1, "too long"));
  socket.take();
  const padded = frame(FRAME.data, {
    stream: 1,
    flags: FLAG.padded,
    payload: concat(Uint8Array.of(255), new Uint8Array(16_383)),
  });
  for (let i = 0; i < OUR_WINDOW / 2 / 16_384; i++) socket.receive(padded);
  assert.deepEqual(
    socket.take().map(({ type, stream }) => [type, stream]),
    [[FRAME.windowUpdate, 0]],
  );
  assert.deepEqual(stage.outcomes, ["too_large"]);
  await stage.pool.close();
});
