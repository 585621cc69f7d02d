import type { MachineNoise } from "../stats/mod.ts";
import type { Vars } from "../request/mod.ts";
import { type Clock, setEventInterval } from "../base/mod.ts";
import { calibrate } from "./calibrate.ts";
import { describeSlowReads } from "./slow_reads.ts";
import type { StartPoint } from "./feed.ts";
import { Keeper, type StartKeeper, startKeeperThread } from "./keeper.ts";
import type { SenderLink, Spawn } from "./link.ts";
import type { NumberedPlan } from "./due.ts";
import { Thread } from "./thread.ts";

/** Time that a closing worker has to count what it aborts. */
const CLOSE_MS_MAX = 1000;

/** The threads of a run. */
export interface Threads {
  /** Starts a worker in a thread of its own. */
  readonly spawn: Spawn;
  /** How late the machine wakes a thread; null = not known. */
  readonly noise?: () => MachineNoise | null;
  /** Ends the keeper; the workers' links end the other threads. */
  close(): void;
}

/**
 * Threads for so many workers, with one keeper for all, which starts beside
 * the first of them.
 */
export function openThreads(
  { workers, clock, startKeeper = startKeeperThread }: {
    readonly workers: number;
    readonly clock: Clock;
    readonly startKeeper?: StartKeeper;
  },
): Threads {
  let keeper: Keeper | undefined;
  return {
    async spawn(options, on) {
      setEventInterval(Deno.env);
      const thread = new Thread(startEntry(), on);
      keeper ??= new Keeper({
        places: workers,
        clock,
        start: startKeeper,
        warn: on.warn,
      });
      const { memory } = keeper;
      const { place } = options;
      try {
        const ping = () => thread.ask({ kind: "ping" }, "pong");
        const offsetMs = await calibrate(ping);
        keeper.clear(place);
        const { readTurns } = await thread.ask(
          { kind: "open", options, offsetMs, memory },
          "opened",
        );
        const slowReads = describeSlowReads(readTurns);
        if (slowReads !== undefined) on.warn(slowReads);
        return new ThreadLink(thread);
      } catch (error) {
        thread.terminate();
        throw error;
      }
    },
    noise: () => keeper?.noise() ?? null,
    close: () => keeper?.close(),
  };
}

function startEntry(): Worker {
  return new Worker(new URL("./entry.ts", import.meta.url).href, {
    type: "module",
  });
}

class ThreadLink implements SenderLink {
  readonly #thread: Thread;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  async addPlan(plan: NumberedPlan): Promise<void> {
    await this.#thread.ask({ kind: "plan", plan }, "planned");
  }

  start(point: StartPoint): void {
    this.#thread.tell({ kind: "start", point });
  }

  setUp(values: Vars): void {
    this.#thread.tell({ kind: "setup", values });
  }

  async close(): Promise<void> {
    try {
      await this.#thread.ask({ kind: "close" }, "closed", CLOSE_MS_MAX);
    } catch {
      // Stuck or dead: what it leaves behind is settled from its counts.
    }
  }

  terminate(): void {
    this.#thread.terminate();
  }
}
