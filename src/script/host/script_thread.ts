import type { ScriptPulse } from "./script_entry.ts";

/** How often a thread is asked whether it still answers. */
const LOOK_MS = 50;
/** Looks without an answer after which it is given up: 2 s. */
const DEAF_LOOKS_MAX = 40;
/** Bytes that a script's objects may take. */
const HEAP_BYTES_MAX = 256 * 2 ** 20;
/** Bytes that its whole process may take: nothing else shows what one turn has allocated. */
const PROCESS_BYTES_MAX = HEAP_BYTES_MAX + 128 * 2 ** 20;

/** Callbacks of a thread. */
export interface ScriptThreadEvents {
  /** Bytes for the worker that sends for the script. */
  readonly said: (bytes: Uint8Array) => void;
  /** It has to be given up, and why. Only the end of the process ends it for certain. */
  readonly lost: (why: string) => void;
}

/**
 * A thread without permissions that runs a script, and its watchdog.
 * `terminate` does not end a thread in a loop (Deno 2.9.6), nor one that
 * allocates, so the owner of this ends its process.
 */
export class ScriptThread {
  readonly #worker: Worker;
  readonly #on: ScriptThreadEvents;
  /** Looks since the last question that it has not answered; −1 = it has. */
  #deafLooks = -1;

  constructor(on: ScriptThreadEvents) {
    this.#on = on;
    const worker = new Worker(
      new URL("./script_entry.ts", import.meta.url).href,
      { type: "module", deno: { permissions: "none" } },
    );
    this.#worker = worker;
    worker.onmessage = (
      { data }: MessageEvent<Uint8Array | ScriptPulse>,
    ) => data instanceof Uint8Array ? on.said(data) : this.#beat(data);
    worker.onerror = (event) => {
      event.preventDefault();
      on.lost("it ended");
    };
    worker.onmessageerror = () =>
      on.lost("it sent something that is not a message");
    setInterval(() => this.#look(), LOOK_MS);
  }

  tell(bytes: Uint8Array<ArrayBuffer>): void {
    this.#worker.postMessage(bytes, [bytes.buffer]);
  }

  /**
   * Looks are counted, not time: when the whole machine stood still, no thread
   * had failed to answer.
   */
  #look(): void {
    if (Deno.memoryUsage().rss > PROCESS_BYTES_MAX) {
      return this.#on.lost(TOO_MUCH);
    }
    if (this.#deafLooks < 0) {
      this.#deafLooks = 0;
      return this.#worker.postMessage(null);
    }
    this.#deafLooks++;
    if (this.#deafLooks < DEAF_LOOKS_MAX) return;
    const forSec = (DEAF_LOOKS_MAX * LOOK_MS) / 1000;
    this.#on.lost(`it did not give way for ${forSec} s`);
  }

  #beat({ bytes }: ScriptPulse): void {
    this.#deafLooks = -1;
    if (bytes > HEAP_BYTES_MAX) this.#on.lost(TOO_MUCH);
  }
}

const TOO_MUCH = `it took more than ${HEAP_BYTES_MAX / 2 ** 20} MiB of memory`;
