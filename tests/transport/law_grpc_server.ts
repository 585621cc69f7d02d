/**
 * A gRPC server for the laws, by hand on node:http2: it answers with the status
 * that it is told, and does not care for deadlines.
 *
 * @module
 */
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { Behaviour, LawServer } from "./laws.ts";
import { testTarget } from "./support.ts";

const HEAD = { ":status": 200, "content-type": "application/grpc" };

/** A message of `length` zero bytes with its prefix. */
export function grpcMessage(length = 0): Uint8Array {
  const bytes = new Uint8Array(5 + length);
  new DataView(bytes.buffer).setUint32(1, length);
  return bytes;
}

/** Answers a stream with messages and a status. */
export function answerGrpc(
  stream: ServerHttp2Stream,
  status: number,
  body: Uint8Array = grpcMessage(),
): void {
  stream.respond(HEAD, { waitForTrailers: true });
  stream.on(
    "wantTrailers",
    () => stream.sendTrailers({ "grpc-status": `${status}` }),
  );
  stream.end(body);
}

/** A server whose every stream is answered by a function. */
export class GrpcServer implements AsyncDisposable {
  requests = 0;
  readonly #server: Http2Server;
  readonly #sockets = new Set<Socket>();
  readonly #scheme: string;

  private constructor(
    onStream: (stream: ServerHttp2Stream, headers: Headers) => void,
    tls?: { readonly cert: string; readonly key: string },
  ) {
    this.#scheme = tls === undefined ? "http" : "https";
    this.#server = tls === undefined ? createServer() : createSecureServer(tls);
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("session", (session) => session.on("error", () => {}));
    this.#server.on("stream", (stream: ServerHttp2Stream, headers) => {
      this.requests++;
      stream.on("error", () => {});
      onStream(stream, plainHeaders(headers));
    });
    // A client that gives up in the handshake is part of the game.
    this.#server.on("tlsClientError", () => {});
    this.#server.on("sessionError", () => {});
  }

  static async start(
    onStream: (stream: ServerHttp2Stream, headers: Headers) => void,
    tls?: { readonly cert: string; readonly key: string },
  ): Promise<GrpcServer> {
    const server = new GrpcServer(onStream, tls);
    await new Promise<void>((resolve) =>
      server.#server.listen(0, "127.0.0.1", resolve)
    );
    return server;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#scheme}://127.0.0.1:${port}`;
  }

  /**
   * Cuts all connections. Not by `session.destroy()`: its GOAWAY makes Deno
   * 2.9.6 crash (denoland/deno#36788).
   */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }
}

/** Starts a server that behaves as a law says. */
export async function serveGrpc(
  { code, together = 1 }: Behaviour,
  tls?: { readonly cert: string; readonly key: string },
): Promise<LawServer> {
  const held: ServerHttp2Stream[] = [];
  const server = await GrpcServer.start((stream) => {
    held.push(stream);
    if (code === null || held.length < together) return;
    for (const each of held.splice(0)) answerGrpc(each, code);
  }, tls);
  return {
    target: testTarget({ url: server.url, protocol: "grpc" }),
    get requests() {
      return server.requests;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function plainHeaders(headers: object): Headers {
  const plain = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(":")) plain.set(name, String(value));
    else plain.set(name.slice(1), String(value));
  }
  return plain;
}
