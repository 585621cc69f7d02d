import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decodeSettings,
  encodeFrame,
  encodeSettings,
  ERROR,
  FLAG,
  FRAME,
  type Frame,
  FrameReader,
  Http2Error,
  MAX_FRAME_SIZE,
  PREFACE,
  stripPadding,
  words,
} from "../../../src/echo/http2/mod.ts";

function readAll(reader: FrameReader): Frame[] {
  const frames: Frame[] = [];
  let frame: Frame | undefined;
  while ((frame = reader.next()) !== undefined) frames.push(frame);
  return frames;
}

Deno.test("FrameReader reads what encodeFrame() writes, however it is split", () => {
  const payload = new Uint8Array([1, 2, 3, 4, 5]);
  const frames = [
    { type: 0, flags: 1, stream: 1, payload },
    { type: 200, flags: 255, stream: 0x7fff_ffff, payload: new Uint8Array() },
    { type: 6, flags: 0, stream: 0, payload: new Uint8Array(8) },
  ];
  const whole = [
    ...PREFACE,
    ...frames.flatMap(({ type, flags, stream, payload }) => [
      ...encodeFrame(type, flags, stream, payload),
    ]),
  ];
  for (let split = 0; split <= whole.length; split++) {
    const reader = new FrameReader();
    const got: Frame[] = [];
    for (const part of [whole.slice(0, split), whole.slice(split)]) {
      reader.push(Uint8Array.from(part));
      got.push(...readAll(reader));
    }
    assert.deepEqual(got, frames);
  }
});

Deno.test("FrameReader refuses at the first byte what is not HTTP/2", () => {
  const reader = new FrameReader();
  reader.push(new TextEncoder().encode("P"));
  assert.equal(reader.next(), undefined);
  reader.push(new TextEncoder().encode("O"));
  assert.throws(() => reader.next(), { code: ERROR.protocol });
});

Deno.test("FrameReader refuses a frame that is too long before it has come", () => {
  const reader = new FrameReader();
  reader.push(PREFACE);
  reader.push(encodeFrame(0, 0, 1, new Uint8Array(MAX_FRAME_SIZE)));
  assert.equal(reader.next()?.payload.length, MAX_FRAME_SIZE);
  const head = encodeFrame(0, 0, 1, new Uint8Array(MAX_FRAME_SIZE + 1));
  reader.push(head.subarray(0, 9));
  assert.throws(() => reader.next(), { code: ERROR.frameSize });
});

Deno.test("decodeSettings() reads what encodeSettings() writes", () => {
  const settings = [[1, 0], [4, 2 ** 31 - 1], [65_535, 2 ** 32 - 1]] as const;
  assert.deepEqual([...decodeSettings(encodeSettings(settings))], settings);
});

Deno.test("words() writes 32 bits each, the highest byte first", () => {
  assert.deepEqual(
    words(1, 0xfffefdfc),
    Uint8Array.of(0, 0, 0, 1, 255, 254, 253, 252),
  );
});

Deno.test("stripPadding() takes padding and priority away", () => {
  const rows: [
    type: number,
    flags: number,
    payload: number[],
    left: number[],
  ][] = [
    [FRAME.data, 0, [7, 8], [7, 8]],
    [FRAME.data, FLAG.padded, [2, 7, 8, 0, 0], [7, 8]],
    [FRAME.data, FLAG.padded, [0, 7, 8], [7, 8]],
    [FRAME.data, FLAG.padded, [1, 0], []],
    [FRAME.headers, FLAG.priority, [0, 0, 0, 0, 9, 7], [7]],
    [FRAME.headers, FLAG.priority | FLAG.padded, [1, 0, 0, 0, 0, 9, 7, 0], [7]],
    [FRAME.data, FLAG.priority, [7, 8], [7, 8]],
  ];
  for (const [type, flags, payload, left] of rows) {
    const frame = { type, flags, stream: 1, payload: Uint8Array.from(payload) };
    assert.deepEqual([...stripPadding(frame)], left);
  }
  for (const payload of [[], [2, 0], [255, 1, 2]]) {
    const flags = FLAG.padded;
    const frame = {
      type: FRAME.data,
      flags,
      stream: 1,
      payload: Uint8Array.from(payload),
    };
    assert.throws(() => stripPadding(frame), { code: ERROR.protocol });
  }
});

Deno.test("FrameReader either reads or refuses any bytes", () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 });
  fc.assert(fc.property(chunks, (chunks) => {
    const reader = new FrameReader();
    reader.push(PREFACE);
    try {
      for (const chunk of chunks) {
        reader.push(chunk);
        readAll(reader);
      }
    } catch (error) {
      assert.ok(error instanceof Http2Error);
    }
  }));
});
