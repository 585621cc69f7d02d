import assert from "node:assert/strict";
import { FLAG, FRAME } from "../../../src/transport/http2/frames.ts";
import { HttpResponse } from "../../../src/transport/http2/response.ts";
import { Stage, type StageOptions } from "./stage.ts";
import {
  answer200,
  block,
  concat,
  data,
  type FakeSocket,
  frame,
  headers,
  settings,
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

function pad(payload: Uint8Array, length: number): Uint8Array {
  return concat(Uint8Array.of(length), payload, new Uint8Array(length));
}

const OK = { ":status": "200" };
const END = FLAG.endStream;
const WHOLE = FLAG.endHeaders;

Deno.test("Session gives the code of every answer that is in order", async () => {
  const rows: [meaning: string, bytes: Uint8Array, outcome: string][] = [
    ["only a head", headers(1, OK, true), "200"],
    ["head and body", answer200(1), "200"],
    ["no content", headers(1, { ":status": "204" }, true), "204"],
    ["an error", headers(1, { ":status": "503" }, true), "503"],
    [
      "a body in pieces, some empty",
      concat(headers(1, OK), data(1, "a"), data(1, ""), data(1, "b", true)),
      "200",
    ],
    [
      "an empty last frame",
      concat(headers(1, OK), data(1, "a"), data(1, "", true)),
      "200",
    ],
    [
      "interim answers first",
      concat(
        headers(1, { ":status": "103", link: "x" }),
        headers(1, { ":status": "100" }),
        answer200(1),
      ),
      "200",
    ],
    [
      "trailers",
      concat(headers(1, OK), data(1, "a"), headers(1, { "x-sum": "1" }, true)),
      "200",
    ],
    [
      "a length that is right",
      concat(headers(1, { ...OK, "content-length": "2" }), data(1, "ab", true)),
      "200",
    ],
    [
      "a head in three frames",
      concat(
        frame(FRAME.headers, {
          stream: 1,
          flags: END,
          payload: block(OK).subarray(0, 0),
        }),
        frame(FRAME.continuation, { stream: 1, payload: block(OK) }),
        frame(FRAME.continuation, {
          stream: 1,
          flags: WHOLE,
          payload: block({ a: "b" }),
        }),
      ),
      "200",
    ],
    [
      "padding and priority",
      concat(
        frame(FRAME.headers, {
          stream: 1,
          flags: WHOLE | FLAG.padded | FLAG.priority,
          payload: pad(concat(new Uint8Array(5), block(OK)), 3),
        }),
        frame(FRAME.data, {
          stream: 1,
          flags: END | FLAG.padded,
          payload: pad(new Uint8Array(4), 255),
        }),
      ),
      "200",
    ],
    [
      "frames that mean nothing here",
      concat(
        frame(FRAME.priority, { stream: 1, payload: new Uint8Array(5) }),
        frame(0x42, { stream: 9, payload: new Uint8Array(3) }),
        answer200(1),
      ),
      "200",
    ],
    [
      "an answer said twice",
      concat(answer200(1), answer200(1)),
      "200",
    ],
  ];
  for (const [meaning, bytes, outcome] of rows) {
    assert.deepEqual(await outcomeOf(bytes), [outcome], meaning);
  }
});

Deno.test("Session ends only the stream of a malformed answer, as protocol", async () => {
  const rows: [meaning: string, bytes: Uint8Array][] = [
    ["no status", headers(1, { "x-y": "z" }, true)],
    ["a status of two digits", headers(1, { ":status": "20" }, true)],
    ["a status of letters", headers(1, { ":status": "2oo" }, true)],
    ["another pseudo-header", headers(1, { ...OK, ":path": "/" }, true)],
    [
      "two statuses",
      frame(FRAME.headers, {
        stream: 1,
        flags: WHOLE | END,
        payload: concat(block(OK), block(OK)),
      }),
    ],
    ["a late pseudo-header", headers(1, { a: "b", ":status": "200" }, true)],
    ["upper case", headers(1, { ...OK, "X-Y": "z" }, true)],
    ["a space in a name", headers(1, { ...OK, "x y": "z" }, true)],
    ["an empty name", headers(1, { ...OK, "": "z" }, true)],
    ["a line feed in a value", headers(1, { ...OK, a: "b\nc: d" }, true)],
    ["a field of HTTP/1.1", headers(1, { ...OK, connection: "close" }, true)],
    [
      "too many fields",
      frame(FRAME.headers, {
        stream: 1,
        flags: WHOLE | END,
        // 1,500 times `accept-charset` without a value, of 46 bytes each.
        payload: concat(block(OK), new Uint8Array(1500).fill(0x8f)),
      }),
    ],
    ["an interim answer as the last", headers(1, { ":status": "100" }, true)],
    ["switching protocols", headers(1, { ":status": "101" })],
    ["a body before the head", data(1, "a")],
    ["trailers that are not the last", concat(headers(1, OK), headers(1, {}))],
    [
      "trailers with a status",
      concat(headers(1, OK), headers(1, OK, true)),
    ],
    [
      "less body than it said",
      concat(headers(1, { ...OK, "content-length": "3" }), data(1, "ab", true)),
    ],
    [
      "more body than it said",
      concat(headers(1, { ...OK, "content-length": "1" }), data(1, "ab", true)),
    ],
    ["a length that is none", headers(1, { ...OK, "content-length": "x" })],
  ];
  for (const [meaning, bytes] of rows) {
    const stage = new Stage();
    stage.send(2);
    const socket = await stage.connect();
    socket.receive(bytes, answer200(3));
    assert.deepEqual(stage.outcomes, ["protocol", "200"], meaning);
    assert.equal(socket.isClosed, false, meaning);
    await stage.pool.close();
  }
});

Deno.test("Session resets a stream that it ends before the peer does", async () => {
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
  const maxBodyBytes = 10;
  const newResponse = () => new HttpResponse({ method: "HEAD", maxBodyBytes });
  const head = headers(1, length, true);
  assert.deepEqual(await outcomeOf(head, { newResponse }), ["200"]);
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

Deno.test("Session answers SETTINGS and PING", async () => {
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

Deno.test("Session says that its header table is empty when the peer's shrinks", async () => {
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
