import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { Clock } from "../../../base/mod.ts";

/** How long the addresses of a name are used before it is looked up again. */
export const NAME_FRESH_MS = 30_000;
/** How long a name without addresses is not looked up again. */
export const NAME_FAILED_MS = 1_000;
/** More addresses of one name than this are not used. */
const MAX_ADDRESSES = 64;

/** Asks the system for the addresses of a name; rejects when it has none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/**
 * The addresses of one host, looked up again at an interval. They are handed
 * out in turn so that all of them get connections, and alternate between IPv6
 * and IPv4 (RFC 8305, 4). Addresses that did not connect come last until the
 * name is looked up again, or until they connect.
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
  /** At most as many as there are addresses. */
  readonly #slow = new Set<string>();

  constructor(host: string, clock: Clock, lookup: Lookup) {
    this.#host = host;
    this.#clock = clock;
    this.#lookup = lookup;
    this.#known = Promise.resolve([host]);
    this.#untilMs = isIP(host) === 0 ? -Infinity : Infinity;
  }

  /** All addresses, beginning with another one each time; rejects when there are none. */
  async next(): Promise<readonly string[]> {
    if (this.#clock.now() >= this.#untilMs) this.#refresh();
    const all = await this.#known;
    if (all.length === 1) return all;
    const good = all.filter((address) => !this.#slow.has(address));
    const slow = all.filter((address) => this.#slow.has(address));
    const turn = this.#turn++;
    return [...inTurn(good, turn), ...inTurn(slow, turn)];
  }

  /** An address did not connect, or not in time. */
  isSlow(address: string): void {
    this.#slow.add(address);
  }

  /** An address did connect. */
  isGood(address: string): void {
    this.#slow.delete(address);
  }

  #refresh(): void {
    this.#untilMs = Infinity;
    this.#slow.clear();
    this.#known = this.#lookup(this.#host);
    this.#known.then(
      () => this.#untilMs = this.#clock.now() + NAME_FRESH_MS,
      () => this.#untilMs = this.#clock.now() + NAME_FAILED_MS,
    );
  }
}

function inTurn(all: readonly string[], turn: number): readonly string[] {
  if (all.length < 2) return all;
  const first = turn % all.length;
  return alternating([...all.slice(first), ...all.slice(0, first)]);
}

/** One family after the other, beginning with the first one's, while both have addresses left. */
export function alternating(all: readonly string[]): readonly string[] {
  const isFirst = (address: string) => isIP(address) === isIP(all[0]!);
  const first = all.filter(isFirst);
  const other = all.filter((address) => !isFirst(address));
  const both = Math.min(first.length, other.length);
  const pairs = first.slice(0, both).flatMap((one, i) => [one, other[i]!]);
  return [...pairs, ...first.slice(both), ...other.slice(both)];
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
 * Looking up a name opens files. When no descriptor is left, the system claims
 * that the name is unknown, which would blame the target for a fault of kar's
 * own.
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
