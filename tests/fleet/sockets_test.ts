import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { KarError } from "../../src/base/mod.ts";
import { connectBus } from "../../src/nats/mod.ts";
import { HeardTransport } from "../../src/nats/transport.ts";

const ROUNDS = 10;
const INFO =
  'INFO {"server_id":"x","version":"2.10.0","proto":1,"max_payload":1048576,"headers":true}\r\n';

/** A server that treats each connection in its own way, and dies of none. */
async function withServer(
  each: (socket: Socket, i: number) => void,
  use: (port: number) => Promise<void>,
): Promise<void> {
  let count = 0;
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    each(socket, count++);
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  const { port } = server.address() as { port: number };
  try {
    await use(port);
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

Deno.test("a bus that is killed while somebody connects ends nobody, and is told as not there", async () => {
  const ways = [
    (socket: Socket) => socket.resetAndDestroy(),
    (socket: Socket) => {
      socket.write(INFO.slice(0, 20));
      setTimeout(() => socket.resetAndDestroy());
    },
    (socket: Socket) => {
      socket.write(INFO);
      socket.resetAndDestroy();
    },
    (socket: Socket) => socket.write(INFO, () => socket.resetAndDestroy()),
    (socket: Socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
  ];
  const stray: unknown[] = [];
  const note = (event: Event) => {
    stray.push((event as ErrorEvent).error);
    event.preventDefault();
  };
  globalThis.addEventListener("error", note);
  try {
    await withServer(
      (socket, i) => ways[i % ways.length]!(socket),
      async (port) => {
        for (let i = 0; i < ROUNDS; i++) {
          const address = {
            ...{ host: "127.0.0.1", port, isTls: false, run: "blue" },
          };
          await assert.rejects(connectBus(address, {}, "test"), KarError);
        }
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    globalThis.removeEventListener("error", note);
  }
  assert.deepEqual(stray, [], "no error is left over that nobody hears");
});

Deno.test("a socket to the bus hears errors also while the library has no listener", async () => {
  await withServer((socket) => void socket.resume(), async (port) => {
    const place = { hostname: "127.0.0.1", port, tlsName: "" };
    const socket = await new HeardTransport().dial(place);
    for (const removed of [["data"], []]) {
      socket.removeAllListeners(...removed);
      assert.equal(socket.listenerCount("data"), 0);
      assert.ok(
        socket.emit("error", new Error("read ECONNRESET")),
        "without a listener emit() throws",
      );
      socket.on("data", () => {});
    }
    socket.destroy();
  });
});

Deno.test("an error of another socket is nobody's to swallow, once a bus was connected to", async () => {
  const address = { host: "127.0.0.1", port: 1, isTls: false, run: "blue" };
  await assert.rejects(connectBus(address, {}, "test"), /cannot be reached/);
  for (const code of ["ECONNRESET", "EPIPE", "ECONNREFUSED", "ETIMEDOUT"]) {
    const error = Object.assign(new Error(`read ${code}`), {
      ...{ code, syscall: "read" },
    });
    const event = new ErrorEvent("error", { error, cancelable: true });
    assert.equal(globalThis.dispatchEvent(event), true, code);
  }
});
