/**
 * Real runs of journeys against a server of Node's, which keeps its own books.
 *
 * @module
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { listenHttp2 } from "../../src/echo/http2/mod.ts";
import { configOf, parseConfig } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { startRun } from "../../src/run/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";

/** One request as the server got it. */
export interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Number of its connection, from 0; NaN over HTTP/2. */
  readonly connection: number;
}

/** What the server answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Over HTTP/2. */
  readonly trailers?: Record<string, string>;
}

/** A server that writes down all it gets. */
export class JourneyServer implements AsyncDisposable {
  readonly seen: Seen[] = [];
  /** Connections that were ever opened, over HTTP/1.1. */
  readonly connections: Socket[] = [];
  readonly #reply: (seen: Seen) => Reply;
  #listening!: { readonly port: number; readonly stop: () => Promise<unknown> };

  private constructor(reply: (seen: Seen) => Reply) {
    this.#reply = reply;
  }

  static async open(
    reply: (seen: Seen) => Reply,
    { isHttp2 = false } = {},
  ): Promise<JourneyServer> {
    const self = new JourneyServer(reply);
    self.#listening = isHttp2 ? self.#openHttp2() : await self.#openHttp1();
    return self;
  }

  get base(): string {
    return `http://127.0.0.1:${this.#listening.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening.stop();
  }

  async #openHttp1() {
    const server = createServer();
    server.on("connection", (socket: Socket) => this.connections.push(socket));
    server.on("request", async (request, response) => {
      const body = await textOf(request);
      // Who has broken off has asked nothing: a check of health at a run's end.
      if (body === null) return;
      const { status = 200, headers = {}, body: text = "" } = this.#take({
        line: `${request.method} ${request.url}`,
        headers: request.headers,
        body,
        connection: this.connections.indexOf(request.socket),
      });
      response.writeHead(status, headers);
      response.end(text);
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as AddressInfo;
    const stop = () => {
      for (const socket of this.connections) socket.destroy();
      return new Promise((done) => server.close(done));
    };
    return { port, stop };
  }

  /** By kar's sample server: Node's can end the process at a goodbye. */
  #openHttp2() {
    const { port, close, kill } = listenHttp2(async (request) => {
      const { method, path, header, body } = request;
      const { status = 200, headers = {}, body: text = "", trailers } = this
        .#take({
          line: `${method} ${path}`,
          headers: Object.fromEntries(header),
          body: new TextDecoder().decode(await allOf(body)),
          connection: NaN,
        });
      const sent = Object.entries(headers).flatMap(([name, value]) =>
        [value].flat().map((value) => [name, value] as [string, string])
      );
      return {
        ...{ status, header: new Headers(sent), body: piecesOf(text) },
        ...(trailers && { trailer: new Headers(trailers) }),
      };
    }, { hostname: "127.0.0.1", port: 0, tls: null });
    const stop = () => {
      kill();
      return close();
    };
    return { port, stop };
  }

  #take(seen: Seen): Reply {
    this.seen.push(seen);
    return this.#reply(seen);
  }
}

/** A request's whole body; null where its client has broken off. */
async function textOf(request: IncomingMessage): Promise<string | null> {
  let text = "";
  try {
    for await (const piece of request) text += piece;
  } catch {
    return null;
  }
  return text;
}

/** A body in one piece. */
export async function* piecesOf(
  body: string | Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (body.length === 0) return;
  yield typeof body === "string" ? new TextEncoder().encode(body) : body;
}

/** A whole body. */
export async function allOf(
  body: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  const pieces: number[] = [];
  for await (const piece of body) pieces.push(...piece);
  return Uint8Array.from(pieces);
}

/** A run of a file to its end; `BASE` stands for the server's address. */
export async function runYaml(
  yaml: string,
  { server, durationMs = 1500 }: {
    readonly server: Pick<JourneyServer, "base">;
    readonly durationMs?: number;
  },
): Promise<Snapshot> {
  const text = yaml.replaceAll("BASE", server.base) + `
controller: { base_tps: 60, max_tps: 60, ramp_up_duration: 0s, shutdown_timeout: 20s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
health: { enabled: false }
limits: { max_lateness: 1m }
metrics: { enabled: false }
`;
  const parsed = parseConfig(text, {
    file: "test.yaml",
    environment: () => undefined,
    systemZone: "UTC",
  });
  const plan = buildPlan(configOf(parsed), { drawSeed: () => 1 });
  const startMs = Date.UTC(2026, 2, 1);
  const run = await startRun({ plan, variables: {}, durationMs, startMs });
  return await run.finished;
}
