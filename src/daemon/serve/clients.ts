import type { Socket } from "node:net";
import { CONNECTIONS_MAX } from "../contract.ts";

/**
 * Who is connected: `CONNECTIONS_MAX` at most. When one more comes, the one that
 * has been silent for longest gives way, and only when all are being answered
 * is the new one turned away: so the slow can be given all the time they need,
 * and the silent keep nobody out.
 */
export class Clients {
  /** Those that have asked nothing, or were answered: the longest silent first. */
  readonly #silent = new Set<Socket>();
  readonly #busy = new Set<Socket>();

  /** Takes a client that has just connected. */
  add(socket: Socket): void {
    if (this.#silent.size + this.#busy.size >= CONNECTIONS_MAX) {
      const [longest = socket] = this.#silent;
      this.#silent.delete(longest);
      longest.destroy();
    }
    if (!socket.destroyed) this.#silent.add(socket);
  }

  /** Forgets a client that is gone. */
  remove(socket: Socket): void {
    this.#silent.delete(socket);
    this.#busy.delete(socket);
  }

  /** Begins to answer a client; false = it is being answered already. */
  begin(socket: Socket): boolean {
    if (this.#busy.has(socket)) return false;
    this.#silent.delete(socket);
    this.#busy.add(socket);
    return true;
  }

  /** The client has its answer. */
  end(socket: Socket): void {
    if (this.#busy.delete(socket)) this.#silent.add(socket);
  }

  /** Cuts everybody off. */
  close(): void {
    for (const socket of [...this.#silent, ...this.#busy]) socket.destroy();
  }
}
