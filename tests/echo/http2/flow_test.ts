import assert from "node:assert/strict";
import {
  encodeSettings,
  ERROR,
  FLAG,
  FRAME,
  MAX_FRAME_SIZE,
  SETTING,
  STREAM_WINDOW,
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
  goAwayCode,
  never,
} from "./fake_client.ts";

tidyTest("Connection sends no more than both windows grant", async () => {
  const size = 200_000;
  const chunks = body(new Uint8Array(size));
  const client = new FakeClient(answers({ status: 200, body: chunks }));
  const sent = () =>
    client.all(FRAME.data).reduce(
      (sum, { payload }) => sum + payload.length,
      0,
    );
  const initial = encodeSettings([[SETTING.initialWindowSize, 0]]);
  client.frame(FRAME.settings, 0, 0, initial);
  client.request(1, GET, true);
  await client.next(FRAME.headers);
  client.frame(FRAME.windowUpdate, 0, 1, words(10));
  assert.equal((await client.next(FRAME.data))?.payload.length, 10);
  const enlarged = encodeSettings([[SETTING.initialWindowSize, 1_000_000]]);
  client.frame(FRAME.settings, 0, 0, enlarged);
  while (sent() < 65_535) await client.next(FRAME.data);
  assert.equal(sent(), 65_535);
  client.frame(FRAME.windowUpdate, 0, 0, words(1_000_000));
  while (sent() < size) await client.next(FRAME.data);
  assert.ok(
    client.all(FRAME.data).every(({ payload }) =>
      payload.length <= MAX_FRAME_SIZE
    ),
  );
  client.hangUp();
  await client.ended;
});

tidyTest(
  "Connection grants a window as the body is read, on and on",
  async () => {
    const client = new FakeClient(echo);
    client.frame(FRAME.windowUpdate, 0, 0, words(2 ** 30));
    client.frame(
      FRAME.settings,
      0,
      0,
      encodeSettings([[SETTING.initialWindowSize, 2 ** 30]]),
    );
    client.request(1, GET, false);
    const chunk = new Uint8Array(MAX_FRAME_SIZE);
    const chunks = 5 * STREAM_WINDOW / chunk.length;
    let window = STREAM_WINDOW;
    for (let i = 0; i < chunks; i++) {
      while (window < chunk.length) {
        const update = await client.next(FRAME.windowUpdate);
        if (update!.stream === 1) window += codeOf(update, 0)!;
      }
      window -= chunk.length;
      client.frame(FRAME.data, 0, 1, chunk);
    }
    client.frame(FRAME.data, FLAG.endStream, 1);
    // The header of the answer was passed over on the way.
    const trailer = await client.next(FRAME.headers);
    assert.deepEqual(trailer?.fields, [[
      "x-length",
      String(chunks * chunk.length),
    ]]);
    client.hangUp();
    await client.ended;
  },
);

tidyTest(
  "Connection gives up a client that sends more than it may",
  async () => {
    const client = new FakeClient(() => never);
    client.request(1, GET, false);
    for (let sent = 0; sent <= STREAM_WINDOW; sent += MAX_FRAME_SIZE) {
      client.frame(FRAME.data, 0, 1, new Uint8Array(MAX_FRAME_SIZE));
    }
    assert.equal(await goAwayCode(client), ERROR.flowControl);
    await client.ended;
  },
);

tidyTest("Connection gives windows back that nobody reads", async () => {
  const client = new FakeClient(answers({ status: 200 }));
  for (let i = 0; i < 100; i++) {
    client.request(1 + 2 * i, GET, false);
    for (let k = 0; k < 4; k++) {
      client.frame(FRAME.data, 0, 1 + 2 * i, new Uint8Array(MAX_FRAME_SIZE));
    }
    await client.next(FRAME.rstStream);
  }
  client.hangUp();
  await client.ended;
  assert.deepEqual(client.all(FRAME.goaway), []);
});

tidyTest(
  "Connection stops an answer that waits for a window when its client breaks off",
  async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    async function* endless() {
      try {
        while (true) yield new Uint8Array(MAX_FRAME_SIZE);
      } finally {
        resolve();
      }
    }
    const client = new FakeClient(answers({ status: 200, body: endless() }));
    client.request(1, GET, true);
    await client.next(FRAME.data);
    client.frame(FRAME.rstStream, 0, 1, words(ERROR.cancel));
    await promise;
    client.hangUp();
    await client.ended;
  },
);
