import type { Clock } from "../../base/mod.ts";
import type { System } from "../system.ts";

/** Time for one question; nothing is paced by it. */
export function clockOf({ wallMs }: System): Clock {
  return {
    now: () => performance.now(),
    wall: wallMs,
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    soon(task) {
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    },
  };
}
