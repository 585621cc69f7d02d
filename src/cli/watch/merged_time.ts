import { SLOTS_PER_SEC } from "../../base/mod.ts";
import type { FleetRow } from "../../fleet/mod.ts";
import type { Traffic } from "../../pattern/mod.ts";
import type { PlannedSecond } from "../../run/mod.ts";
import { Steps } from "../../stats/mod.ts";
import type { PartTold } from "../fleet/told/types.ts";

/** A viewer that comes late knows the plan's past, and walks along so much of it. */
const PAST_SLOTS_MAX = 3600 * SLOTS_PER_SEC;
/** Seconds of a part that are kept to know what is new of them. */
const KEPT_SECONDS = 64;
const FIELDS = ["due", "sent", "ok", "failed", "missed"] as const;

type SecondSums = Readonly<Record<typeof FIELDS[number], number>>;
const NOTHING: SecondSums = { due: 0, sent: 0, ok: 0, failed: 0, missed: 0 };

/** The timeline of all parts together, in seconds of the run. */
export class MergedTime {
  readonly steps = new Steps();
  readonly #row: FleetRow;
  readonly #told = new Map<number, Map<number, SecondSums>>();
  #slot: number | null = null;

  constructor(row: FleetRow) {
    this.#row = row;
  }

  /** Takes what is new in a part's last seconds. */
  take({ part, seconds }: PartTold): void {
    const known = this.#told.get(part) ?? new Map<number, SecondSums>();
    this.#told.set(part, known);
    for (const row of seconds) {
      const second = Math.max(0, row.t - this.#firstT);
      const before = known.get(row.t) ?? NOTHING;
      for (const field of FIELDS) {
        const more = row[field] - before[field];
        if (more > 0) this.steps.add(second, field, more);
      }
      known.set(row.t, row);
    }
    const newest = seconds.at(-1)?.t ?? 0;
    for (const t of known.keys()) {
      if (t < newest - KEPT_SECONDS) known.delete(t);
    }
  }

  /** Walks along the plan up to a slot, without it. */
  walk(traffic: Traffic, to: number): void {
    const { fireSlot } = this.#row;
    this.#slot ??= Math.max(fireSlot, to - PAST_SLOTS_MAX);
    for (; this.#slot < to; this.#slot++) {
      const { rate, phase } = traffic.partsAt(this.#slot);
      const second = Math.floor((this.#slot - fireSlot) / SLOTS_PER_SEC);
      this.steps.plan(second, rate / SLOTS_PER_SEC, phase);
    }
  }

  /** The last seconds, with the plan time at which each began. */
  get seconds(): PlannedSecond[] {
    return this.steps.lastSeconds().map((row) => ({
      ...row,
      t: this.#firstT + row.second,
    }));
  }

  get #firstT(): number {
    return Math.floor(this.#row.fireSlot / SLOTS_PER_SEC);
  }
}
