/** Requests whose head is large: in how many frames, and what the peer takes. */
import assert from "node:assert/strict";
import { FLAG, FRAME } from "../../../src/transport/http2/framing/mod.ts";
import type { HeaderField } from "../../../src/transport/http2/hpack/mod.ts";
import { buildRequest } from "../../../src/transport/http2/request.ts";
import { Stage } from "./stage.ts";
import { answer200, concat, framesOf, settings, turn } from "./support.ts";

const MAX_HEADER_LIST_SIZE = 6;

/** A head of about so many bytes, in fields of 4,000. */
function fieldsOf(bytes: number): HeaderField[] {
  const count = Math.ceil(bytes / 4000);
  const rest = Array.from({ length: count }, (_, i) => ({
    name: `x-${i}`,
    value: "~".repeat(Math.floor(bytes / count)),
    secret: false,
  }));
  return [{ name: ":method", value: "GET", secret: false }, ...rest];
}

for (const bytes of [100_000, 160_000, 819_200, 1_000_000]) {
  Deno.test(`buildRequest() spreads a head of ${bytes} bytes over frames`, () => {
    const fields = fieldsOf(bytes);
    const { head, headAfterUpdate, listBytes } = buildRequest(
      fields,
      new Uint8Array(0),
    );
    assert.ok(listBytes > bytes);
    for (const template of [head, headAfterUpdate]) {
      const frames = framesOf(template.bytes);
      const [first, ...more] = frames;
      assert.equal(first!.type, FRAME.headers);
      assert.equal(first!.flags, FLAG.endStream);
      assert.ok(more.every(({ type }) => type === FRAME.continuation));
      assert.equal(frames.at(-1)!.flags, FLAG.endHeaders);
      assert.ok(frames.every(({ payload }) => payload.length <= 16_384));
    }
    const [plain, updated] = [head, headAfterUpdate].map((template) =>
      concat(...framesOf(template.bytes).map(({ payload }) => payload))
    );
    assert.deepEqual(updated, concat(Uint8Array.of(0x20), plain!));
  });
}

Deno.test("Http2Connection sends a small head at once, before the peer's settings", async () => {
  const stage = new Stage({ fields: fieldsOf(3000) });
  stage.send();
  const socket = await stage.dialer.connect();
  const types = socket.take().map(({ type }) => type);
  assert.ok(types.includes(FRAME.headers));
  await stage.pool.close();
});

Deno.test("Http2Connection holds a large head until it knows what the peer takes", async () => {
  const stage = new Stage({ fields: fieldsOf(100_000) });
  stage.send(2);
  const socket = await stage.dialer.connect();
  const before = socket.take().map(({ type }) => type);
  assert.ok(!before.includes(FRAME.headers));
  socket.receive(settings({ [MAX_HEADER_LIST_SIZE]: 200_000 }));
  const sent = socket.take().filter(({ type }) => type === FRAME.headers);
  assert.deepEqual(sent.map(({ stream }) => stream), [1, 3]);
  stage.send();
  assert.ok(socket.take().some(({ stream }) => stream === 5));
  socket.receive(answer200(1), answer200(3), answer200(5));
  assert.deepEqual(stage.outcomes, ["200", "200", "200"]);
  // Set-up is told once.
  const times = stage.recorder.results.map(({ call }) => call.connectMs);
  assert.deepEqual(times, [3, NaN, NaN]);
  await stage.pool.close();
});

Deno.test("Http2Connection fails a head that the peer does not take as too_large, unsent", async () => {
  const stage = new Stage({ fields: fieldsOf(100_000) });
  stage.send(2);
  const socket = await stage.connect({ [MAX_HEADER_LIST_SIZE]: 65_536 });
  await turn();
  assert.deepEqual(stage.outcomes, ["too_large", "too_large"]);
  assert.match(
    stage.recorder.results[0]!.outcome.reason,
    /^the request's head has \d+ bytes, and the peer takes 65536 \(SETTINGS_/,
  );
  // Later ones, too: and never from inside `send`.
  assert.equal(stage.send(), 1);
  assert.equal(stage.outcomes.length, 2);
  await turn();
  assert.equal(stage.outcomes.length, 3);
  const types = socket.take().map(({ type }) => type);
  assert.ok(
    !types.includes(FRAME.headers) && !types.includes(FRAME.resetStream),
  );
  assert.equal(stage.dialer.signals.length, 1);
  await stage.pool.close();
});

Deno.test("Http2Connection starts of what it holds only what the peer has room for", async () => {
  const stage = new Stage({ fields: fieldsOf(10_000), connections: 1 });
  assert.equal(stage.send(5), 5);
  const socket = await stage.connect({ 3: 2 });
  const streams = () =>
    socket.take().filter(({ type }) => type === FRAME.headers)
      .map(({ stream }) => stream);
  assert.deepEqual(streams(), [1, 3]);
  assert.equal(stage.send(), 0);
  socket.receive(answer200(1));
  assert.deepEqual(streams(), [5]);
  socket.receive(answer200(3), answer200(5));
  assert.deepEqual(streams(), [7, 9]);
  socket.receive(answer200(7), answer200(9));
  assert.deepEqual(stage.outcomes, Array(5).fill("200"));
  await stage.pool.close();
});

Deno.test("Http2Connection ends what it holds when its time is over, or the connection's", async () => {
  const stage = new Stage({ fields: fieldsOf(10_000) });
  stage.send(2);
  const socket = await stage.dialer.connect();
  stage.advance(1000);
  assert.deepEqual(stage.outcomes, ["timeout", "timeout"]);
  stage.send();
  const other = await stage.dialer.connect();
  other.end();
  assert.deepEqual(stage.outcomes, ["timeout", "timeout", "closed"]);
  // Nothing was sent of which a stream could be reset.
  const types = socket.take().map(({ type }) => type);
  assert.ok(!types.includes(FRAME.resetStream));
  await stage.pool.close();
  assert.equal(stage.clock.waiting, 0);
});

Deno.test("Http2Connection starts nothing of what it holds while it closes", async () => {
  const body = new Uint8Array(30_000);
  const stage = new Stage({ fields: fieldsOf(10_000), body });
  stage.send(3);
  const socket = await stage.connect({ 3: 1 });
  socket.queuedBytes = 300_000;
  socket.take();
  socket.end();
  assert.deepEqual(stage.outcomes, ["closed", "closed", "closed"]);
  assert.deepEqual(socket.take(), []);
  await stage.pool.close();
  assert.equal(stage.clock.waiting, 0);
});
