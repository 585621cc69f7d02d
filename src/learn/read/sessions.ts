import { type BinnedCounts, TimeBins } from "./bins.ts";
import { absorb, finish } from "../../base/mod.ts";

/** Silence after which a client's next request begins another session. */
const IDLE_US = 30 * 60e6;
/** Shorter gaps are parallel fetches, not thoughts. */
const THOUGHT_US = 10_000;
/** Places of the table of clients: a power of two. */
const PLACES = 131_072;
/** Places that are ever taken: the table cannot fill, so every search in it ends. */
const TAKEN_MAX = 0.5 * PLACES;
/** After a clearing so many are taken at most; else fewer clients are followed. */
const KEPT_MAX = 0.25 * PLACES;
/** Pairs of templates whose transitions are counted. */
const PAIRS_MAX = 65_536;
const LENGTHS_MAX = 64;
/** Numbers of templates from here on mean none: no log has so many. */
const ROW_END = 32_768;

/** What sessions were like. */
export interface SessionFacts {
  /** Sessions that ended or were open at the end. */
  readonly sessions: number;
  readonly requests: number;
  /** How many sessions had 1, 2, … requests; the last place: that many or more. */
  readonly lengths: readonly number[];
  /** First requests by row. */
  readonly first: ReadonlyMap<number, number>;
  /** Transitions by rows; `to` 0 = the session's end. */
  readonly pairs: readonly {
    readonly from: number;
    readonly to: number;
    readonly count: number;
  }[];
  /** Natural logarithms of thoughts in seconds. */
  readonly thoughts: {
    readonly count: number;
    readonly meanLn: number;
    readonly sdLn: number;
    /** Gaps too short for one. */
    readonly parallel: number;
  };
  /** Of 2^halvings clients one was followed. */
  readonly halvings: number;
  /** Their first requests by second; where only some clients were followed, none. */
  readonly starts: BinnedCounts;
}

/**
 * Sessions of clients, in bounded memory. When too many are open, only a sample
 * of clients, by their hash, is followed; earlier counts are dropped, since
 * they lack the ends of clients that are not followed any more.
 */
export class Sessions {
  #halvings = 0;
  /** By place: the client's hash, 0 = free. */
  #clients = new Int32Array(PLACES);
  #lastUs = new Float64Array(PLACES);
  #rows = new Int32Array(PLACES);
  #requests = new Int32Array(PLACES);
  #taken = 0;
  #counts = emptyCounts();
  #starts = new TimeBins();

  /** A request of a client's hash, 0 = unknown, to a row. */
  take(client: number, us: number, given: number): void {
    if (client === 0 || !this.#isFollowed(client)) return;
    const row = Math.min(given, ROW_END - 1);
    let place = this.#placeOf(client);
    if (this.#clients[place] === 0) {
      if (this.#taken >= TAKEN_MAX) {
        this.#makeRoom(us);
        if (!this.#isFollowed(client)) return;
        place = this.#placeOf(client);
      }
      this.#clients[place] = client | 0;
      this.#taken++;
      return this.#begin(place, us, row);
    }
    const gapUs = us - this.#lastUs[place]!;
    if (gapUs > IDLE_US) {
      this.#finish(place);
      return this.#begin(place, us, row);
    }
    this.#counts.think(Math.max(0, gapUs));
    this.#counts.pair(this.#rows[place]!, row);
    if (gapUs > 0) this.#lastUs[place] = us;
    this.#rows[place] = row;
    this.#requests[place]!++;
  }

  /** All sessions, those that are open among them. */
  end(): SessionFacts {
    for (let place = 0; place < PLACES; place++) {
      if (this.#clients[place] !== 0) this.#finish(place);
    }
    this.#clients.fill(0);
    this.#taken = 0;
    return {
      ...this.#counts.facts(this.#halvings),
      starts: this.#starts.read(),
    };
  }

  #isFollowed(client: number): boolean {
    return this.#halvings === 0 ||
      finish(absorb(0x27d4eb2f, client)) % 2 ** this.#halvings === 0;
  }

  /** Where a client is, or would be. Half of the places are free, so there is one. */
  #placeOf(client: number): number {
    const hash = client | 0;
    let place = hash & (PLACES - 1);
    while (this.#clients[place] !== 0 && this.#clients[place] !== hash) {
      place = (place + 1) & (PLACES - 1);
    }
    return place;
  }

  #begin(place: number, us: number, row: number): void {
    this.#lastUs[place] = us;
    this.#rows[place] = row;
    this.#requests[place] = 1;
    this.#counts.begin(row);
    if (this.#halvings === 0) this.#starts.add(us);
  }

  #finish(place: number): void {
    this.#counts.pair(this.#rows[place]!, 0);
    this.#counts.length(this.#requests[place]!);
  }

  /** Ends sessions that are over; where too many are open, follows fewer clients. */
  #makeRoom(nowUs: number): void {
    this.#keep((place) => {
      const isOpen = nowUs - this.#lastUs[place]! <= IDLE_US;
      if (!isOpen) this.#finish(place);
      return isOpen;
    });
    while (this.#taken > KEPT_MAX) {
      this.#halvings++;
      // Sessions under way have begun under another sample.
      this.#counts = emptyCounts();
      this.#starts = new TimeBins();
      this.#keep((place) => this.#isFollowed(this.#clients[place]!));
    }
  }

  /** Makes the table anew of what stays. */
  #keep(stays: (place: number) => boolean): void {
    const [clients, lastUs] = [this.#clients, this.#lastUs];
    const [rows, requests] = [this.#rows, this.#requests];
    const kept: number[] = [];
    for (let place = 0; place < PLACES; place++) {
      if (clients[place] !== 0 && stays(place)) kept.push(place);
    }
    this.#clients = new Int32Array(PLACES);
    this.#lastUs = new Float64Array(PLACES);
    this.#rows = new Int32Array(PLACES);
    this.#requests = new Int32Array(PLACES);
    for (const from of kept) {
      const to = this.#placeOf(clients[from]!);
      this.#clients[to] = clients[from]!;
      this.#lastUs[to] = lastUs[from]!;
      this.#rows[to] = rows[from]!;
      this.#requests[to] = requests[from]!;
    }
    this.#taken = kept.length;
  }
}

function emptyCounts(): SessionCounts {
  return new SessionCounts();
}

class SessionCounts {
  readonly #first = new Map<number, number>();
  readonly #pairs = new Map<number, number>();
  readonly #lengths = new Float64Array(LENGTHS_MAX);
  #sessions = 0;
  #requests = 0;
  #thoughts = 0;
  #sumLn = 0;
  #sumLn2 = 0;
  #parallel = 0;

  begin(row: number): void {
    if (this.#first.size < PAIRS_MAX || this.#first.has(row)) {
      this.#first.set(row, (this.#first.get(row) ?? 0) + 1);
    }
  }

  pair(from: number, to: number): void {
    const key = from * ROW_END + to;
    const known = this.#pairs.get(key);
    if (known !== undefined) this.#pairs.set(key, known + 1);
    else if (this.#pairs.size < PAIRS_MAX) this.#pairs.set(key, 1);
  }

  length(requests: number): void {
    this.#sessions++;
    this.#requests += requests;
    this.#lengths[Math.min(requests, LENGTHS_MAX) - 1]!++;
  }

  think(gapUs: number): void {
    if (gapUs < THOUGHT_US) {
      this.#parallel++;
      return;
    }
    const ln = Math.log(gapUs / 1e6);
    this.#thoughts++;
    this.#sumLn += ln;
    this.#sumLn2 += ln * ln;
  }

  facts(halvings: number): Omit<SessionFacts, "starts"> {
    const meanLn = this.#thoughts === 0 ? 0 : this.#sumLn / this.#thoughts;
    const square = this.#thoughts === 0 ? 0 : this.#sumLn2 / this.#thoughts;
    return {
      sessions: this.#sessions,
      requests: this.#requests,
      lengths: [...this.#lengths],
      first: this.#first,
      pairs: [...this.#pairs].map(([key, count]) => ({
        from: Math.floor(key / ROW_END),
        to: key % ROW_END,
        count,
      })),
      thoughts: {
        count: this.#thoughts,
        meanLn,
        sdLn: Math.sqrt(Math.max(0, square - meanLn ** 2)),
        parallel: this.#parallel,
      },
      halvings,
    };
  }
}
