import type { Cancel, Clock } from "../base/mod.ts";
import type { MachineNoise } from "../stats/mod.ts";
import { calibrate } from "./calibrate.ts";
import {
  createKeeperMemory,
  type KeeperMemory,
  nextGeneration,
  roundsOf,
  WakeLateness,
  Waker,
} from "./keeper_memory/mod.ts";
import { Thread } from "./thread.ts";

/** Time between two checks of the keeper, and so between two replacements. */
const LOOK_MS = 1000;
/** Checks without a round after which it is dead or hangs. */
const STILL_LOOKS = 2;
/** Checks for which it may take to begin: on a busy machine a thread loads slowly. */
const START_LOOKS = 60;

/** A thread that keeps time. */
export interface KeeperThread {
  /** Settles when it keeps time; rejects when it cannot. */
  readonly ready: Promise<unknown>;
  terminate(): void;
}

/** Starts a keeper on the memory; `lost` gets the reason when it dies by itself. */
export type StartKeeper = (
  memory: KeeperMemory,
  generation: number,
  lost: (why: string) => void,
) => KeeperThread;

/** Options of a keeper. */
export interface KeeperOptions {
  /** How many senders have a place. */
  readonly places: number;
  readonly clock: Clock;
  readonly start: StartKeeper;
  readonly warn: (line: string) => void;
}

/**
 * The one thread that knows for all senders when it is time, as seen by the
 * main thread. One that dies or hangs is replaced; meanwhile timers wake the
 * senders, which need not be told.
 */
export class Keeper {
  readonly memory: KeeperMemory;
  readonly #o: KeeperOptions;
  #thread: KeeperThread | null = null;
  #isReady = false;
  #rounds = 0;
  #stillLooks = 0;
  #cancelLook: Cancel = () => {};

  constructor(options: KeeperOptions) {
    this.#o = options;
    this.memory = createKeeperMemory(options.places);
    this.#start();
    this.#nextLook();
  }

  /** How late the keepers so far were woken. */
  noise(): MachineNoise {
    const lateness = new WakeLateness(this.memory.lateness);
    return {
      wakes: lateness.count,
      p50Ms: lateness.percentile(0.5),
      p90Ms: lateness.percentile(0.9),
      p95Ms: lateness.percentile(0.95),
      p99Ms: lateness.percentile(0.99),
      p999Ms: lateness.percentile(0.999),
      maxMs: lateness.longestMs,
    };
  }

  /** Frees the place of a sender. */
  clear(place: number): void {
    new Waker(this.memory, place).leave();
  }

  /** Ends the thread. */
  close(): void {
    this.#cancelLook();
    this.#end();
  }

  #start(): void {
    const { start } = this.#o;
    const generation = nextGeneration(this.memory);
    this.#isReady = false;
    this.#stillLooks = 0;
    const lost = (why: string) => {
      if (this.#thread === thread) this.#lose(why);
    };
    const thread = start(this.memory, generation, lost);
    this.#thread = thread;
    thread.ready.then(() => {
      if (this.#thread === thread) this.#isReady = true;
    }, (error) => lost(error instanceof Error ? error.message : `${error}`));
  }

  #nextLook(): void {
    this.#cancelLook = this.#o.clock.after(LOOK_MS, () => {
      this.#look();
      this.#nextLook();
    });
  }

  /**
   * Counts checks instead of time: when the whole process was frozen, no round
   * was made, and nothing hangs.
   */
  #look(): void {
    if (this.#thread === null) return this.#start();
    const rounds = roundsOf(this.memory);
    this.#stillLooks = rounds === this.#rounds ? this.#stillLooks + 1 : 0;
    this.#rounds = rounds;
    if (this.#isReady && this.#stillLooks >= STILL_LOOKS) {
      this.#lose(`no sign of life for ${STILL_LOOKS * LOOK_MS / 1000} s`);
    } else if (this.#stillLooks >= START_LOOKS) {
      this.#lose(`not ready after ${START_LOOKS * LOOK_MS / 1000} s`);
    }
  }

  /** The next check starts another one. */
  #lose(why: string): void {
    this.#end();
    this.#o.warn(
      `Keeper lost: ${why}; requests leave up to some milliseconds late until its replacement runs`,
    );
  }

  /** A thread in the keeper's loop obeys nothing but the generation. */
  #end(): void {
    nextGeneration(this.memory);
    this.#thread?.terminate();
    this.#thread = null;
  }
}

/** Starts a keeper in a thread of its own. */
export const startKeeperThread: StartKeeper = (memory, generation, lost) => {
  const worker = new Worker(
    new URL("./keeper_entry.ts", import.meta.url).href,
    { type: "module" },
  );
  const thread = new Thread(worker, { lost });
  const ready = calibrate(() => thread.ask({ kind: "ping" }, "pong"))
    .then((offsetMs) =>
      thread.ask({ kind: "keep", memory, generation, offsetMs }, "keeping")
    );
  return { ready, terminate: () => thread.terminate() };
};
