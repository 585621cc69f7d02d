import assert from "node:assert/strict";
import {
  ERROR,
  FLAG,
  FRAME,
} from "../../../src/transport/http2/framing/mod.ts";
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
  turn,
  uint32,
  windowUpdate,
} from "./support.ts";

const OK = block({ ":status": "200" });

function bytes(length: number): Uint8Array {
  return new Uint8Array(length);
}

/** Frames that no peer may send, with the code of our goodbye. */
const BROKEN: [meaning: string, bytes: Uint8Array, code: number][] = [
  ["a frame larger than was agreed", headerOnly(16_385), ERROR.frameSize],
  ["DATA on no stream", data(0, "a"), ERROR.protocol],
  ["DATA on a stream of the peer's", data(2, "a"), ERROR.protocol],
  ["DATA on a stream not yet begun", data(5, "a"), ERROR.protocol],
  ["padding longer than its frame", padded(FRAME.data, 2), ERROR.protocol],
  ["padding without a length", empty(FRAME.data), ERROR.protocol],
  ["HEADERS on no stream", headers(0, {}, true), ERROR.protocol],
  ["HEADERS on a stream not yet begun", headers(5, {}), ERROR.protocol],
  ["a padded head cut off", padded(FRAME.headers, 2), ERROR.protocol],
  [
    "a priority cut off",
    frame(FRAME.headers, {
      stream: 1,
      flags: FLAG.priority | FLAG.endHeaders,
      payload: bytes(4),
    }),
    ERROR.frameSize,
  ],
  [
    "a block that is no HPACK",
    frame(FRAME.headers, {
      stream: 1,
      flags: FLAG.endHeaders,
      payload: Uint8Array.of(0xbe),
    }),
    ERROR.compression,
  ],
  ["CONTINUATION of nothing", continuation(1), ERROR.protocol],
  [
    "another frame inside a block",
    concat(openBlock(), data(1, "a")),
    ERROR.protocol,
  ],
  [
    "another stream inside a block",
    concat(openBlock(), continuation(3)),
    ERROR.protocol,
  ],
  ["a reset of no stream", resetStream(0, 8), ERROR.protocol],
  ["a reset of a stream not yet begun", resetStream(7, 8), ERROR.protocol],
  [
    "a reset of three bytes",
    frame(FRAME.resetStream, { stream: 1, payload: bytes(3) }),
    ERROR.frameSize,
  ],
  [
    "SETTINGS on a stream",
    frame(FRAME.settings, { stream: 1 }),
    ERROR.protocol,
  ],
  [
    "SETTINGS of five bytes",
    frame(FRAME.settings, { payload: bytes(5) }),
    ERROR.frameSize,
  ],
  [
    "an acknowledgement with a payload",
    frame(FRAME.settings, { flags: FLAG.ack, payload: bytes(6) }),
    ERROR.frameSize,
  ],
  ["push switched on", settings({ 2: 1 }), ERROR.protocol],
  ["a window past 31 bits", settings({ 4: 2 ** 31 }), ERROR.flowControl],
  ["frames too small", settings({ 5: 16_383 }), ERROR.protocol],
  ["frames too large", settings({ 5: 2 ** 24 }), ERROR.protocol],
  [
    "a push",
    frame(FRAME.pushPromise, {
      stream: 1,
      flags: FLAG.endHeaders,
      payload: concat(uint32(2), OK),
    }),
    ERROR.protocol,
  ],
  [
    "PING on a stream",
    frame(FRAME.ping, { stream: 1, payload: bytes(8) }),
    ERROR.protocol,
  ],
  [
    "PING of seven bytes",
    frame(FRAME.ping, { payload: bytes(7) }),
    ERROR.frameSize,
  ],
  [
    "GOAWAY on a stream",
    frame(FRAME.goaway, { stream: 1, payload: bytes(8) }),
    ERROR.protocol,
  ],
  [
    "GOAWAY of seven bytes",
    frame(FRAME.goaway, { payload: bytes(7) }),
    ERROR.frameSize,
  ],
  ["a window widened by nothing", windowUpdate(0, 0), ERROR.protocol],
  ["a window of no stream widened", windowUpdate(9, 1), ERROR.protocol],
  [
    "the connection's window past 31 bits",
    windowUpdate(0, 0x7fffffff),
    ERROR.flowControl,
  ],
  [
    "a window update of five bytes",
    frame(FRAME.windowUpdate, { payload: bytes(5) }),
    ERROR.frameSize,
  ],
  ["PRIORITY on no stream", priority(0, 5), ERROR.protocol],
  // A stream that is not open cannot be reset: the connection goes.
  [
    "PRIORITY of four bytes, of no open stream",
    priority(9, 4),
    ERROR.frameSize,
  ],
];

/** Faults that end one stream, with the code of its reset. */
const STREAM_FAULTS: [meaning: string, bytes: Uint8Array, code: number][] = [
  ["PRIORITY of four bytes", priority(1, 4), ERROR.frameSize],
  ["PRIORITY of six bytes", priority(1, 6), ERROR.frameSize],
  ["PRIORITY of no bytes", priority(1, 0), ERROR.frameSize],
  ["a stream's window widened by nothing", windowUpdate(1, 0), ERROR.protocol],
  [
    "a stream's window past 31 bits",
    windowUpdate(1, 0x7fffffff),
    ERROR.flowControl,
  ],
];

function priority(stream: number, length: number): Uint8Array {
  return frame(FRAME.priority, { stream, payload: bytes(length) });
}

function headerOnly(length: number): Uint8Array {
  const whole = frame(FRAME.data, { stream: 1, payload: bytes(length) });
  return whole.subarray(0, 9);
}

function padded(type: number, length: number): Uint8Array {
  const flags = FLAG.padded | FLAG.endHeaders;
  return frame(type, { stream: 1, flags, payload: Uint8Array.of(length, 0) });
}

function empty(type: number): Uint8Array {
  return frame(type, { stream: 1, flags: FLAG.padded });
}

function openBlock(): Uint8Array {
  return frame(FRAME.headers, { stream: 1, payload: OK });
}

function continuation(stream: number): Uint8Array {
  return frame(FRAME.continuation, { stream, flags: FLAG.endHeaders });
}

Deno.test("Receiver breaks off with a peer that breaks the rules", async () => {
  for (const [meaning, bytes, code] of BROKEN) {
    const stage = new Stage();
    stage.send(2);
    const socket = await stage.connect();
    socket.take();
    // What comes after it must not be read any more.
    socket.receive(bytes, answer200(1), answer200(3));
    assert.deepEqual(stage.outcomes, ["protocol", "protocol"], meaning);
    assert.notEqual(stage.recorder.results[0]!.outcome.reason, "", meaning);
    const last = socket.take().at(-1)!;
    assert.equal(last.type, FRAME.goaway, meaning);
    assert.equal(last.payload[7], code, meaning);
    await turn();
    assert.equal(socket.isClosed, true, meaning);
    stage.send();
    assert.equal(stage.dialer.signals.length, 2, meaning);
    await stage.pool.close();
  }
});

Deno.test("Receiver ends only the stream where RFC 9113 says so", async () => {
  for (const [meaning, bytes, code] of STREAM_FAULTS) {
    const stage = new Stage();
    stage.send(2);
    const socket = await stage.connect();
    socket.take();
    socket.receive(bytes, answer200(3));
    assert.deepEqual(stage.outcomes, ["protocol", "200"], meaning);
    assert.notEqual(stage.recorder.results[0]!.outcome.reason, "", meaning);
    const resets = socket.take().map(({ type, stream, payload }) => [
      type,
      stream,
      payload[3],
    ]);
    assert.deepEqual(resets, [[FRAME.resetStream, 1, code]], meaning);
    assert.equal(socket.isClosed, false, meaning);
    await stage.pool.close();
  }
});

Deno.test("Receiver takes PRIORITY of five bytes on any stream", async () => {
  const stage = new Stage();
  stage.send();
  const socket = await stage.connect();
  for (const stream of [1, 2, 3, 99]) socket.receive(priority(stream, 5));
  socket.receive(answer200(1));
  assert.deepEqual(stage.outcomes, ["200"]);
  await stage.pool.close();
});

Deno.test("Receiver wants SETTINGS first", async () => {
  const rows: [meaning: string, bytes: Uint8Array][] = [
    ["an answer", answer200(1)],
    ["an acknowledgement", frame(FRAME.settings, { flags: FLAG.ack })],
    ["a goodbye", goaway(0)],
    ["HTTP/1.1", new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ];
  for (const [meaning, bytes] of rows) {
    const stage = new Stage();
    stage.send();
    const socket = await stage.dialer.connect();
    socket.receive(bytes);
    assert.deepEqual(stage.outcomes, ["protocol"], meaning);
    await stage.pool.close();
  }
});

Deno.test("Http2Session answers neither PING nor SETTINGS of a peer that does not read", async () => {
  const asks = [
    frame(FRAME.ping, { payload: bytes(8) }),
    frame(FRAME.settings, { payload: bytes(0) }),
  ];
  for (const ask of asks) {
    const stage = new Stage();
    stage.send();
    const socket = await stage.connect();
    socket.queuedBytes = 2 ** 20 + 1;
    socket.receive(ask);
    assert.deepEqual(stage.outcomes, ["protocol"]);
    await stage.pool.close();
  }
});
