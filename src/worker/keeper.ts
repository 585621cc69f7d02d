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

/** Time between two looks at the keeper, and so between two replacements. */
const LOOK_MS = 1000;
/** Looks without a round after which it is dead or hangs. */
const STILL_LOOKS = 2;
/** Looks that it gets to begin: on a busy machine a thread takes long to load. */
const START_LOOKS = 60;

/** A thread that keeps time. */
export interface KeeperThread {
  /** Settles when it keeps time; rejects when it cannot. */
  readonly ready: Promise<unknown>;
  terminate(): void;
}

/** Starts one on the memory; `lost` is told why it died by itself. */
export type StartKeeper = (
  memory: KeeperMemory,
  generation: number,
  lost: (why: string) => void,
) => KeeperThread;

/** What a keeper needs. */
export interface KeeperOptions {
  /** How many senders have a place. */
  readonly places: number;
  readonly clock: Clock;
  readonly start: StartKeeper;
  readonly warn: (line: string) => void;
}

/**
 * The one thread that knows for all senders when it is time, as the main thread
 * sees it. One that dies or hangs is replaced; meanwhile timers wake the
 * senders, and nobody has to be told.
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

  /** How late the keepers so far have been woken. */
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

  /** Frees a place of whoever had it. */
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
   * Counts looks and not time: where the whole process was frozen nobody made a
   * round, and nobody hangs.
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

  /** The next look starts another. */
  #lose(why: string): void {
    this.#end();
    this.#o.warn(
      `Keeper lost: ${why}; requests leave up to some milliseconds late until its replacement runs`,
    );
  }

  /** A thread in the keeper's loop heeds nothing else than the generation. */
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
