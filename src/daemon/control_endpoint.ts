import { type Folder, isSocket, lockName, type NameLock } from "./paths/mod.ts";
import type { Controlled, ControlServer } from "./serve/mod.ts";

/**
 * Where a run can be operated: its name, and the socket that goes with it. Both
 * lie in a folder that others may clear away, such as a session's at its end;
 * then they are made again.
 */
export class ControlEndpoint {
  readonly #folder: Folder;
  readonly #name: string;
  #lock: NameLock;
  #controlled: Controlled | null = null;
  #server: ControlServer | null = null;
  #isClosed = false;

  private constructor(folder: Folder, name: string, lock: NameLock) {
    this.#folder = folder;
    this.#name = name;
    this.#lock = lock;
  }

  /**
   * Takes the name.
   *
   * @throws {KarError} when it is in use, or the folder cannot be used
   */
  static async open(folder: Folder, name: string): Promise<ControlEndpoint> {
    return new ControlEndpoint(folder, name, await lockName(folder, name));
  }

  /**
   * Serves a run that has begun.
   *
   * @throws {KarError} when the socket cannot be bound
   */
  async serve(controlled: Controlled): Promise<void> {
    // Heavy, and not needed before the first requests are out.
    const { serveControl } = await import("./serve/mod.ts");
    this.#controlled = controlled;
    this.#server = serveControl(controlled, this.#lock.socket);
  }

  /**
   * Makes socket and name anew where they are gone.
   *
   * @returns whether that was necessary
   * @throws {KarError} when it is not possible now
   */
  async repair(): Promise<boolean> {
    const controlled = this.#controlled;
    if (controlled === null || this.#isClosed) return false;
    if (await isSocket(this.#lock.socket)) return false;
    await this.#server?.close();
    this.#lock.release();
    this.#lock = await lockName(this.#folder, this.#name);
    await this.serve(controlled);
    if (this.#isClosed) await this.close();
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#server?.close();
    this.#lock.release();
  }
}
