import type { Cancel, Clock } from "../../../base/mod.ts";
import { GIVEN_UP, type Opened } from "./attempt.ts";
import type { DialFailure } from "../types.ts";

/** "Connection Attempt Delay" (RFC 8305, 5). */
export const ATTEMPT_DELAY_MS = 250;

/** Options of a race between addresses. */
export interface RaceOptions {
  readonly clock: Clock;
  /** Gives everything up. */
  readonly signal: AbortSignal;
  /** Connects to one address; never rejects. */
  readonly open: (
    address: string,
    signal: AbortSignal,
  ) => Promise<Opened | DialFailure>;
  /** An address did not connect, or had not yet answered when a later one did. */
  readonly onSlow: (address: string) => void;
}

/**
 * The first of some addresses that connects (RFC 8305, "Happy Eyeballs").
 *
 *   address 1 ──────(250 ms)──────────────▶ given up
 *   address 2           └──▶ refused
 *   address 3                └──▶ connected: the winner
 *
 * The next one is tried when one fails, or does not answer for
 * `ATTEMPT_DELAY_MS`. Only the connecting itself may be done twice. A failure
 * that does not concern one address alone ends the race.
 *
 * @returns the winner, or why none connected: the last failure
 */
export function firstToConnect(
  addresses: readonly string[],
  options: RaceOptions,
): Promise<Opened | DialFailure> {
  const [only] = addresses;
  if (only !== undefined && addresses.length === 1) {
    return options.open(only, options.signal);
  }
  return new Race(addresses, options).run();
}

class Race {
  readonly #addresses: readonly string[];
  readonly #options: RaceOptions;
  readonly #stop = new AbortController();
  readonly #running = new Set<string>();
  readonly #tries: Promise<void>[] = [];
  readonly #result = Promise.withResolvers<Opened | DialFailure>();
  #next = 0;
  #cancelTimer: Cancel = () => {};
  #last: DialFailure = {
    kind: "failure",
    failure: "dns",
    reason: "the name has no address",
  };
  #isOver = false;

  constructor(addresses: readonly string[], options: RaceOptions) {
    this.#addresses = [...new Set(addresses)];
    this.#options = options;
  }

  async run(): Promise<Opened | DialFailure> {
    const { signal } = this.#options;
    const giveUp = () => this.#end(GIVEN_UP);
    signal.addEventListener("abort", giveUp);
    if (signal.aborted) giveUp();
    this.#advance();
    const result = await this.#result.promise;
    signal.removeEventListener("abort", giveUp);
    // What was given up is not free before each attempt has ended.
    if (signal.aborted) await Promise.all(this.#tries);
    return result;
  }

  /** Begins with the next address; ends when none is left and none runs. */
  #advance(): void {
    this.#cancelTimer();
    if (this.#isOver) return;
    const address = this.#addresses[this.#next++];
    if (address === undefined) {
      if (this.#running.size === 0) this.#end(this.#last);
      return;
    }
    this.#running.add(address);
    this.#tries.push(this.#try(address));
    if (this.#next < this.#addresses.length) {
      const advance = () => this.#advance();
      this.#cancelTimer = this.#options.clock.after(ATTEMPT_DELAY_MS, advance);
    }
  }

  async #try(address: string): Promise<void> {
    const { open, onSlow } = this.#options;
    const result = await open(address, this.#stop.signal);
    this.#running.delete(address);
    if (this.#isOver) {
      if (result.kind === "opened") result.drop();
      return;
    }
    if (result.kind === "opened") {
      // Attempts that began before it and have not ended.
      for (const silent of this.#running) {
        if (
          this.#addresses.indexOf(silent) < this.#addresses.indexOf(address)
        ) {
          onSlow(silent);
        }
      }
      return this.#end(result);
    }
    if (!isOfOneAddress(result)) return this.#end(result);
    onSlow(address);
    this.#last = result;
    this.#advance();
  }

  #end(result: Opened | DialFailure): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimer();
    this.#stop.abort();
    this.#result.resolve(result);
  }
}

/** Whether another address of the same name may still answer. */
function isOfOneAddress({ failure }: DialFailure): boolean {
  return failure === "refused" || failure === "unreachable" ||
    failure === "timeout" || failure === "reset";
}
