import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import type { WatchedConnection } from "./clients.ts";

const READ_BYTES = 16 * 1024;

/**
 * A connection as a stream of Node's, which node:http serves. Unlike a socket of
 * node:net it frees its file descriptor in the moment in which it is destroyed.
 */
export class ConnStream extends Duplex implements WatchedConnection {
  readonly #conn: Deno.Conn;
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #freed = Promise.withResolvers<void>();
  /** The read and the write under way: they hold the file descriptor, too. */
  #reading: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #bytesRead = 0;

  constructor(conn: Deno.Conn) {
    super();
    this.#conn = conn;
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Resolves once its file descriptor is free. */
  get freed(): Promise<void> {
    return this.#freed.promise;
  }

  override _read(): void {
    this.#reading = this.#conn.read(this.#buffer).then((count) => {
      this.#bytesRead += count ?? 0;
      const bytes = count === null ? null : this.#buffer.slice(0, count);
      this.push(bytes && Buffer.from(bytes));
    }, (error) => void this.destroy(error));
  }

  override _write(
    chunk: Uint8Array,
    _: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#writing = writeAll(this.#conn, chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    // The peer may be gone already.
    this.#conn.closeWrite().then(() => done(), () => done());
  }

  override _destroy(
    error: Error | null,
    done: (error?: Error | null) => void,
  ): void {
    this.#conn.close();
    void Promise.all([this.#reading, this.#writing]).then(() =>
      this.#freed.resolve()
    );
    done(error);
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await conn.write(rest));
  }
}
