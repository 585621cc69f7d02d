import { KarError } from "../../base/mod.ts";
import type { System } from "../system.ts";

/**
 * Hears a stop while a run is made ready, so that no lock is left of it. A
 * second one ends the process as it is.
 */
export class EarlyStop {
  readonly deafen: () => void;
  readonly #asked = new AbortController();

  constructor({ onStopSignal }: System) {
    this.deafen = onStopSignal(() => {
      this.#asked.abort();
      this.deafen();
    });
  }

  /** Aborted once a stop was heard. A run that has begun hears it itself. */
  get signal(): AbortSignal {
    return this.#asked.signal;
  }

  /** Whether a stop was heard. */
  get isAsked(): boolean {
    return this.signal.aborted;
  }

  /** @throws {KarError} `cancelled` once a stop was heard */
  check(): void {
    if (this.signal.aborted) {
      throw new KarError("cancelled", "Cancelled; nothing was sent");
    }
  }
}
