/**
 * Real runs of journeys against a server of Node's, which keeps its own books.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { configOf, parseConfig } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { startRun } from "../../src/run/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";

/** One request as the server got it. */
export interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Number of its connection, from 0. */
  readonly connection: number;
}

/** What the server answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
}

/** A server that writes down all it gets. */
export class JourneyServer implements AsyncDisposable {
  readonly seen: Seen[] = [];
  /** Connections that were ever opened, and those that are. */
  readonly connections: Socket[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(
    reply: (seen: Seen) => Reply,
    { isHttp2 = false } = {},
  ): Promise<JourneyServer> {
    // Its interface of requests is that of HTTP/1.1.
    const server = isHttp2
      ? createHttp2Server() as unknown as Server
      : createServer();
    const self = new JourneyServer(server);
    server.on("connection", (socket: Socket) => self.connections.push(socket));
    server.on("request", async (request, response) => {
      let body = "";
      for await (const piece of request) body += piece;
      const seen: Seen = {
        line: `${request.method} ${request.url}`,
        headers: request.headers,
        body,
        connection: self.connections.indexOf(request.socket),
      };
      self.seen.push(seen);
      const { status = 200, headers = {}, body: text = "" } = reply(seen);
      response.writeHead(status, headers);
      response.end(text);
    });
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve)
    );
    return self;
  }

  get base(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A run of a file to its end; `BASE` stands for the server's address. */
export async function runYaml(
  yaml: string,
  { server, durationMs = 1500 }: {
    readonly server: JourneyServer;
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
