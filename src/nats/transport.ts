import { connect as connectSocket, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import {
  type NatsConnection,
  NatsConnectionImpl,
  setTransportFactory,
} from "@nats-io/transport-node";
import {
  nodeResolveHost,
  NodeTransport,
} from "@nats-io/transport-node/lib/node_transport.js";

/** The address of a server, in the library's form. */
type BusPlace = Parameters<NodeTransport["dial"]>[0];

/**
 * The library's way to a server, but with sockets that always have a listener
 * for errors. Its own have none for a moment between connecting and reading
 * the server's first line, and after a handshake: a server that is killed just
 * then, or that wants another certificate, would end the process. Whoever waits
 * hears of the error all the same, and the library connects again by itself.
 */
export class HeardTransport extends NodeTransport {
  override dial({ port, hostname }: BusPlace): Promise<Socket> {
    const socket = heard(connectSocket(port, hostname));
    socket.setNoDelay(true);
    return opened(socket, "connect");
  }

  override startTLS(): Promise<TLSSocket> {
    const socket = heard(connectTls({
      ...(this.options.tls as object),
      socket: this.socket,
      servername: this.tlsName,
      rejectUnauthorized: true,
    }));
    return opened(socket, "secureConnect");
  }
}

/** Connects as the library does, by sockets whose errors are always heard. */
export function connectHeard(
  options: Parameters<typeof NatsConnectionImpl.connect>[0],
): Promise<NatsConnection> {
  setTransportFactory({
    factory: () => new HeardTransport(),
    dnsResolveFn: nodeResolveHost,
  });
  return NatsConnectionImpl.connect(options);
}

/** The same socket, which keeps a listener for errors when all others are removed. */
function heard<Kind extends Socket>(socket: Kind): Kind {
  const ignore = () => {};
  const removeAll = socket.removeAllListeners.bind(socket);
  // The number of arguments decides which form is meant.
  socket.removeAllListeners = (...names: Parameters<typeof removeAll>) => {
    removeAll(...names);
    return socket.on("error", ignore);
  };
  return socket.on("error", ignore);
}

/** Waits until a socket is open; its own error is why it is not. */
function opened<Kind extends Socket>(
  socket: Kind,
  event: "connect" | "secureConnect",
): Promise<Kind> {
  return new Promise((resolve, reject) => {
    let why = new Error("the connection was closed");
    const failed = (error: Error) => why = error;
    const closed = () => reject(why);
    socket.on("error", failed).on("close", closed);
    socket.once(event, () => {
      socket.off("error", failed).off("close", closed);
      resolve(socket);
    });
  });
}
