import { setImmediate } from "node:timers";
import { concat } from "../../base/mod.ts";
import { closeQuietly, type ServerSocket } from "./types.ts";

/** Bytes that wait to be sent before those who send data have to wait too. */
const HIGH_WATER_BYTES = 262_144;
/** Bytes that wait to be sent before a peer that does not read is given up. */
const MAX_PENDING_BYTES = 4_194_304;

/** Sends frames in order; those of one turn of the event loop leave together. */
export class FrameWriter {
  readonly #socket: ServerSocket;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #flushing: Promise<void> | undefined;
  #broken = false;

  constructor(socket: ServerSocket) {
    this.#socket = socket;
  }

  /** Queues a frame; once the socket is broken it goes nowhere. */
  send(frame: Uint8Array): void {
    if (this.#broken) return;
    this.#pending.push(frame);
    this.#pendingBytes += frame.length;
    if (this.#pendingBytes > MAX_PENDING_BYTES) this.#break();
    else this.#flushing ??= this.#flush();
  }

  /** Resolves when there is room for more data. */
  async ready(): Promise<void> {
    if (this.#pendingBytes > HIGH_WATER_BYTES) await this.#flushing;
  }

  /** Resolves when all that was queued has left, or never can. */
  async flushed(): Promise<void> {
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#pending.length > 0) await this.#writePending();
    } catch {
      this.#break();
    }
    this.#flushing = undefined;
  }

  async #writePending(): Promise<void> {
    let rest = concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    while (rest.length > 0) {
      rest = rest.subarray(await this.#socket.write(rest));
    }
  }

  #break(): void {
    this.#broken = true;
    this.#pending = [];
    this.#pendingBytes = 0;
    closeQuietly(this.#socket);
  }
}
