/**
 * HTTP servers for the laws: HTTP/1.1, HTTP/2 over TLS, and h2c by prior
 * knowledge are all one `Deno.serve`.
 *
 * @module
 */
import type { TargetPlan } from "../../src/plan/mod.ts";
import type { Behaviour, LawServer } from "./laws.ts";
import { testTarget } from "./support.ts";

/** What a law server speaks, and the target that asks it. */
export interface LawServerOptions {
  readonly target?: Partial<TargetPlan>;
  /** PEM certificate and key: then https with HTTP/2 by ALPN. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Starts a server that behaves as a law says. */
export function serveHttp(
  behaviour: Behaviour,
  options: LawServerOptions = {},
): Promise<LawServer> {
  const gate = new Gate(behaviour);
  const abort = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: abort.signal,
    onListen: () => {},
    onError: () => new Response(null, { status: 500 }),
    ...options.tls,
  }, () => gate.enter());
  const scheme = options.tls === undefined ? "http" : "https";
  const url = `${scheme}://127.0.0.1:${server.addr.port}/`;
  return Promise.resolve({
    target: testTarget({ url, ...options.target }),
    get requests() {
      return gate.entered;
    },
    async [Symbol.asyncDispose]() {
      gate.open();
      abort.abort();
      await server.finished;
    },
  });
}

/** Holds requests back until enough of them are open at once. */
export class Gate {
  entered = 0;
  #held: (() => void)[] = [];

  constructor(readonly behaviour: Behaviour) {}

  /** Waits for the behaviour's turn, then answers. */
  async enter(): Promise<Response> {
    this.entered++;
    await new Promise<void>((resolve) => {
      this.#held.push(resolve);
      const { code, together = 1 } = this.behaviour;
      if (code !== null && this.#held.length >= together) this.open();
    });
    const status = this.behaviour.code ?? 500;
    // Some codes forbid a body.
    return new Response(status === 204 ? null : "ok", { status });
  }

  /** Lets everybody through. */
  open(): void {
    for (const go of this.#held.splice(0)) go();
  }
}
