/** What a peer may send without bringing an answer forward, and what is too much. */
import assert from "node:assert/strict";
import {
  ERROR,
  FLAG,
  FRAME,
  MAX_IDLE_FRAMES,
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
  windowUpdate,
} from "./support.ts";

const OK = { ":status": "200" };

function bytes(length: number): Uint8Array {
  return new Uint8Array(length);
}

/** A way to keep kar busy. */
interface Flood {
  readonly what: string;
  /** One round of it, the `i`th. */
  readonly round: (i: number) => Uint8Array;
  /** Rounds that are borne, and rounds that are too many; default: just the budget. */
  readonly borne?: number;
  readonly tooMany?: number;
  /** What comes before, on streams 1 and 3. */
  readonly before?: Uint8Array;
  /** Calls that are not over when it begins. */
  readonly open?: number;
}

const early = headers(1, { ":status": "103" });
const bigEarly = headers(1, { ":status": "103", link: "x".repeat(12_000) });
const priority = frame(FRAME.priority, { stream: 1, payload: bytes(5) });
const begun = headers(1, OK);
const padded = frame(FRAME.data, {
  stream: 1,
  flags: FLAG.padded,
  payload: concat(Uint8Array.of(255), bytes(255)),
});

const FLOODS: readonly Flood[] = [
  {
    what: "PING",
    round: () => frame(FRAME.ping, { payload: bytes(8) }),
  },
  {
    what: "answers to PING",
    round: () => frame(FRAME.ping, { flags: FLAG.ack, payload: bytes(8) }),
  },
  { what: "SETTINGS", round: () => settings({ 3: 100 }) },
  {
    what: "SETTINGS that change every window",
    round: (i) => settings({ 4: 60_000 + i % 2 }),
  },
  {
    what: "acknowledgements of SETTINGS",
    round: () => frame(FRAME.settings, { flags: FLAG.ack }),
  },
  { what: "PRIORITY", round: () => priority },
  {
    what: "PRIORITY of streams that never were",
    round: (i) =>
      frame(FRAME.priority, { stream: 2 * i + 99, payload: bytes(5) }),
  },
  { what: "empty DATA", before: begun, round: () => data(1, "") },
  {
    what: "DATA of padding alone",
    before: begun,
    round: () => padded,
    borne: 499,
  },
  { what: "unknown frames", round: () => frame(0x99) },
  {
    what: "large unknown frames",
    round: () => frame(0x99, { payload: bytes(16_384) }),
    borne: 15,
    tooMany: 16,
  },
  { what: "GOAWAY", round: () => goaway(3) },
  {
    what: "GOAWAY that goes down and down",
    round: (i) => goaway(0x7fffffff - i),
  },
  { what: "window updates", round: () => windowUpdate(0, 1) },
  { what: "window updates of a stream", round: () => windowUpdate(1, 1) },
  {
    what: "window updates of a stream that is over",
    before: answer200(3),
    open: 1,
    round: () => windowUpdate(3, 1),
  },
  {
    what: "resets of a stream that is over",
    before: answer200(3),
    open: 1,
    round: () => resetStream(3, 0),
  },
  {
    what: "interim answers",
    round: () => early,
    borne: MAX_IDLE_FRAMES + 2,
  },
  {
    what: "large interim answers",
    round: () => bigEarly,
    borne: 3,
    tooMany: 100,
  },
  {
    what: "interim answers among SETTINGS",
    round: (i) => i % 200 === 0 ? early : settings(),
    borne: MAX_IDLE_FRAMES + 2,
  },
  {
    what: "heads of a stream that was given up",
    before: headers(3, { "x-no": "status" }),
    open: 1,
    round: () => headers(3, OK),
    borne: MAX_IDLE_FRAMES + 2,
  },
  {
    what: "empty pieces of a stream that was given up",
    before: headers(3, { "x-no": "status" }),
    open: 1,
    round: () => data(3, ""),
  },
  {
    what: "SETTINGS with pieces of a body among them",
    before: begun,
    round: (i) => i % 3 === 0 ? data(1, "a piece") : settings(),
    borne: 2900,
    tooMany: 3100,
  },
  {
    what: "a body byte by byte",
    before: begun,
    round: () => concat(...Array(100).fill(data(1, "x"))),
    borne: 990,
    tooMany: 1010,
  },
  {
    what: "pieces of a stream that was given up",
    before: headers(3, { "x-no": "status" }),
    open: 1,
    round: () => concat(...Array(100).fill(data(3, "xyz"))),
    borne: 990,
    tooMany: 1010,
  },
  {
    what: "a header block in empty pieces",
    before: frame(FRAME.headers, { stream: 1, payload: block(OK) }),
    round: () => frame(FRAME.continuation, { stream: 1 }),
  },
  {
    what: "a header block byte by byte",
    before: frame(FRAME.headers, { stream: 1, payload: block(OK) }),
    round: () =>
      frame(FRAME.continuation, { stream: 1, payload: Uint8Array.of(0x8f) }),
  },
];

/** Two calls under way, with what comes before a flood. */
async function begin({ before = bytes(0) }: Flood) {
  const stage = new Stage();
  stage.send(2);
  const socket = await stage.connect();
  socket.receive(before);
  socket.take();
  return { stage, socket, ended: stage.outcomes.length };
}

for (const flood of FLOODS) {
  Deno.test(`Http2Session ends a flood of ${flood.what} as protocol, and not before its budget is spent`, async () => {
    // SETTINGS came once.
    const { borne = MAX_IDLE_FRAMES - 1, tooMany = borne + 1, open = 2 } =
      flood;
    const { stage, socket, ended } = await begin(flood);
    for (let i = 0; i < borne; i++) socket.receive(flood.round(i));
    assert.equal(stage.outcomes.length, ended, "borne");
    assert.equal(ended, 2 - open);
    const written = socket.take().length;
    assert.ok(written <= borne + 1, `${written} answers to ${borne} frames`);
    for (let i = borne; i < tooMany + 2; i++) socket.receive(flood.round(i));
    const outcomes = stage.outcomes.slice(ended);
    assert.deepEqual(outcomes, Array(open).fill("protocol"));
    const { reason } = stage.recorder.results.at(-1)!.outcome;
    assert.match(reason, /^more than 1000 frames that bring no answer forward/);
    const goodbye = socket.take().at(-1)!;
    assert.equal(goodbye.type, FRAME.goaway);
    assert.equal(goodbye.payload[7], ERROR.enhanceYourCalm);
    await stage.pool.close();
  });
}
