/**
 * A way to a server on loopback that can stand still: connections stay open,
 * and nothing comes through, as when a network drops all packets.
 */
export class FrozenProxy {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.Conn>();
  #thawed: Promise<void> = Promise.resolve();
  #thaw: () => void = () => {};

  constructor(toPort: number) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = (this.#listener.addr as Deno.NetAddr).port;
    void this.#accept(toPort);
  }

  /** Lets nothing through any more. */
  freeze(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#thawed = promise;
    this.#thaw = resolve;
  }

  /** Lets through what has come meanwhile, and what comes. */
  thaw(): void {
    this.#thaw();
  }

  close(): void {
    this.#thaw();
    this.#listener.close();
    for (const conn of this.#open) this.#end(conn);
  }

  async #accept(toPort: number): Promise<void> {
    try {
      for await (const near of this.#listener) {
        const far = await Deno.connect({
          hostname: "127.0.0.1",
          port: toPort,
        });
        this.#open.add(near).add(far);
        void this.#copy(near, far);
        void this.#copy(far, near);
      }
    } catch {
      // Closed.
    }
  }

  async #copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const bytes = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await from.read(bytes);
        await this.#thawed;
        if (count === null) break;
        for (let done = 0; done < count;) {
          done += await to.write(bytes.subarray(done, count));
        }
      }
    } catch {
      // One of them has gone.
    }
    this.#end(from);
    this.#end(to);
  }

  #end(conn: Deno.Conn): void {
    this.#open.delete(conn);
    try {
      conn.close();
    } catch {
      // It was closed before.
    }
  }
}
