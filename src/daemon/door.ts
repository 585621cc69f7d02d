import { type Claim, claimName, type Folder, isSocket } from "./places/mod.ts";
import type { Controlled, ControlServer } from "./serve/mod.ts";

/**
 * Where a run can be operated: its name, and the socket that goes with it. Both
 * lie in a folder that others may clear away, such as a session's at its end;
 * then they are made anew.
 */
export class Door {
  readonly #folder: Folder;
  readonly #name: string;
  #claim: Claim;
  #controlled: Controlled | null = null;
  #server: ControlServer | null = null;
  #isClosed = false;

  private constructor(folder: Folder, name: string, claim: Claim) {
    this.#folder = folder;
    this.#name = name;
    this.#claim = claim;
  }

  /**
   * Takes the name.
   *
   * @throws {KarError} when it is in use, or the folder cannot be used
   */
  static async open(folder: Folder, name: string): Promise<Door> {
    return new Door(folder, name, await claimName(folder, name));
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
    this.#server = serveControl(controlled, this.#claim.socket);
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
    if (await isSocket(this.#claim.socket)) return false;
    await this.#server?.close();
    this.#claim.release();
    this.#claim = await claimName(this.#folder, this.#name);
    await this.serve(controlled);
    if (this.#isClosed) await this.close();
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#server?.close();
    this.#claim.release();
  }
}
