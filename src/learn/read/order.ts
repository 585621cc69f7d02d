/** What a stamp of a log marks: the start or the end of a request. */
export type StampKind = "start" | "end";

/** Share of lines out of order that a log has by chance: its writers are sometimes late. */
const BACK_SHARE = 0.001;
/** If so many are out of order either way, the order says nothing. */
const SHUFFLED = 0.02;

/**
 * Decides whether stamps are starts or ends of requests, from the order of
 * lines: a log is written in one of the two orders, and whichever of stamp and
 * stamp + duration never goes back in it is the end. Where lines go back by
 * stamp alone and have no duration, they are starts; else ends.
 */
export class OrderTest {
  lines = 0;
  /** Lines that go back by stamp, and by stamp + duration. */
  backByStamp = 0;
  backByEnd = 0;
  #timed = 0;
  #lastUs = -Infinity;
  #lastEndUs = -Infinity;

  take(stampUs: number, tickUs: number, durationUs: number): void {
    this.lines++;
    if (stampUs < this.#lastUs - tickUs) this.backByStamp++;
    this.#lastUs = stampUs;
    if (Number.isNaN(durationUs)) return;
    this.#timed++;
    const endUs = stampUs + durationUs;
    // A duration has ticks of its own, of a millisecond in most logs.
    if (endUs < this.#lastEndUs - tickUs - 1000) this.backByEnd++;
    this.#lastEndUs = endUs;
  }

  /** Whether the order of lines tells anything: shuffled ones go back by both. */
  get isTold(): boolean {
    const { lines, backByStamp, backByEnd } = this;
    if (this.#timed < lines / 2) return backByStamp < SHUFFLED * lines;
    return Math.min(backByStamp, backByEnd) < SHUFFLED * lines;
  }

  /** @param usual what the format's stamps are of where the order does not tell */
  decide(usual: StampKind): StampKind {
    const { lines, backByStamp, backByEnd } = this;
    if (!this.isTold) return usual;
    if (this.#timed < lines / 2) {
      return backByStamp > BACK_SHARE * lines ? "start" : "end";
    }
    return backByEnd < backByStamp ? "start" : "end";
  }
}
