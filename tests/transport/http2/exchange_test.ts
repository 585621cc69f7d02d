import assert from "node:assert/strict";
import {
  ERROR,
  FLAG,
  FRAME,
} from "../../../src/transport/http2/framing/mod.ts";
import { IN_ORDER, MALFORMED } from "./answers.ts";
import { Stage, type StageOptions } from "./stage.ts";
import {
  answer200,
  block,
  concat,
  data,
  type FakeSocket,
  frame,
  goaway,
  headers,
  resetStream,
  settings,
  uint32,
} from "./support.ts";

/** What one call comes to when the peer says `bytes`. */
async function outcomeOf(
  bytes: Uint8Array,
  options: StageOptions = {},
): Promise<string[]> {
  const stage = new Stage(options);
  stage.send();
  const socket = await stage.connect();
  socket.receive(bytes);
  await stage.pool.close();
  return stage.outcomes;
}

const OK = { ":status": "200" };

Deno.test("Http2Session gives the code of every answer that is in order", async () => {
  for (const [meaning, bytes, outcome] of IN_ORDER) {
    assert.deepEqual(await outcomeOf(bytes), [outcome], meaning);
  }
});

Deno.test("Http2Session ends only the stream of a malformed answer, as protocol", async () => {
  for (const [meaning, bytes] of MALFORMED) {
    const stage = new Stage();
    stage.send(2);
    const socket = await stage.connect();
    socket.receive(bytes, answer200(3));
    assert.deepEqual(stage.outcomes, ["protocol", "200"], meaning);
    assert.notEqual(stage.recorder.results[0]!.outcome.reason, "", meaning);
    assert.equal(socket.isClosed, false, meaning);
    await stage.pool.close();
  }
});

Deno.test("Http2Session ends only the stream of a head that is too large", async () => {
  // 1,500 times `accept-charset` without a value, of 46 bytes each; then an
  // entry for the table, which the next answer refers to.
  const entry = Uint8Array.of(0x40, 1, 0x61, 1, 0x62);
  const large = concat(block(OK), new Uint8Array(1500).fill(0x8f), entry);
  const referring = concat(block(OK), Uint8Array.of(0xbe));
  const stage = new Stage();
  stage.send(2);
  const socket = await stage.connect();
  for (const [stream, payload] of [[1, large], [3, referring]] as const) {
    const flags = FLAG.endHeaders | FLAG.endStream;
    socket.receive(frame(FRAME.headers, { stream, flags, payload }));
  }
  assert.deepEqual(stage.outcomes, ["too_large", "200"]);
  assert.equal(socket.isClosed, false);
  await stage.pool.close();
});

Deno.test("Http2Session takes a head of just under its limit, in as many frames as it needs", async () => {
  const payload = concat(block(OK), new Uint8Array(5600).fill(0x8f));
  const stage = new Stage({ maxHeadBytes: 262_144 });
  stage.send(2);
  const socket = await stage.connect();
  // One field in 20 bytes, so that there are many frames; and one in all.
  for (const [stream, size] of [[1, 20], [3, 16_384]] as const) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < payload.length; at += size) {
      pieces.push(payload.subarray(at, at + size));
    }
    for (const [i, piece] of pieces.entries()) {
      const isFirst = i === 0;
      const flags = (isFirst ? FLAG.endStream : 0) |
        (i === pieces.length - 1 ? FLAG.endHeaders : 0);
      const type = isFirst ? FRAME.headers : FRAME.continuation;
      socket.receive(frame(type, { stream, flags, payload: piece }));
    }
  }
  const literal = block({ ...OK, "x-large": "~".repeat(250_000) });
  stage.send();
  socket.receive(
    frame(FRAME.headers, {
      stream: 5,
      flags: FLAG.endStream,
      payload: literal.subarray(0, 16_384),
    }),
  );
  for (let at = 16_384; at < literal.length; at += 16_384) {
    const isLast = at + 16_384 >= literal.length;
    socket.receive(
      frame(FRAME.continuation, {
        stream: 5,
        flags: isLast ? FLAG.endHeaders : 0,
        payload: literal.subarray(at, at + 16_384),
      }),
    );
  }
  assert.deepEqual(stage.outcomes, ["200", "200", "200"]);
  await stage.pool.close();
});

Deno.test("Http2Session ends the connection of a head that is too large by far, as too_large", async () => {
  const stage = new Stage({ maxHeadBytes: 20_000 });
  stage.send(2);
  const socket = await stage.connect();
  const piece = { stream: 1, payload: new Uint8Array(16_384).fill(0x8f) };
  socket.receive(frame(FRAME.headers, piece));
  for (let i = 0; i < 2; i++) socket.receive(frame(FRAME.continuation, piece));
  assert.deepEqual(stage.outcomes, ["too_large", "too_large"]);
  const goodbye = socket.take().at(-1)!;
  assert.equal(goodbye.type, FRAME.goaway);
  assert.equal(goodbye.payload[7], ERROR.enhanceYourCalm);
  await stage.pool.close();
});

Deno.test("Http2Session resets a stream that it ends before the peer does", async () => {
  const stage = new Stage();
  stage.send(2);
  const socket = await stage.connect();
  socket.take();
  socket.receive(headers(1, { "x-y": "z" }), headers(3, { "x-y": "z" }, true));
  const resets = socket.take().map(({ type, stream, payload }) => [
    type,
    stream,
    payload[3],
  ]);
  assert.deepEqual(resets, [[FRAME.resetStream, 1, 1]]);
  await stage.pool.close();
});

Deno.test("HttpResponse knows answers without a body", async () => {
  const length = { ...OK, "content-length": "3" };
  const fields = [{ name: ":method", value: "HEAD", secret: false }];
  const head = headers(1, length, true);
  assert.deepEqual(await outcomeOf(head, { fields }), ["200"]);
  assert.deepEqual(await outcomeOf(head), ["protocol"]);
  const unchanged = headers(1, { ...length, ":status": "304" }, true);
  assert.deepEqual(await outcomeOf(unchanged), ["304"]);
});

Deno.test("HttpResponse ends a body past its limit as too_large", async () => {
  const options = { maxBodyBytes: 4 };
  const full = concat(headers(1, OK), data(1, "abcd", true));
  assert.deepEqual(await outcomeOf(full, options), ["200"]);
  const over = concat(headers(1, OK), data(1, "abcd"), data(1, "e"));
  assert.deepEqual(await outcomeOf(over, options), ["too_large"]);
});

Deno.test("Http2Session answers SETTINGS and PING", async () => {
  const stage = new Stage();
  stage.send();
  const socket = await stage.connect();
  socket.take();
  const payload = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  socket.receive(
    frame(FRAME.ping, { payload }),
    settings({ 3: 5 }),
    frame(FRAME.ping, { payload, flags: FLAG.ack }),
    frame(FRAME.settings, { flags: FLAG.ack }),
  );
  const written = socket.take();
  assert.deepEqual(
    written.map(({ type, flags }) => [type, flags]),
    [[FRAME.ping, FLAG.ack], [FRAME.settings, FLAG.ack]],
  );
  assert.deepEqual(written[0]!.payload, payload);
  await stage.pool.close();
});

Deno.test("Http2Session says that its header table is empty when the peer's shrinks", async () => {
  const stage = new Stage();
  const firstBytes = (socket: FakeSocket) =>
    socket.take().filter(({ type }) => type === FRAME.headers)
      .map(({ payload }) => payload[0]);
  stage.send();
  const socket = await stage.connect();
  assert.deepEqual(firstBytes(socket), [0x82]);
  socket.receive(settings({ 1: 100 }));
  stage.send(2);
  assert.deepEqual(firstBytes(socket), [0x20, 0x82]);
  socket.receive(settings({ 1: 4096 }));
  stage.send();
  assert.deepEqual(firstBytes(socket), [0x82]);
  await stage.pool.close();
});

Deno.test("Http2Session tells why the peer ended a stream, in the peer's words", async () => {
  const words = new TextEncoder().encode("too many requests");
  const goodbye = concat(uint32(3), uint32(11), words);
  const rows: [bytes: Uint8Array, reason: string][] = [
    [resetStream(5, 7), "the server reset the stream: REFUSED_STREAM"],
    [resetStream(5, 0xabcd), "the server reset the stream: error 0xabcd"],
    [
      frame(FRAME.goaway, { payload: goodbye }),
      'the server said GOAWAY: ENHANCE_YOUR_CALM, "too many requests"',
    ],
    [goaway(3, 0), "the server said GOAWAY: NO_ERROR"],
  ];
  for (const [bytes, reason] of rows) {
    const stage = new Stage();
    stage.send(3);
    const socket = await stage.connect();
    socket.receive(bytes);
    assert.equal(stage.recorder.results[0]!.outcome.reason, reason);
    await stage.pool.close();
  }
});

for (
  const [what, text, said] of [
    ["HTTP/1.1", "HTTP/1.1 400 Bad Request\r\n", /speaks HTTP\/1\.1; is it/],
    ["SSH", "SSH-2.0-OpenSSH_9.2\r\n", /it begins with "SSH-2\.0-OpenSSH/],
  ] as const
) {
  Deno.test(`Http2Session says what a peer speaks instead: ${what}`, async () => {
    const stage = new Stage();
    stage.send();
    const socket = await stage.dialer.connect();
    socket.receive(new TextEncoder().encode(text));
    const { outcome } = stage.recorder.results[0]!;
    assert.match(outcome.reason, said);
    await stage.pool.close();
  });
}
