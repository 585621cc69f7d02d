import type { Clock } from "../../../base/mod.ts";
import { failed, GIVEN_UP } from "./attempt.ts";
import { ConnSocket } from "../conn_socket.ts";
import { failureOf } from "../errors.ts";
import { unixReason } from "../reasons/mod.ts";
import type { Dialer, DialFailure, Socket } from "../types.ts";

/** The errors of a Unix socket on which nothing listens, or nothing accepts. */
const REFUSED: ReadonlySet<unknown> = new Set(["ENOENT", "EAGAIN"]);

/** Opens connections to one Unix socket. */
export class UnixDialer implements Dialer {
  readonly #path: string;
  readonly #clock: Clock;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  async dial(signal: AbortSignal): Promise<Socket | DialFailure> {
    if (signal.aborted) return GIVEN_UP;
    const startMs = this.#clock.now();
    let conn: Deno.UnixConn;
    try {
      // It connects or is refused at once: there is no attempt to give up.
      conn = await Deno.connect({ transport: "unix", path: this.#path });
    } catch (error) {
      const { code } = error as { code?: unknown };
      const kind = REFUSED.has(code) ? "refused" : failureOf(error);
      return failed(kind, unixReason(this.#path, error));
    }
    if (signal.aborted) {
      conn.close();
      return GIVEN_UP;
    }
    const connectMs = this.#clock.now() - startMs;
    const clock = this.#clock;
    return new ConnSocket(conn, { connectMs, tlsMs: NaN, alpn: null, clock });
  }
}
