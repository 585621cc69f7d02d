/**
 * A thread of attackers, and of the good server beside them: what they do costs
 * the client's thread nothing. Asked for a peer by its name, it starts it and
 * tells where; `GOOD` is the good one.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { ATTACKS, type Http1Attack } from "./attacks.ts";
import { startFramePeer } from "./frame_peer.ts";

declare const self: {
  onmessage: ((event: MessageEvent<string>) => void) | null;
  postMessage(origin: string): void;
};

/** The name of the server that answers everything. */
const GOOD = "GOOD";
const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

self.onmessage = async ({ data: name }) => {
  self.postMessage(await start(name));
};

async function start(name: string): Promise<string> {
  if (name === GOOD) {
    return await listen((socket) =>
      socket.on("data", () => socket.write(ANSWER))
    );
  }
  const { peer } = ATTACKS.find((attack) => attack.name === name)!;
  if (peer.protocol === "http2") {
    return (await startFramePeer(peer.script)).origin;
  }
  return await listen((socket) =>
    socket.once("data", () => attack(socket, peer))
  );
}

function attack(socket: Socket, { first, flood }: Http1Attack): void {
  socket.on("data", () => {});
  socket.write(first, "latin1");
  const again = () => {
    if (socket.destroyed) return;
    socket.write(flood, "latin1", (error) => {
      if (!error) setImmediate(again);
    });
  };
  again();
}

function listen(accept: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    accept(socket);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}
