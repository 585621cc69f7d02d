import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DecodedField,
  encodeFrame,
  encodeHeaders,
  encodeSettings,
  ERROR,
  FLAG,
  FRAME,
  MAX_CONCURRENT_STREAMS,
  MAX_FRAME_SIZE,
  words,
} from "../../../src/echo/http2/mod.ts";
import { tidyTest } from "../support.ts";
import {
  answers,
  codeOf,
  echo,
  FakeClient,
  GET,
  goAwayCode,
  never,
} from "./fake_client.ts";

tidyTest(
  "Connection refuses one stream more than it takes at once",
  async () => {
    const client = new FakeClient(() => never);
    for (let i = 0; i <= MAX_CONCURRENT_STREAMS; i++) {
      client.request(1 + 2 * i, GET, true);
    }
    const refused = await client.next(FRAME.rstStream);
    assert.equal(refused?.stream, 1 + 2 * MAX_CONCURRENT_STREAMS);
    assert.equal(codeOf(refused, 0), ERROR.refusedStream);
    client.hangUp();
    await client.ended;
  },
);

tidyTest(
  "Connection bounds the handlers of a client that breaks off again and again",
  async () => {
    let handlers = 0;
    const client = new FakeClient(() => (handlers++, never));
    for (let id = 1; id < 10_000; id += 2) {
      client.request(id, GET, true);
      client.frame(FRAME.rstStream, 0, id, words(ERROR.cancel));
    }
    await client.next(FRAME.rstStream);
    assert.ok(handlers <= 4 * MAX_CONCURRENT_STREAMS, `${handlers}`);
    client.hangUp();
    await client.ended;
  },
);

tidyTest("Connection resets a request that is malformed", async () => {
  const client = new FakeClient(answers({ status: 200 }));
  const bad: DecodedField[][] = [
    [[":scheme", "http"], [":path", "/"]],
    [[":method", "GET"], [":scheme", "http"]],
    [...GET, ["a b", "c"]],
    [...GET, ["a", "b\nc"]],
  ];
  for (const [i, fields] of bad.entries()) {
    client.request(1 + 2 * i, fields, true);
    assert.equal(codeOf(await client.next(FRAME.rstStream), 0), ERROR.protocol);
  }
  client.hangUp();
  await client.ended;
});

const HEAD = encodeHeaders(GET);
const OPEN = encodeFrame(FRAME.headers, FLAG.endHeaders, 1, HEAD);
const HALF = encodeFrame(FRAME.headers, 0, 1, HEAD);
/** What a client may not send, and how the server calls it. */
const VIOLATIONS: [what: string, bytes: Uint8Array[], code: number][] = [
  ["data before a header", [encodeFrame(FRAME.data, 0, 1)], ERROR.protocol],
  ["data on stream 0", [encodeFrame(FRAME.data, 0, 0)], ERROR.protocol],
  [
    "an even stream",
    [encodeFrame(FRAME.headers, FLAG.endHeaders, 2, HEAD)],
    ERROR.protocol,
  ],
  ["a second header", [OPEN, OPEN], ERROR.protocol],
  [
    "a lonely continuation",
    [encodeFrame(FRAME.continuation, 4, 1)],
    ERROR.protocol,
  ],
  [
    "data inside a header",
    [HALF, encodeFrame(FRAME.data, 0, 1)],
    ERROR.protocol,
  ],
  [
    "another's continuation",
    [HALF, encodeFrame(FRAME.continuation, 4, 3)],
    ERROR.protocol,
  ],
  [
    "an endless header",
    Array.from({ length: 6 }, (_, i) =>
      encodeFrame(
        i === 0 ? FRAME.headers : FRAME.continuation,
        0,
        1,
        new Uint8Array(MAX_FRAME_SIZE),
      )),
    ERROR.enhanceYourCalm,
  ],
  [
    "a header of empty frames without end",
    [
      HALF,
      ...Array.from(
        { length: 8000 },
        () => encodeFrame(FRAME.continuation, 0, 1),
      ),
    ],
    ERROR.enhanceYourCalm,
  ],
  ["a header that cannot be decoded", [
    encodeFrame(FRAME.headers, FLAG.endHeaders, 1, Uint8Array.of(0x80)),
  ], ERROR.compression],
  ["a push", [encodeFrame(FRAME.pushPromise, 0, 1)], ERROR.protocol],
  [
    "half a setting",
    [encodeFrame(FRAME.settings, 0, 0, new Uint8Array(5))],
    ERROR.frameSize,
  ],
  [
    "a short ping",
    [encodeFrame(FRAME.ping, 0, 0, new Uint8Array(7))],
    ERROR.frameSize,
  ],
  ["a short window update", [
    encodeFrame(FRAME.windowUpdate, 0, 0, new Uint8Array(3)),
  ], ERROR.frameSize],
  [
    "a window of 0",
    [encodeFrame(FRAME.windowUpdate, 0, 0, words(0))],
    ERROR.protocol,
  ],
  ["a window too large", [
    encodeFrame(FRAME.windowUpdate, 0, 0, words(2 ** 31 - 1)),
  ], ERROR.flowControl],
  ["an initial window too large", [
    encodeFrame(FRAME.settings, 0, 0, encodeSettings([[4, 2 ** 31]])),
  ], ERROR.flowControl],
  ["more padding than data", [
    OPEN,
    encodeFrame(FRAME.data, FLAG.padded, 1, Uint8Array.of(9)),
  ], ERROR.protocol],
];

tidyTest(
  "Connection goes away from a client that breaks the rules",
  async () => {
    for (const [what, bytes, code] of VIOLATIONS) {
      const client = new FakeClient(() => never);
      for (const part of bytes) client.say(part);
      assert.equal(await goAwayCode(client), code, what);
      await client.ended;
      assert.ok(client.isClosed);
    }
  },
);

tidyTest("Connection passes over what it need not know", async () => {
  const client = new FakeClient(answers({ status: 200 }));
  client.frame(FRAME.priority, 0, 1, new Uint8Array(5));
  client.frame(FRAME.goaway, 0, 0, words(0, 0));
  client.frame(FRAME.windowUpdate, 0, 99, words(1));
  client.frame(FRAME.rstStream, 0, 99, words(0));
  client.frame(77, 255, 12, new Uint8Array(9));
  client.request(1, GET, true);
  assert.equal((await client.next(FRAME.headers))?.stream, 1);
  client.frame(FRAME.data, 0, 1, new Uint8Array(9));
  client.request(1, GET, true);
  client.request(3, GET, true);
  assert.equal((await client.next(FRAME.headers))?.stream, 3);
  client.hangUp();
  await client.ended;
});

tidyTest(
  "Connection survives any frames, and ends when its client hangs up",
  async () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constant(encodeHeaders(GET)),
      fc.constant(words(1)),
    );
    const frame = fc.tuple(
      fc.integer({ min: 0, max: 10 }),
      fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 4, 5)),
      fc.integer({ min: 0, max: 5 }),
      payload,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 30 }), async (frames) => {
        const client = new FakeClient(echo);
        for (const [type, flags, stream, bytes] of frames) {
          client.frame(type, flags, stream, bytes);
        }
        client.hangUp();
        await client.ended;
        assert.ok(client.isClosed);
      }),
      { numRuns: 500 },
    );
  },
);
