/**
 * A keeper's thread that can be frozen and made to die from outside: it obeys
 * one number in shared memory, which it looks at whenever it reads its clock.
 */
import { keep } from "../../../src/worker/keeper_memory/mod.ts";
import type { KeeperMemory } from "../../../src/worker/keeper_memory/mod.ts";

/** What the number says. */
export const COMMAND = { live: 0, freeze: 1, die: 2 } as const;

/** How it is started. */
export interface Begin {
  readonly memory: KeeperMemory;
  readonly generation: number;
  readonly control: SharedArrayBuffer;
  readonly timeOriginMs: number;
}

declare const self: {
  onmessage: ((event: MessageEvent<Begin>) => void) | null;
  postMessage(message: "keeping" | "died"): void;
  close(): void;
};

if ("DedicatedWorkerGlobalScope" in globalThis) {
  self.onmessage = ({ data }) => {
    const { memory, generation, timeOriginMs } = data;
    const control = new Int32Array(data.control);
    // No wall clock steps while a test runs.
    const offsetMs = performance.timeOrigin - timeOriginMs;
    self.postMessage("keeping");
    try {
      keep(memory, generation, {
        now: () => {
          Atomics.wait(control, 0, COMMAND.freeze);
          if (Atomics.load(control, 0) === COMMAND.die) {
            throw new Error("told to die");
          }
          return performance.now() + offsetMs;
        },
        wait: (ints, index, value, timeoutMs) =>
          Atomics.wait(ints, index, value, timeoutMs),
      });
    } catch {
      self.postMessage("died");
    }
    self.close();
  };
}
