/** How much of a turn of the event loop one connection gets. */
import assert from "node:assert/strict";
import { ConnSocket } from "../../../src/transport/socket/conn_socket.ts";
import { TURN_BYTES } from "../../../src/transport/socket/types.ts";
import { CERTIFICATES } from "../../net/certificates.ts";
import { StillClock } from "../support.ts";
import { CLEAN, openSocket, SCHEMES, serveEcho } from "./support.ts";

const MAX_READ_BYTES = 64 * 1024;

/** A connection on which there is always more to read, at once. */
class EndlessConn {
  isClosed = false;

  /** @param most bytes that one read gives at most */
  constructor(readonly most: number) {}

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.isClosed) return Promise.reject(new Deno.errors.BadResource());
    return Promise.resolve(Math.min(buffer.length, this.most));
  }

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }

  close(): void {
    this.isClosed = true;
  }
}

function endless(most: number) {
  const conn = new EndlessConn(most);
  const clock = new StillClock();
  const setUp = { connectMs: 0, tlsMs: NaN, alpn: null, clock };
  const socket = new ConnSocket(conn as unknown as Deno.Conn, setUp);
  const heard = { bytes: 0 };
  socket.start({
    onData: (_, length) => heard.bytes += length,
    onClose: () => assert.fail("it has no end"),
  });
  return { socket, clock, heard, conn };
}

/** Lets everything run that waits for nothing but promises. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

for (const most of [1, 100, 16_384, Infinity]) {
  Deno.test(`a socket that gets ${most} bytes a read, without end, lets others go first after its share of a turn`, async () => {
    const { socket, clock, heard } = endless(most);
    for (let turn = 1; turn <= 5; turn++) {
      const before = heard.bytes;
      await settle();
      const share = heard.bytes - before;
      assert.ok(share >= TURN_BYTES, `${share} bytes`);
      assert.ok(share < TURN_BYTES + MAX_READ_BYTES, `${share} bytes`);
      clock.runTo(clock.now());
    }
    socket.close();
  });
}

Deno.test("a socket that is closed while others go first reads no more, and waits for nothing", async () => {
  const { socket, clock, heard, conn } = endless(1000);
  await settle();
  const before = heard.bytes;
  assert.equal(clock.waiting, 1);
  socket.close();
  socket.close();
  assert.equal(clock.waiting, 0);
  clock.runTo(1000);
  await settle();
  assert.equal(heard.bytes, before);
  assert.equal(conn.isClosed, true);
});

for (const [scheme, options] of Object.entries(SCHEMES)) {
  Deno.test({
    name: `a ${scheme} socket loses nothing where it lets others go first`,
    ...CLEAN,
    fn: async () => {
      await using echo = serveEcho(
        "tls" in options ? CERTIFICATES.server : undefined,
      );
      const socket = await openSocket({ port: echo.port, ...options });
      const bytes = new Uint8Array(3_000_000).map((_, i) => (i * i) >> 8);
      const heard = new Uint8Array(bytes.length);
      let length = 0;
      const whole = Promise.withResolvers<void>();
      socket.start({
        onData(piece, pieceLength) {
          heard.set(piece.subarray(0, pieceLength), length);
          length += pieceLength;
          if (length === bytes.length) whole.resolve();
        },
        onClose: (why) => whole.reject(new Error(why)),
      });
      socket.write(bytes);
      await whole.promise;
      assert.ok(heard.every((byte, i) => byte === bytes[i]));
      socket.close();
    },
  });
}
