import type { Trend } from "../../discover/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";

/** One look at a run: sums so far. */
interface Look {
  readonly atMs: number;
  readonly inFlight: number;
  readonly answers: number;
  readonly sumMs: number;
}

/** Looks kept of one step; beyond, every other one is forgotten. */
const LOOKS_MAX = 1200;

/** What can be told of a step's beginning and its end, from looks at it while it ran. */
export class Trends {
  #looks: Look[] = [];

  look({ nowMs, startMs, inFlight, latency: { response } }: Snapshot): void {
    this.#looks.push({
      atMs: nowMs - startMs,
      inFlight,
      answers: response.count,
      sumMs: response.sumMs,
    });
    if (this.#looks.length > LOOKS_MAX) {
      this.#looks = this.#looks.filter((_, i) => i % 2 === 0);
    }
  }

  /** Open requests: means of the first third and of the last. */
  get inFlight(): Trend {
    return this.#thirds((looks) =>
      looks.reduce((sum, { inFlight }) => sum + inFlight, 0) / looks.length
    );
  }

  /** Response time of what was answered in the first third, and in the last. */
  get responseMs(): Trend {
    return this.#thirds((looks) => {
      const [from, to] = [looks[0]!, looks.at(-1)!];
      const answers = to.answers - from.answers;
      return answers === 0 ? 0 : (to.sumMs - from.sumMs) / answers;
    });
  }

  #thirds(value: (looks: readonly Look[]) => number): Trend {
    const lengthMs = this.#looks.at(-1)?.atMs ?? 0;
    const part = (from: number, to: number) => {
      const looks = this.#looks.filter(({ atMs }) =>
        atMs >= from * lengthMs && atMs <= to * lengthMs
      );
      return looks.length === 0 ? 0 : value(looks);
    };
    return { first: part(0, 1 / 3), last: part(2 / 3, 1) };
  }
}
