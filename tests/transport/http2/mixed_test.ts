import assert from "node:assert/strict";
import fc from "fast-check";
import { FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { frameHttp2 } from "../../../src/transport/http2/request.ts";
import { encodeFields } from "../../../src/transport/http2/hpack/mod.ts";
import { requestFields } from "../../../src/transport/http2/target.ts";
import { requestOf, testTarget } from "../support.ts";
import { Stage } from "./stage.ts";
import {
  answer200,
  concat,
  headers,
  settings,
  type TestFrame,
  windowUpdate,
} from "./support.ts";

/** A request of its own: another path and body for each number. */
function requestAt(n: number, bodyBytes: number, method = "POST") {
  return requestOf(testTarget({
    url: `http://host/${"p".repeat(n % 7)}${n}`,
    protocol: "http2",
    method,
    body: bodyBytes === 0 ? null : `${n}`.padEnd(bodyBytes, "."),
  }));
}

function payloadOf(
  frames: readonly TestFrame[],
  types: readonly number[],
  stream: number,
): Uint8Array {
  const own = frames.filter((f) =>
    f.stream === stream && types.includes(f.type)
  );
  return concat(...own.map(({ payload }) => payload));
}

Deno.test("Http2Pool sends on each stream the head and the body of its own request, whatever the windows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(0, 1, 40, 3000, 20_000, 70_000), {
        minLength: 2,
        maxLength: 8,
      }),
      fc.constantFrom(0, 1, 40, 1000, 65_535),
      fc.constantFrom(500, 5000, 50_000),
      async (sizes, window, increment) => {
        const requests = sizes.map((bytes, n) => requestAt(n, bytes));
        const stage = new Stage();
        const half = Math.ceil(requests.length / 2);
        const send = (from: number, to: number) =>
          requests.slice(from, to).forEach((request) =>
            assert.equal(stage.send(1, frameHttp2(request)), 1)
          );
        send(0, half);
        const socket = await stage.connect({ 4: window });
        const frames = socket.take();
        send(half, requests.length);
        for (let pass = 0; pass < 2000; pass++) {
          frames.push(...socket.take());
          const open = requests
            .map((request, n) => ({ request, stream: 2 * n + 1 }))
            .filter(({ request, stream }) =>
              payloadOf(frames, [FRAME.data], stream).length <
                request.body.length
            );
          if (open.length === 0) break;
          const updates = open.map(({ stream }) =>
            windowUpdate(stream, increment)
          );
          socket.receive(windowUpdate(0, increment * open.length), ...updates);
        }
        requests.forEach((request, n) => {
          const stream = 2 * n + 1;
          const head = [FRAME.headers, FRAME.continuation];
          const block = payloadOf(frames, head, stream);
          assert.deepEqual(block, encodeFields(requestFields(request)));
          const body = payloadOf(frames, [FRAME.data], stream);
          assert.deepEqual(body, request.body);
          socket.receive(answer200(stream));
        });
        assert.deepEqual(stage.outcomes, sizes.map(() => "200"));
        await stage.pool.close();
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("Http2Pool knows of each stream whether its answer has a body", async () => {
  const stage = new Stage();
  stage.send(1, frameHttp2(requestAt(1, 0, "HEAD")));
  stage.send(1, frameHttp2(requestAt(2, 0, "GET")));
  const socket = await stage.connect();
  const length = { ":status": "200", "content-length": "3" };
  socket.receive(headers(1, length, true), headers(3, length, true));
  assert.deepEqual(stage.outcomes, ["200", "protocol"]);
  await stage.pool.close();
});

Deno.test("Http2Pool lets a small head go while a large one waits for the peer's settings", async () => {
  const large = requestOf(testTarget({
    protocol: "http2",
    headers: [["x-large", "~".repeat(5000)]],
  }));
  const stage = new Stage();
  stage.send(1, frameHttp2(requestAt(1, 0)));
  const socket = await stage.dialer.connect();
  stage.send(1, frameHttp2(large));
  const before = socket.take().filter(({ type }) => type === FRAME.headers);
  assert.deepEqual(before.map(({ stream }) => stream), [1]);
  socket.receive(settings());
  const after = socket.take().filter(({ type }) => type === FRAME.headers);
  assert.deepEqual(after.map(({ stream }) => stream), [3]);
  socket.receive(answer200(1), answer200(3));
  assert.deepEqual(stage.outcomes, ["200", "200"]);
  await stage.pool.close();
});
