import type { StartKeeper } from "../../../src/worker/keeper.ts";
import { type Begin, COMMAND } from "./keeper_entry.ts";

/** Keepers in threads of their own that a test can freeze, thaw and kill. */
export class Keepers {
  /** How many were started. */
  started = 0;
  /** Of the one that was started last. */
  #control: Int32Array<SharedArrayBuffer> | null = null;

  readonly start: StartKeeper = (memory, generation, lost) => {
    this.started++;
    const buffer = new SharedArrayBuffer(4);
    const control = new Int32Array(buffer);
    this.#control = control;
    const worker = new Worker(import.meta.resolve("./keeper_entry.ts"), {
      type: "module",
    });
    const ready = Promise.withResolvers<void>();
    worker.onmessage = ({ data }) => {
      if (data === "died") lost("told to die");
      else ready.resolve();
    };
    worker.postMessage(
      {
        memory,
        generation,
        control: buffer,
        timeOriginMs: performance.timeOrigin,
      } satisfies Begin,
    );
    return {
      ready: ready.promise,
      terminate() {
        // One that is frozen comes to itself, finds another generation and leaves.
        tell(control, COMMAND.live);
        worker.terminate();
      },
    };
  };

  freeze(): void {
    this.#tell(COMMAND.freeze);
  }

  thaw(): void {
    this.#tell(COMMAND.live);
  }

  kill(): void {
    this.#tell(COMMAND.die);
  }

  #tell(command: number): void {
    if (this.#control !== null) tell(this.#control, command);
  }
}

function tell(control: Int32Array<SharedArrayBuffer>, command: number): void {
  Atomics.store(control, 0, command);
  Atomics.notify(control, 0);
}
