import { concat } from "../base/mod.ts";

/** Bytes that wait to be written; whoever takes no more by then has hung. */
const WAITING_BYTES_MAX = 64 * 2 ** 20;

/**
 * Writes bytes to a pipe, one piece after the other; what comes while one is
 * under way goes together in the next.
 */
export class PipeWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #full: () => void;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #isBusy = false;

  /** @param full called when nobody takes anything any more */
  constructor(stream: WritableStream<Uint8Array>, full: () => void) {
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {});
    this.#full = full;
  }

  write(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > WAITING_BYTES_MAX) return this.#full();
    this.#waiting.push(bytes);
    if (!this.#isBusy) void this.#run();
  }

  /** Gives the pipe back, whatever waits. */
  close(): void {
    this.#waiting = [];
    this.#writer.abort().catch(() => {});
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    try {
      while (this.#waiting.length > 0) {
        const pieces = this.#waiting;
        this.#waiting = [];
        const all = concat(pieces);
        await this.#writer.write(all);
        this.#bytes -= all.length;
      }
    } catch {
      // Its end is told by what it does not say any more.
    }
    this.#isBusy = false;
  }
}
