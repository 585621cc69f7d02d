/** What servers that misbehave come to: each fault one kind, each call done once. */
import { openedHttp2 } from "../transport/opened.ts";
import assert from "node:assert/strict";
import { FLAG, FRAME } from "../../src/transport/http2/framing/mod.ts";
import {
  answer200,
  block,
  concat,
  data,
  frame,
  goaway,
  headers,
  resetStream,
} from "../transport/http2/support.ts";
import {
  assertEachDoneOnce,
  Recorder,
  testCall,
  testTarget,
} from "../transport/support.ts";
import { until } from "../fixtures/until.ts";
import type { Exchange } from "../../src/transport/mod.ts";
import {
  type FramePeer,
  type PeerScript,
  startFramePeer,
} from "./frame_peer.ts";

const OK = { ":status": "200" };
const TIMEOUT_MS = 150;
const CALLS = 30;
const AT_ONCE = 10;

interface Fault {
  readonly name: string;
  readonly script: PeerScript;
  /** What every call comes to. */
  readonly outcome: string;
  readonly body?: string;
  readonly timeoutMs?: number;
  /** Requests of one connection; absent = no bound. */
  readonly maxRequests?: number;
  /** Error code of our goodbye, where it reaches a peer that broke the rules. */
  readonly goodbye?: number;
}

const ping = frame(FRAME.ping, { payload: new Uint8Array(8) });
const emptyContinuation = frame(FRAME.continuation, { stream: 1 });
const openBlock = frame(FRAME.headers, { stream: 1, payload: block(OK) });

/** HEADERS and CONTINUATION of ten megabytes. */
function tenMegabytes(stream: number): Uint8Array {
  const piece = { stream, payload: new Uint8Array(16_384).fill(0x8f) };
  const more = Array.from(
    { length: 640 },
    () => frame(FRAME.continuation, piece),
  );
  return concat(frame(FRAME.headers, piece), ...more);
}

const FAULTS: readonly Fault[] = [
  {
    name: "never answers",
    script: {},
    outcome: "timeout",
    timeoutMs: TIMEOUT_MS,
  },
  {
    name: "answers with a head and no body",
    script: { onHead: (c, stream) => c.send(headers(stream, OK)) },
    outcome: "timeout",
    timeoutMs: TIMEOUT_MS,
  },
  {
    name: "never opens its window",
    script: { settings: { 4: 0 } },
    body: "x".repeat(100_000),
    outcome: "timeout",
    timeoutMs: TIMEOUT_MS,
  },
  {
    name: "closes without an answer",
    script: { onHead: (c) => c.end() },
    outcome: "closed",
  },
  {
    name: "closes in the middle of a body",
    script: {
      onHead: (c, stream) => {
        c.send(concat(headers(stream, OK), data(stream, "half")));
        c.end();
      },
    },
    outcome: "truncated",
    maxRequests: 1,
  },
  {
    name: "closes in the middle of a frame",
    script: {
      onHead: (c, stream) => {
        c.send(answer200(stream).subarray(0, 12));
        c.end();
      },
    },
    outcome: "closed",
  },
  {
    name: "resets the connection",
    script: { onHead: (c) => c.reset() },
    outcome: "reset",
  },
  {
    name: "resets every stream",
    script: { onHead: (c, stream) => c.send(resetStream(stream, 11)) },
    outcome: "reset",
  },
  {
    name: "refuses every stream",
    script: { onHead: (c, stream) => c.send(resetStream(stream, 7)) },
    outcome: "reset",
  },
  {
    name: "says goodbye to every connection",
    script: { onConnect: (c) => c.send(goaway(0)) },
    outcome: "goaway",
  },
  {
    name: "says goodbye to every request",
    script: { onHead: (c) => c.send(goaway(0, 11)) },
    outcome: "goaway",
  },
  {
    name: "says nothing of settings",
    script: { settings: null, onHead: (c, s) => c.send(answer200(s)) },
    outcome: "protocol",
    goodbye: 1,
  },
  {
    name: "speaks HTTP/1.1",
    script: {
      settings: null,
      onConnect: (c) =>
        c.send(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")),
    },
    outcome: "protocol",
    goodbye: 6,
  },
  {
    name: "sends a frame that is too large",
    script: {
      onHead: (c, stream) =>
        c.send(frame(FRAME.data, { stream, payload: new Uint8Array(20_000) })),
    },
    outcome: "protocol",
  },
  {
    name: "sends a PING of the wrong size",
    script: {
      onHead: (c) => c.send(frame(FRAME.ping, { payload: new Uint8Array(7) })),
    },
    outcome: "protocol",
    goodbye: 6,
  },
  {
    name: "sends ten megabytes of head",
    script: { onHead: (c, stream) => c.send(tenMegabytes(stream)) },
    outcome: "too_large",
  },
  {
    name: "floods with CONTINUATION",
    script: {
      onHead: (c, stream) => {
        if (stream !== 1) return;
        c.send(openBlock);
        c.flood(concat(...Array(500).fill(emptyContinuation)));
      },
    },
    outcome: "protocol",
  },
  {
    name: "floods with PING",
    script: { onConnect: (c) => c.flood(concat(...Array(500).fill(ping))) },
    outcome: "protocol",
  },
  {
    name: "answers a stream that never was",
    script: { onHead: (c, stream) => c.send(answer200(stream + 1000)) },
    outcome: "protocol",
    goodbye: 1,
  },
  {
    name: "sends a body without end",
    script: {
      onHead: (c, stream) => {
        c.send(headers(stream, OK));
        c.flood(data(stream, new Uint8Array(16_384)));
      },
    },
    outcome: "too_large",
  },
];

/** Sends calls, some at once, and waits for all of them. */
async function sendAll(origin: string, fault: Fault): Promise<Recorder> {
  const { body = null, timeoutMs = 20_000, maxRequests = null } = fault;
  const method = body === null ? "GET" : "POST";
  const recorder = new Recorder({ connections: 4, maxBodyBytes: 100_000 });
  const connection = { maxRequests, maxAgeMs: null };
  const over = { url: origin, method, body, timeoutMs, connection };
  const target = testTarget(over);
  const transport = openedHttp2(target, recorder);
  const calls: Exchange[] = [];
  const sendOne = () => {
    const call = { ...testCall(), sentMs: performance.now() };
    if (calls.length < CALLS && transport.send(call)) calls.push(call);
  };
  recorder.onDone = sendOne;
  try {
    for (let i = 0; i < AT_ONCE; i++) sendOne();
    await recorder.until(CALLS);
    assertEachDoneOnce(calls, recorder.results);
  } finally {
    await transport.close();
  }
  return recorder;
}

/** Waits until a goodbye of ours has arrived. */
async function heard(peer: FramePeer, goodbye: number): Promise<void> {
  await until(`goodbye ${goodbye}`, () => peer.goodbyes.includes(goodbye));
}

for (const fault of FAULTS) {
  Deno.test({
    name: `openHttp2() meets a server that ${fault.name} with ${fault.outcome}`,
    sanitizeOps: true,
    sanitizeResources: true,
    fn: async () => {
      await using peer = await startFramePeer(fault.script);
      const recorder = await sendAll(peer.origin, fault);
      assert.deepEqual(recorder.outcomes, Array(CALLS).fill(fault.outcome));
      // Nothing was sent twice; what a lost connection carried may be unseen.
      assert.ok(peer.requests <= CALLS, `${peer.requests} requests`);
      const { goodbye } = fault;
      if (goodbye !== undefined) await heard(peer, goodbye);
    },
  });
}

Deno.test({
  name: "openHttp2() gives every call to a mixed server its own outcome",
  sanitizeOps: true,
  sanitizeResources: true,
  fn: async () => {
    await using peer = await startFramePeer({
      onHead: (c, stream) => {
        if (stream % 8 === 1) c.send(answer200(stream));
        if (stream % 8 === 3) c.send(resetStream(stream, 2));
        if (stream % 8 === 5) c.send(headers(stream, { "no-status": "1" }));
        if (stream % 8 === 7) {
          const flags = FLAG.endStream;
          c.send(concat(headers(stream, OK), frame(0, { stream, flags })));
        }
      },
    });
    const recorder = new Recorder();
    const transport = openedHttp2(testTarget({ url: peer.origin }), recorder);
    const calls = Array.from({ length: 80 }, testCall);
    for (const call of calls) assert.equal(transport.send(call), true);
    await recorder.until(80);
    await transport.close();
    const byCall = new Map(
      recorder.results.map(({ call }, i) => [call, recorder.outcomes[i]]),
    );
    const expected = ["200", "reset", "protocol", "200"];
    for (const [i, call] of calls.entries()) {
      assert.equal(byCall.get(call), expected[i % 4]);
    }
    assert.equal(peer.requests, 80);
    assert.equal(peer.connections, 1);
  },
});
