import type { Explanation } from "../../pattern/mod.ts";
import type { Snapshot, Step } from "../../stats/mod.ts";
import { CellSum, NO_CELLS } from "./cells.ts";
import type { IntervalSeries, SeriesInterval, SeriesPart } from "./interval.ts";
import {
  addCounts,
  between,
  type CountedAt,
  countedIn,
  joined,
  type RunLook,
} from "./looks.ts";

/** Looks that are kept; with one more, every two become one. */
export const LOOKS_MAX = 2000;
/** DurationCells that they hold together: 8 MB. */
const CELLS_MAX = 1_000_000;
/** Fewer looks than this are never folded: a picture needs some. */
const LOOKS_MIN = 250;
const SECOND_MS = 1000;

const NOTHING: SeriesPart = {
  due: 0,
  sent: 0,
  ok: 0,
  failed: {},
  missed: {},
  response: NO_CELLS,
};

/**
 * What a run has been doing, second by second, in bounded memory: it is shown
 * snapshots and keeps the differences between them. Rates come from the run's
 * own timeline, whose seconds are exact; times and kinds from the look whose
 * middle lies in the second.
 */
export class SeriesRing {
  readonly #scratch = new CellSum();
  #looks: RunLook[] = [];
  #cells = 0;
  #last: CountedAt | null = null;
  #lookMs = SECOND_MS;

  /** How many looks it holds. */
  get size(): number {
    return this.#looks.length;
  }

  /**
   * Takes one more look. The first one tells where the run stood before.
   *
   * @param why of the rate now; null = nobody knows
   */
  look(snapshot: Snapshot, why: Explanation | null = null): void {
    const now = countedIn(snapshot, this.#scratch);
    const before = this.#last;
    this.#last = now;
    if (before === null) return;
    const { sendLag, ...look } = between(before, now, this.#scratch);
    this.#keep({
      ...look,
      factors: why && {
        base: why.base,
        ...Object.fromEntries(
          why.factors.map(({ name, value }) => [name, value]),
        ),
      },
      generator: {
        cpuMs: now.cpuMs - before.cpuMs,
        ofMs: now.atMs - before.atMs,
        rssBytes: snapshot.cost.rssBytes,
        inFlight: snapshot.inFlight,
        sendLag,
      },
    });
  }

  /** All that is known of a run, as it stands in its last snapshot. */
  series(snapshot: Snapshot): IntervalSeries {
    return { intervals: () => this.#intervals(snapshot) };
  }

  #keep(look: RunLook): void {
    this.#looks.push(look);
    this.#cells += cellsIn(look);
    while (
      this.#looks.length > LOOKS_MAX ||
      this.#cells > CELLS_MAX && this.#looks.length > LOOKS_MIN
    ) this.#fold();
  }

  #fold(): void {
    const folded: RunLook[] = [];
    for (let i = 0; i < this.#looks.length; i += 2) {
      const [a, b] = [this.#looks[i]!, this.#looks[i + 1]];
      folded.push(b === undefined ? a : joined(a, b, this.#scratch));
    }
    this.#looks = folded;
    this.#cells = folded.reduce((sum, look) => sum + cellsIn(look), 0);
    this.#lookMs *= 2;
  }

  *#intervals({ startMs, stepMs, steps }: Snapshot): Generator<SeriesInterval> {
    const lengthMs = Math.max(stepMs, this.#lookMs);
    const each = lengthMs / stepMs;
    let next = 0;
    for (let i = 0; i < steps.length; i += each) {
      const some = steps.slice(i, i + each);
      const toMs = (i + each) * stepMs;
      let look: RunLook | null = null;
      const isLast = i + each >= steps.length;
      while (next < this.#looks.length) {
        const { fromMs, toMs: endMs } = this.#looks[next]!;
        if (!isLast && (fromMs + endMs) / 2 >= toMs) break;
        const more = this.#looks[next++]!;
        look = look === null ? more : joined(look, more, this.#scratch);
      }
      yield intervalOf(some, look, {
        startMs: startMs + i * stepMs,
        lengthMs: some.length * stepMs,
      });
    }
  }
}

function cellsIn({ all, targets, generator }: RunLook): number {
  const parts = [all, ...targets];
  return parts.reduce((sum, { response }) => sum + response.length, 0) +
    generator.sendLag.length;
}

function intervalOf(
  steps: readonly Step[],
  look: RunLook | null,
  span: Pick<SeriesInterval, "startMs" | "lengthMs">,
): SeriesInterval {
  const sum = (key: "planned" | "due" | "sent" | "ok") =>
    steps.reduce((total, step) => total + step[key], 0);
  const { failed, missed, response } = look?.all ?? NOTHING;
  return {
    ...span,
    planned: sum("planned"),
    phase: phaseOf(steps),
    all: {
      due: sum("due"),
      sent: sum("sent"),
      ok: sum("ok"),
      failed: addCounts({}, failed),
      missed,
      response,
    },
    targets: look?.targets ?? [],
    factors: look?.factors ?? null,
    generator: look?.generator ?? null,
  };
}

/** Of several steps the phase that is not a baseline tells more. */
function phaseOf(steps: readonly Step[]): Step["phase"] {
  return steps.find(({ phase }) => phase !== "baseline")?.phase ??
    steps[0]!.phase;
}
