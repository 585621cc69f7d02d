/**
 * A server that writes an access log.
 *
 * @module
 */

/** A config of a short run against it. */
export function configFor(url: string): string {
  return `
targets:
  - { name: api, url: "${url}", timeout: 20s }
controller: { base_tps: 40, max_tps: 200, ramp_up_duration: 0s, shutdown_timeout: 20s }
timezone: UTC
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
# A busy machine must not turn requests into missed ones here.
limits: { max_lateness: 60s }
health: { enabled: false }
metrics: { enabled: false }
`;
}

/** Writes a line as nginx does, combined with `$msec`, for each request. */
export class LoggingServer {
  readonly lines: string[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
    this.#server = Deno.serve(options, ({ method, url }) => {
      const { pathname, search } = new URL(url);
      const stamp = (Date.now() / 1000).toFixed(3);
      const request = `"${method} ${pathname}${search} HTTP/1.1" 200 2`;
      this.lines.push(`127.0.0.1 - - ${request} "-" "kar" ${stamp}`);
      return new Response("ok");
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/work?x=1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
