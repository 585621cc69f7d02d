/**
 * A server on a free loopback port that misbehaves on purpose. It reads
 * HTTP/1.1 requests just well enough to count them, and answers each by a
 * script of raw acts, so that a test decides every byte and every close.
 *
 * It stands on node:net because `Deno.Conn` cannot send a reset.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import type { AddressInfo } from "node:net";
import type { Act, Script, SeenRequest } from "./faults.ts";

export * from "./faults.ts";

/** How a faulty server starts. */
export interface FaultyOptions {
  /** Done on every new connection, before anything is read. */
  readonly onConnect?: readonly Act[];
  /** Speaks TLS with this PEM certificate and key. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** With TLS: asks for a client certificate that this root signed. */
  readonly clientCa?: string;
  /** Listens on this port instead of a free one: for servers that come back. */
  readonly port?: number;
}

/** A faulty server under way; disposing it cuts every connection. */
export interface FaultyServer extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, or https with TLS. */
  readonly origin: string;
  /** Requests read whole so far. */
  readonly requests: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** The first `MAX_SEEN` requests. */
  readonly seen: readonly SeenRequest[];
}

const MAX_SEEN = 10_000;
const MAX_HEAD_CHARS = 1_000_000;

/** Starts a faulty server; use with `await using`. */
export async function startFaultyServer(
  script: Script,
  options: FaultyOptions = {},
): Promise<FaultyServer> {
  const server = new ScriptedServer(script, options);
  await server.listen(options.port ?? 0);
  return server;
}

class ScriptedServer implements FaultyServer {
  requests = 0;
  connections = 0;
  readonly seen: SeenRequest[] = [];
  readonly #open = new Set<Connection>();
  readonly #server: Server;
  readonly #scheme: string;

  constructor(readonly script: Script, options: FaultyOptions) {
    const accept = (socket: Socket) => this.#accept(socket, options);
    this.#scheme = options.tls === undefined ? "http" : "https";
    this.#server = options.tls === undefined
      ? createServer(accept)
      : createTlsServer(tlsOptions(options), accept);
    // A client that gives up in the handshake is part of the game.
    this.#server.on("tlsClientError", () => {});
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const connection of this.#open) connection.cut();
    await closed;
  }

  #accept(socket: Socket, options: FaultyOptions): void {
    const connection = new Connection(socket, this, this.connections++);
    this.#open.add(connection);
    socket.on("close", () => {
      connection.cut();
      this.#open.delete(connection);
    });
    connection.enqueue(options.onConnect ?? []);
  }
}

/** One accepted connection: reads requests, does its acts in order. */
class Connection {
  #text = "";
  #nth = 0;
  #acts: Act[] = [];
  #busy = false;
  #cut = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly socket: Socket,
    readonly server: ScriptedServer,
    readonly number: number,
  ) {
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  enqueue(acts: readonly Act[]): void {
    this.#acts.push(...acts);
    if (!this.#busy) this.#next();
  }

  cut(): void {
    this.#cut = true;
    clearTimeout(this.#timer);
    this.socket.destroy();
  }

  #next(): void {
    const act = this.#cut ? undefined : this.#acts.shift();
    this.#busy = act !== undefined;
    if (act !== undefined) this.#do(act);
  }

  #do(act: Act): void {
    switch (act.act) {
      case "send":
        this.socket.write(bytesOf(act.bytes), () => this.#next());
        return;
      case "drip":
        return this.#drip(act.bytes, act.gapMs);
      case "wait":
        return this.#later(act.ms);
      case "close":
        this.socket.end();
        return;
      case "reset":
        this.socket.resetAndDestroy();
    }
  }

  #drip(bytes: string, gapMs: number): void {
    if (bytes === "") return this.#next();
    this.#acts.unshift(
      { act: "send", bytes: bytes[0]! },
      { act: "wait", ms: gapMs },
      { act: "drip", bytes: bytes.slice(1), gapMs },
    );
    this.#next();
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => this.#next(), ms);
  }

  #read(chunk: Buffer): void {
    this.#text += chunk.toString("latin1");
    if (this.#text.length > MAX_HEAD_CHARS) return this.cut();
    for (let end = this.#endOfFirst(); end > 0; end = this.#endOfFirst()) {
      const text = this.#text.slice(0, end);
      this.#text = this.#text.slice(end);
      this.#seen(text);
    }
  }

  /** Where the first whole request ends; 0 = it is not whole yet. */
  #endOfFirst(): number {
    const head = this.#text.indexOf("\r\n\r\n") + 4;
    if (head < 4) return 0;
    const length = /\r\ncontent-length: *(\d+)/i.exec(
      this.#text.slice(0, head),
    );
    const end = head + Number(length?.[1] ?? 0);
    return this.#text.length >= end ? end : 0;
  }

  #seen(text: string): void {
    const [head = "", ...rest] = text.split("\r\n\r\n");
    const [method = "", path = ""] = head.split(" ");
    const request: SeenRequest = {
      method,
      path,
      head,
      body: rest.join("\r\n\r\n"),
      nth: this.#nth++,
      index: this.server.requests++,
      connection: this.number,
    };
    if (this.server.seen.length < MAX_SEEN) this.server.seen.push(request);
    this.enqueue(this.server.script(request));
  }
}

function tlsOptions({ tls, clientCa }: FaultyOptions): TlsOptions {
  const asked = { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return { ...tls, ...(clientCa === undefined ? {} : asked) };
}

function bytesOf(bytes: string | Uint8Array): Uint8Array {
  return typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
}
