import assert from "node:assert/strict";
import { FAULTS, startFaultyServer } from "./faulty_server.ts";

const GET = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";

async function talk(port: number, text: string): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  using _ = conn;
  await conn.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(65_536);
  let answer = "";
  try {
    for (
      let n = await conn.read(buffer);
      n !== null;
      n = await conn.read(buffer)
    ) {
      answer += new TextDecoder().decode(buffer.subarray(0, n));
    }
    return `${answer}|closed`;
  } catch (error) {
    return `${answer}|${(error as Error).name}`;
  }
}

Deno.test("startFaultyServer() counts requests and keeps what it saw", async () => {
  await using server = await startFaultyServer(FAULTS.answerThenClose);
  const post = "POST /b HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody";
  await talk(server.port, GET);
  await talk(server.port, post);
  assert.equal(server.requests, 2);
  assert.equal(server.connections, 2);
  assert.deepEqual(
    server.seen.map((r) => [r.method, r.path, r.body, r.nth, r.connection]),
    [["GET", "/a", "", 0, 0], ["POST", "/b", "body", 0, 1]],
  );
});

Deno.test("startFaultyServer() does not count a request that is not whole", async () => {
  await using server = await startFaultyServer(FAULTS.none, {
    onConnect: [{ act: "wait", ms: 20 }, { act: "close" }],
  });
  await talk(server.port, "POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nhalf");
  assert.equal(server.requests, 0);
});

Deno.test("FAULTS.reset* reset instead of closing in order", async () => {
  for (const name of ["resetWithoutAnswer", "resetMidBody"] as const) {
    await using server = await startFaultyServer(FAULTS[name]);
    assert.match(await talk(server.port, GET), /\|ConnectionReset$/, name);
  }
});

Deno.test("FAULTS.close* close in order at the promised place", async () => {
  for (
    const [name, expected] of [
      ["closeWithoutAnswer", /^\|closed$/],
      ["closeMidHeader", /content-le\|closed$/],
      ["closeMidBody", /\r\n\r\nhalf\|closed$/],
      ["closeMidChunk", /\r\na\r\nhalf\|closed$/],
    ] as const
  ) {
    await using server = await startFaultyServer(FAULTS[name]);
    assert.match(await talk(server.port, GET), expected, name);
  }
});

Deno.test("FAULTS.closeAfterFirst answers one request of two", async () => {
  await using server = await startFaultyServer(FAULTS.closeAfterFirst);
  assert.match(await talk(server.port, GET + GET), /^HTTP\/1.1 200[^|]+ok\|/);
  assert.equal(server.requests, 2);
});

Deno.test("startFaultyServer() drips one byte at a time", async () => {
  await using server = await startFaultyServer(() => [
    { act: "drip", bytes: "slow", gapMs: 5 },
    { act: "close" },
  ]);
  assert.equal(await talk(server.port, GET), "slow|closed");
});
