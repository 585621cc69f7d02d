import assert from "node:assert/strict";
import { http1Call, idleStage, OK, stage, TIMEOUT_MS } from "./stage.ts";

Deno.test("Http1Connection answers its call, then is idle", async () => {
  const { heard, socket, call, dialed } = stage();
  await dialed();
  assert.equal(socket.writes, 1);
  assert.deepEqual([call.connectMs, call.tlsMs], [3, 4]);
  socket.says(OK);
  assert.deepEqual(heard, ["idle", "200"]);
});

Deno.test("Http1Connection hands on retry-after of 429 and 503, and of nothing else", async () => {
  const { heard, socket, connection, dialed } = stage();
  await dialed();
  for (const code of [429, 200, 503]) {
    socket.says(
      `HTTP/1.1 ${code} X\r\nRetry-After: 7\r\ncontent-length: 0\r\n\r\n`,
    );
    connection.send(http1Call());
  }
  assert.deepEqual(heard, [
    ...["retry after 7", "idle", "429"],
    ...["idle", "200"],
    ...["retry after 7", "idle", "503"],
  ]);
  connection.end("aborted");
});

Deno.test("Http1Connection times the first byte from when its call was sent", async () => {
  const { clock, socket, call, dialed } = stage();
  call.sentMs = clock.now();
  await dialed();
  await clock.run(30);
  socket.says("HTTP/1.1 ");
  await clock.run(30);
  socket.says(OK.slice("HTTP/1.1 ".length));
  assert.equal(call.firstByteMs, 30);
});

Deno.test("Http1Connection ends as its dial fails", async () => {
  const { heard, dialed } = stage();
  await dialed({ kind: "failure", failure: "refused", reason: "" });
  assert.deepEqual(heard, ["gone", "refused"]);
});

Deno.test("Http1Connection gives a dial up at the timeout of its call", async () => {
  const { clock, heard, isGivenUp } = stage();
  await clock.run(TIMEOUT_MS - 1);
  assert.equal(isGivenUp(), false);
  await clock.run(1);
  assert.equal(isGivenUp(), true);
  assert.deepEqual(heard, ["gone", "timeout"]);
});

Deno.test("Http1Connection closes a socket that comes after its call was over", async () => {
  const { clock, heard, socket, dialed } = stage();
  await clock.run(TIMEOUT_MS);
  await dialed();
  assert.equal(socket.isClosed, true);
  assert.equal(socket.writes, 0);
  assert.deepEqual(heard, ["gone", "timeout"]);
});

Deno.test("Http1Connection is late only for a call that is open", async () => {
  const { clock, heard, socket, connection } = await idleStage();
  await clock.run(10 * TIMEOUT_MS);
  assert.deepEqual(heard, []);
  connection.send(http1Call());
  await clock.run(TIMEOUT_MS);
  assert.deepEqual(heard, ["gone", "timeout"]);
  assert.equal(socket.isClosed, true);
});

for (
  const [what, text, why, expected] of [
    ["before an answer", "", "closed", "closed"],
    ["within a head", "HTTP/1.1 2", "closed", "closed"],
    ["within a body", OK.slice(0, -1), "closed", "truncated"],
    ["by a reset", "", "reset", "reset"],
    ["by a reset within a body", OK.slice(0, -1), "reset", "reset"],
    ["by an alert", "", "tls", "tls"],
    ["at the end of an answer", "HTTP/1.1 200 OK\r\n\r\nx", "closed", "200"],
    ["by a reset in its place", "HTTP/1.1 200 OK\r\n\r\nx", "reset", "reset"],
  ] as const
) {
  Deno.test(`Http1Connection that ends ${what} makes its call ${expected}`, async () => {
    const { heard, socket, dialed } = stage();
    await dialed();
    if (text !== "") socket.says(text);
    socket.ends(why);
    assert.deepEqual(heard, ["gone", expected]);
  });
}

Deno.test("Http1Connection counts that it was closed while it was idle", async () => {
  const { heard, socket, connection } = await idleStage();
  socket.ends("closed");
  assert.deepEqual(heard, ["idle closed", "gone"]);
  assert.equal(connection.isUsable, false);
});

Deno.test("Http1Connection is given up for bytes that nobody asked for", async () => {
  const late = await idleStage();
  late.socket.says("HTTP/1.1 500 No\r\n\r\n");
  assert.deepEqual(late.heard, ["unasked", "gone"]);
  assert.equal(late.socket.isClosed, true);

  const { heard, socket, dialed } = stage();
  await dialed();
  socket.says(OK + "x");
  assert.deepEqual(heard, ["unasked", "gone", "200"]);
});

Deno.test("Http1Connection leaves after its number of requests", async () => {
  const { heard, connection, socket } = await idleStage({ maxRequests: 2 });
  connection.send(http1Call());
  socket.says(OK);
  assert.deepEqual(heard, ["gone", "200"]);
});

Deno.test("Http1Connection leaves at its age, idle or not", async () => {
  const { clock, heard, connection, socket } = await idleStage({
    maxAgeMs: 50,
  });
  await clock.run(49);
  assert.equal(connection.isUsable, true);
  connection.send(http1Call());
  await clock.run(1);
  assert.equal(connection.isUsable, false);
  socket.says(OK);
  assert.deepEqual(heard, ["gone", "200"]);
});

Deno.test("Http1Connection leaves when its request was not read to its end", async () => {
  const { heard, socket, dialed } = stage();
  await dialed();
  socket.queuedBytes = 1;
  socket.says(OK);
  assert.deepEqual(heard, ["gone", "200"]);
});

Deno.test("Http1Connection ends its call once, however often it is ended", async () => {
  const { heard, socket, connection, dialed } = stage();
  await dialed();
  connection.end("aborted");
  connection.end("timeout");
  assert.deepEqual(heard, ["gone", "aborted"]);
  assert.equal(socket.isClosed, true);
});

Deno.test("Http1Connection says why: what the dial says, what the parser says, what it waited for", async () => {
  const refused = stage();
  const reason = "127.0.0.1:1: connection refused";
  await refused.dialed({ kind: "failure", failure: "refused", reason });
  assert.equal(refused.reasons.at(-1), reason);
  const late = stage();
  await late.clock.run(TIMEOUT_MS);
  assert.equal(late.reasons.at(-1)!, "no connection came within its timeout");
  const broken = await idleStage();
  broken.connection.send(http1Call());
  broken.socket.says("SSH-2.0-OpenSSH_9.2\r\n");
  assert.match(broken.reasons.at(-1)!, /^not an HTTP\/1\.1 response: SSH-2\.0/);
  const kept = await idleStage();
  kept.connection.send(http1Call());
  kept.socket.ends("closed");
  assert.match(kept.reasons.at(-1)!, /^the server closed a kept connection/);
});
