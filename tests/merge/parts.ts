/**
 * A server that knows each request by a name that is drawn for its arrival, and
 * real runs of parts of one plan against it.
 *
 * @module
 */
import { KAR } from "../cli/kar.ts";

/** Where plan time begins. */
export const PLAN_START = "2026-11-24T09:00:00Z";

/** Counts every request by the identity of its arrival. */
export class IdentityServer {
  readonly seen = new Map<string, number>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
    this.#server = Deno.serve(options, (request) => {
      const id = new URL(request.url).searchParams.get("id") ?? "";
      this.seen.set(id, (this.seen.get(id) ?? 0) + 1);
      return new Response("ok");
    });
  }

  /** A config whose requests tell who they are. */
  get config(): string {
    return `
targets:
  - name: api
    url: "http://127.0.0.1:${this.#server.addr.port}/?id={{uuid}}"
    timeout: 20s
controller: { base_tps: 120, max_tps: 300, ramp_up_duration: 0s, shutdown_timeout: 20s }
timezone: UTC
# A busy machine must not turn requests into missed ones here.
limits: { max_lateness: 60s }
health: { enabled: false }
metrics: { enabled: false }
`;
  }

  /** What came since the last time. */
  take(): Map<string, number> {
    const seen = new Map(this.seen);
    this.seen.clear();
    return seen;
  }

  async close(): Promise<void> {
    await this.#server.shutdown();
  }
}

/** A process that sends a part. */
export function startPart(args: readonly string[]): Deno.ChildProcess {
  const [program, ...words] = KAR;
  return new Deno.Command(program, {
    args: [...words, "run", "--start", PLAN_START, ...args],
    stdout: "null",
    stderr: "piped",
  }).spawn();
}
