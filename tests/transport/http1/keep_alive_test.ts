import assert from "node:assert/strict";
import { http1Call, OK, stage } from "./stage.ts";

/** An answer of a peer that keeps the connection for so long. */
function keptFor(keepAlive: string): string {
  return OK.replace("\r\n", `\r\nKeep-Alive: ${keepAlive}\r\n`);
}

Deno.test("Http1Connection is not used in the last second of its peer's keep-alive", async () => {
  const { clock, heard, socket, connection, dialed } = stage();
  await dialed();
  socket.says(keptFor("timeout=5, max=100"));
  assert.deepEqual(heard, ["idle", "200"]);
  await clock.run(3999);
  assert.equal(connection.isUsable, true);
  // The next answer begins the time anew.
  connection.send(http1Call());
  socket.says(keptFor("timeout=5, max=99"));
  await clock.run(3999);
  assert.equal(connection.isUsable, true);
  await clock.run(1);
  assert.equal(connection.isUsable, false);
});

Deno.test("Http1Connection is used as long as it likes after an answer that names no keep-alive", async () => {
  const { clock, socket, connection, dialed } = stage();
  await dialed();
  socket.says(keptFor("timeout=2"));
  connection.send(http1Call());
  socket.says(OK);
  await clock.run(3_600_000);
  assert.equal(connection.isUsable, true);
});

Deno.test("Http1Connection leaves at once when its peer keeps it for a second or less", async () => {
  for (const keepAlive of ["timeout=1", "timeout=0"]) {
    const { heard, socket, dialed } = stage();
    await dialed();
    socket.says(keptFor(keepAlive));
    assert.deepEqual(heard, ["gone", "200"], keepAlive);
  }
});
