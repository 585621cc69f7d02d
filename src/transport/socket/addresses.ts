import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { Clock } from "../../base/mod.ts";

/** How long the addresses of a name are used before it is looked up again. */
export const NAME_FRESH_MS = 30_000;
/** How long a name without addresses is not asked for again. */
export const NAME_FAILED_MS = 1_000;
/** More addresses of one name than this are not used. */
export const MAX_ADDRESSES = 64;

/** Asks the system for the addresses of a name; rejects when it has none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/**
 * The addresses of one host, looked up again at an interval, handed out in
 * turn so that all of them get connections.
 *
 * At most one lookup is under way, however many ask.
 */
export class Addresses {
  readonly #host: string;
  readonly #clock: Clock;
  readonly #lookup: Lookup;
  #known: Promise<readonly string[]>;
  #untilMs: number;
  #turn = 0;

  constructor(host: string, clock: Clock, lookup: Lookup) {
    this.#host = host;
    this.#clock = clock;
    this.#lookup = lookup;
    this.#known = Promise.resolve([host]);
    this.#untilMs = isIP(host) === 0 ? -Infinity : Infinity;
  }

  /** All addresses, each time beginning with another; rejects without any. */
  async next(): Promise<readonly string[]> {
    if (this.#clock.now() >= this.#untilMs) this.#refresh();
    const all = await this.#known;
    const first = this.#turn++ % all.length;
    return first === 0 ? all : [...all.slice(first), ...all.slice(0, first)];
  }

  #refresh(): void {
    this.#untilMs = Infinity;
    this.#known = this.#lookup(this.#host);
    this.#known.then(
      () => this.#untilMs = this.#clock.now() + NAME_FRESH_MS,
      () => this.#untilMs = this.#clock.now() + NAME_FAILED_MS,
    );
  }
}

/** What the system itself would use: hosts file, then name servers. */
export function systemLookup(host: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true, verbatim: true }, (error, found) => {
      if (error !== null) return reject(outOfFiles() ?? error);
      resolve(found.slice(0, MAX_ADDRESSES).map(({ address }) => address));
    });
  });
}

/**
 * Looking up a name opens files: with none left the system claims that the
 * name is unknown, and blames the target for what is kar's own fault.
 */
function outOfFiles(): Error | null {
  try {
    Deno.openSync(Deno.execPath()).close();
    return null;
  } catch (error) {
    return isOutOfFiles(error) ? error : null;
  }
}

function isOutOfFiles(error: unknown): error is Error {
  return error instanceof Error && "code" in error &&
    (error.code === "EMFILE" || error.code === "ENFILE");
}
