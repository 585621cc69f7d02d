import assert from "node:assert/strict";
import {
  encodeHeaders,
  ERROR,
  FLAG,
  FRAME,
  type Http2Response,
  MAX_FRAME_SIZE,
  words,
} from "../../../src/echo/http2/mod.ts";
import { tidyTest } from "../support.ts";
import {
  answers,
  body,
  codeOf,
  echo,
  FakeClient,
  GET,
  never,
} from "./fake_client.ts";

tidyTest("Connection answers with header, data and trailer", async () => {
  const client = new FakeClient(echo);
  client.request(1, GET, false);
  client.frame(FRAME.data, FLAG.endStream, 1, Uint8Array.of(1, 2, 3));
  const header = await client.next(FRAME.headers);
  assert.deepEqual(header?.fields, [[":status", "200"], ["x-path", "/"]]);
  const data = await client.next(FRAME.data);
  assert.deepEqual([...data!.payload], [1, 2, 3]);
  const trailer = await client.next(FRAME.headers);
  assert.deepEqual(trailer?.fields, [["x-length", "3"]]);
  assert.equal(trailer?.flags, FLAG.endHeaders | FLAG.endStream);
  client.hangUp();
  await client.ended;
});

tidyTest(
  "Connection tells its settings first and acknowledges the client's",
  async () => {
    const client = new FakeClient(echo);
    const settings = await client.next(FRAME.settings);
    assert.equal(settings?.flags, 0);
    const acknowledged = await client.next(FRAME.settings);
    assert.equal(acknowledged?.flags, FLAG.ack);
    client.frame(FRAME.ping, 0, 0, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const pong = await client.next(FRAME.ping);
    assert.equal(pong?.flags, FLAG.ack);
    assert.deepEqual([...pong!.payload], [1, 2, 3, 4, 5, 6, 7, 8]);
    client.hangUp();
    await client.ended;
  },
);

tidyTest(
  "Connection ends an answer without a body with its header",
  async () => {
    const client = new FakeClient(answers({ status: 204 }));
    client.request(1, GET, true);
    const header = await client.next(FRAME.headers);
    assert.deepEqual(header?.fields, [[":status", "204"]]);
    assert.equal(header?.flags, FLAG.endHeaders | FLAG.endStream);
    client.hangUp();
    await client.ended;
  },
);

tidyTest(
  "Connection ends an answer without a trailer with its data",
  async () => {
    const chunks = body(Uint8Array.of(1));
    const client = new FakeClient(answers({ status: 200, body: chunks }));
    client.request(1, GET, true);
    assert.equal((await client.next(FRAME.data))?.flags, 0);
    assert.equal((await client.next(FRAME.data))?.flags, FLAG.endStream);
    client.hangUp();
    await client.ended;
  },
);

tidyTest("Connection splits a long header and takes a split one", async () => {
  const value = "x".repeat(2 * MAX_FRAME_SIZE);
  const header = new Headers({ "x-long": value });
  const client = new FakeClient(answers({ status: 200, header }));
  const block = encodeHeaders([...GET, ["x-long", value]]);
  client.frame(FRAME.headers, FLAG.endStream, 1, block.subarray(0, 10));
  client.frame(FRAME.continuation, 0, 1, block.subarray(10, 100));
  const rest = block.subarray(100);
  client.frame(FRAME.continuation, 0, 1, rest.subarray(0, MAX_FRAME_SIZE));
  client.frame(
    FRAME.continuation,
    FLAG.endHeaders,
    1,
    rest.subarray(MAX_FRAME_SIZE, 2 * MAX_FRAME_SIZE),
  );
  const first = await client.next(FRAME.headers);
  assert.equal(first?.flags, FLAG.endStream);
  assert.equal((await client.next(FRAME.continuation))?.flags, 0);
  assert.equal((await client.next(FRAME.continuation))?.flags, FLAG.endHeaders);
  client.hangUp();
  await client.ended;
});

tidyTest("Connection tells the handler when a client breaks off", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const client = new FakeClient(async ({ body, signal }) => {
    try {
      for await (const _ of body);
    } catch (error) {
      resolve([signal.aborted, (error as Error).message]);
    }
    return { status: 200 };
  });
  client.request(1, GET, false);
  client.frame(FRAME.rstStream, 0, 1, words(ERROR.cancel));
  assert.deepEqual(await promise, [true, "The client broke off"]);
  client.request(3, GET, true);
  assert.equal((await client.next(FRAME.headers))?.stream, 3);
  client.hangUp();
  await client.ended;
});

tidyTest(
  "Connection resets a stream whose handler throws, and only that",
  async () => {
    let calls = 0;
    const client = new FakeClient(() => {
      if (calls++ === 0) throw new Error("broken");
      return Promise.resolve({ status: 200 });
    });
    client.request(1, GET, true);
    const reset = await client.next(FRAME.rstStream);
    assert.deepEqual([reset?.stream, codeOf(reset, 0)], [1, ERROR.internal]);
    client.request(3, GET, true);
    assert.equal((await client.next(FRAME.headers))?.stream, 3);
    client.hangUp();
    await client.ended;
  },
);

tidyTest(
  "Connection.close() answers what is open, refuses what is new, and ends",
  async () => {
    const { promise, resolve } = Promise.withResolvers<Http2Response>();
    const client = new FakeClient(() => promise);
    client.request(1, GET, true);
    client.frame(FRAME.ping, 0, 0, new Uint8Array(8));
    await client.next(FRAME.ping);
    client.connection.close();
    client.request(3, GET, true);
    const away = await client.next(FRAME.goaway);
    assert.deepEqual([codeOf(away, 0), codeOf(away, 4)], [1, ERROR.none]);
    const refused = await client.next(FRAME.rstStream);
    assert.deepEqual([refused?.stream, codeOf(refused, 0)], [
      3,
      ERROR.refusedStream,
    ]);
    resolve({ status: 200 });
    assert.equal((await client.next(FRAME.headers))?.stream, 1);
    assert.equal(await client.next(FRAME.headers), undefined);
    await client.ended;
  },
);

tidyTest("Connection.kill() ends it although requests are open", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const client = new FakeClient(({ signal }) => {
    signal.addEventListener("abort", () => resolve());
    return never;
  });
  client.request(1, GET, true);
  client.frame(FRAME.ping, 0, 0, new Uint8Array(8));
  await client.next(FRAME.ping);
  client.connection.kill();
  await promise;
  await client.ended;
});
