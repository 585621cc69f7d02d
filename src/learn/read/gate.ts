/** A stamp this far from all so far is not trusted by itself. */
const FAR_US = 3_300e6;
/** Neighbours that confirm it. */
const NEIGHBOURS = 16;
/** Instants that wait at once. */
const HELD_MAX = 64;

/** An instant that waits to be believed, with whatever belongs to it. */
interface Held {
  readonly us: number;
  readonly client: number;
  readonly row: number;
}

/** Takes a request whose instant is believed. */
export type PassRequest = (us: number, client: number, row: number) => void;

/**
 * Lets instants through that lie near the last ones. One that lies an hour away
 * waits until 16 neighbours have confirmed it: after a leap of the clock, or in
 * a file of another day, there are such neighbours; a broken stamp has none.
 */
export class TimeGate {
  /** Stamps that were not confirmed. */
  refused = 0;
  /** Times that the clock leapt forwards and backwards by an hour or more. */
  leaps = 0;
  steps = 0;
  /** Steps back by an hour, to some seconds: as a clock change makes them without a zone. */
  hourSteps = 0;
  readonly #pass: PassRequest;
  #nearUs = NaN;
  #held: Held[] = [];

  constructor(pass: PassRequest) {
    this.#pass = pass;
  }

  take(us: number, client: number, row: number): void {
    if (Math.abs(us - this.#nearUs) < FAR_US) {
      this.refused += this.#held.length;
      if (this.#held.length > 0) this.#held = [];
      // The newest near instant: a late line moves nothing back.
      if (us > this.#nearUs) this.#nearUs = us;
      this.#pass(us, client, row);
    } else this.#hold({ us, client, row });
  }

  /** Another file begins: it may be of any time. */
  begin(): void {
    this.#settle();
    this.#nearUs = NaN;
  }

  /** The last line was taken. */
  end(): void {
    this.#settle();
  }

  /** Waits beside others; where enough of them lie near one another, they are believed. */
  #hold(request: Held): void {
    this.#held.push(request);
    const near = this.#held.filter(({ us }) =>
      Math.abs(us - request.us) < FAR_US
    );
    if (near.length > NEIGHBOURS) this.#release(near);
    else if (this.#held.length > HELD_MAX) {
      this.#held.shift();
      this.refused++;
    }
  }

  /** What waits at the end of a file is trusted if there was nothing else to compare it with. */
  #settle(): void {
    if (Number.isNaN(this.#nearUs)) this.#release(this.#held);
    this.refused += this.#held.length;
    this.#held = [];
  }

  #release(near: readonly Held[]): void {
    this.refused += this.#held.length - near.length;
    this.#held = [];
    if (near.length === 0) return;
    const far = near[0]!.us - this.#nearUs;
    if (far > 0) this.leaps++;
    else if (far < 0) {
      this.steps++;
      if (Math.abs(far + 3600e6) < 60e6) this.hourSteps++;
    }
    this.#nearUs = near.reduce((most, { us }) => Math.max(most, us), -Infinity);
    for (const { us, client, row } of near) this.#pass(us, client, row);
  }
}
