import { SLOT_MS, slotOf, slotStartMs } from "../base/mod.ts";

/** What the server saw, by its own clock and its own count. */
export interface EchoStats {
  /** Requests that arrived, answered or not; reading the statistics does not count. */
  readonly total: number;
  /** Requests that were refused on purpose. */
  readonly refused: number;
  /** Every method and path that was asked for, most frequent first. */
  readonly routes: readonly RouteCount[];
  readonly arrivals: ArrivalCounts;
}

/** How often one method and path was asked for. */
export interface RouteCount {
  readonly method: string;
  readonly path: string;
  readonly count: number;
}

/**
 * When requests arrived: `counts[i]` of them in the step that begins at
 * `startMs + i * stepMs`, milliseconds since the epoch. Reaches back
 * `WINDOW_MS`; the last step may still be filling.
 */
export interface ArrivalCounts {
  readonly stepMs: number;
  readonly startMs: number;
  readonly counts: readonly number[];
}

/** How far back arrivals are kept. */
export const WINDOW_MS = 600_000;
/** Step of the arrivals where none is asked for. */
export const DEFAULT_STEP_MS = 1000;
/** Methods and paths counted apart; all further ones are one. */
export const MAX_ROUTES = 200;

const SLOTS = WINDOW_MS / SLOT_MS;
const NEVER = -1;
const OTHER = "(other)";

/** Counts requests by route, and by slot of arrival in a ring. */
export class RequestCounter {
  readonly #routes = new Map<string, number>();
  readonly #counts = new Uint32Array(SLOTS);
  /** Which slot a place of the ring stands for. */
  readonly #slots = new Float64Array(SLOTS).fill(NEVER);
  #total = 0;
  #refused = 0;
  #newest = NEVER;

  /** Counts one request, by the path without its query. */
  count(method: string, path: string, epochMs: number): void {
    this.#total++;
    this.#countRoute(`${method} ${routeOf(path)}`);
    const slot = slotOf(epochMs);
    const place = slot % SLOTS;
    if (this.#slots[place] !== slot) {
      this.#slots[place] = slot;
      this.#counts[place] = 0;
    }
    this.#counts[place]! += 1;
    if (slot > this.#newest) this.#newest = slot;
  }

  /** Counts one request that was refused on purpose. */
  countRefused(): void {
    this.#refused++;
  }

  /**
   * The counts so far.
   *
   * @param stepMs step of the arrivals: a multiple of `SLOT_MS` up to `WINDOW_MS`
   */
  read(stepMs = DEFAULT_STEP_MS): EchoStats {
    const routes = [...this.#routes].map(([key, count]) => {
      const [method, path] = key.split(" ", 2) as [string, string];
      return { method, path, count };
    });
    routes.sort((a, b) => b.count - a.count);
    return {
      total: this.#total,
      refused: this.#refused,
      routes,
      arrivals: this.#arrivals(stepMs),
    };
  }

  #countRoute(key: string): void {
    const known = this.#routes.get(key);
    if (known !== undefined) this.#routes.set(key, known + 1);
    else if (this.#routes.size < MAX_ROUTES) this.#routes.set(key, 1);
    else {
      const rest = `${OTHER} ${OTHER}`;
      this.#routes.set(rest, (this.#routes.get(rest) ?? 0) + 1);
    }
  }

  #arrivals(stepMs: number): ArrivalCounts {
    const kept = this.#slots.filter((slot) =>
      slot > this.#newest - SLOTS && slot !== NEVER
    );
    if (kept.length === 0) return { stepMs, startMs: 0, counts: [] };
    const oldest = kept.reduce((a, b) => Math.min(a, b));
    const first = Math.floor(slotStartMs(oldest) / stepMs);
    const last = Math.floor(slotStartMs(this.#newest) / stepMs);
    const counts = new Array<number>(last - first + 1).fill(0);
    for (const slot of kept) {
      const step = Math.floor(slotStartMs(slot) / stepMs) - first;
      counts[step]! += this.#counts[slot % SLOTS]!;
    }
    return { stepMs, startMs: first * stepMs, counts };
  }
}

/** All users are one route: their numbers have no end. */
function routeOf(path: string): string {
  return path.startsWith("/api/users/") ? "/api/users/:id" : path;
}
