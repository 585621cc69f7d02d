import { SLOT_MS, slotStartMs } from "../../base/mod.ts";
import {
  commonEvents,
  countingEvents,
  Dues,
  endSlotOf,
  type FleetRow,
  fleetTraffic,
  mergeParts,
  type PartsView,
  slotAtMs,
} from "../../fleet/mod.ts";
import type { Change, Traffic } from "../../pattern/mod.ts";
import type { HeldPlan, Plan } from "../../plan/mod.ts";
import { mergedMoment } from "../../record/mod.ts";
import type { Moment, PlannedSecond } from "../../run/mod.ts";
import {
  NO_TOTALS,
  plainTotals,
  type RunState,
  type Snapshot,
  type Totals,
} from "../../stats/mod.ts";
import type { PlanChain } from "../fleet/plan/plan_chain.ts";
import { stoppedFor } from "../fleet/stop_judge.ts";
import type { PartTold } from "../fleet/told/types.ts";
import type { Heard } from "./heard.ts";
import { lateText, withoutText } from "./late_text.ts";
import { MergedJudge } from "./merged_judge.ts";
import { MergedSums } from "./merged_sums.ts";
import { MergedTime } from "./merged_time.ts";
import { PartsSum } from "./parts_sum.ts";
import { momentsOf } from "./parts_told.ts";

/** What is younger than this, parts may not have told yet. */
export const UNTOLD_MS = 3000;

/** What a merged view is made of. */
export interface MergedViewOptions {
  readonly row: FleetRow;
  readonly plans: PlanChain;
  readonly heard: Heard;
  /** Now, by the bus's clock, milliseconds since the epoch. */
  readonly nowMs: () => number;
}

/** How a look is taken. */
export interface LookOptions {
  /** It is the last one: what was not told by now is missing. */
  readonly isLast?: boolean;
  /** Whoever looks leaves before the run has ended. */
  readonly isLeft?: boolean;
  /** Lines of whoever looks. */
  readonly warnings: readonly string[];
}

/** What is known of all parts together, as of the last look. */
export class MergedView {
  readonly #o: MergedViewOptions;
  readonly #sums: MergedSums;
  readonly #time: MergedTime;
  readonly #judge: MergedJudge;
  readonly #dues = new Dues();
  readonly #partsSum = new PartsSum();
  #traffic: Traffic;
  /** As of the last look. */
  #told: readonly PartTold[] = [];
  #events = 0;
  #held: readonly HeldPlan[] = [];
  #totals: Totals = NO_TOTALS;
  #moment: Moment | null = null;
  #snapshot: Snapshot | null = null;
  /** Parts that leave something out, at the last look. */
  #without = "";

  constructor(options: MergedViewOptions) {
    const { row, plans } = options;
    this.#o = options;
    this.#sums = new MergedSums(plans.first);
    this.#time = new MergedTime(row);
    this.#judge = new MergedJudge(plans.first, slotStartMs(row.fireSlot));
    this.#traffic = fleetTraffic({ plan: plans.first, row, events: [] });
  }

  /** What was counted, as a record keeps it. */
  get totals(): Totals {
    return plainTotals(this.#totals);
  }

  /** Of the last look, which there was. */
  get moment(): Moment {
    return this.#moment!;
  }

  get seconds(): PlannedSecond[] {
    return this.#time.seconds;
  }

  get traffic(): Traffic {
    return this.#traffic;
  }

  get changes(): readonly Change[] {
    return this.#traffic.events.history().changes;
  }

  /** Plans that took the first one's place, each with the slot from which it holds; each the same object again and again. */
  get plans(): readonly HeldPlan[] {
    return this.#held;
  }

  snapshot(runId: string): Snapshot {
    return this.#snapshot ??= this.#sums.compose(this.#totals, {
      ...{ runId, time: this.#time, moment: this.#moment! },
    });
  }

  /** The slot that is under way. */
  get slot(): number {
    return slotAtMs(this.#o.row, this.#o.nowMs());
  }

  /** The first slot that is not sent any more, as far as it is known. */
  get endSlot(): number {
    const { row, heard } = this.#o;
    return endSlotOf(row, countingEvents(row, heard.events));
  }

  #noteHeld(): void {
    const { row, plans, heard } = this.#o;
    const events = plans.knownOf(row, heard.events);
    const held = countingEvents(row, events)
      .filter(({ kind }) => kind === "plan")
      .map(({ slot, value }) => ({ slot, plan: plans.plans[value]! }));
    this.#held = [...this.#held, ...held.slice(this.#held.length)];
  }

  /** Puts together what is known by now. */
  look({ isLast = false, isLeft = false, warnings }: LookOptions): void {
    const { row, heard, plans } = this.#o;
    const { first: plan, later } = plans;
    const events = plans.knownOf(row, heard.events);
    const run = { plan, later, row, events };
    if (events.length !== this.#events) {
      this.#events = events.length;
      this.#noteHeld();
      const common = commonEvents(run);
      this.#traffic = fleetTraffic({ plan, later, row, events: common });
    }
    const told = isLast ? heard.told : heard.toldLately;
    this.#told = told;
    for (const one of told) this.#time.take(one);
    this.#totals = this.#partsSum.of(told.map(({ totals }) => totals));
    const nowSlot = this.slot;
    const view = mergeParts(run, told, {
      upTo: isLast && !isLeft ? nowSlot : nowSlot - UNTOLD_MS / SLOT_MS,
      isTelling: (part) => !isLast && heard.isTelling(part),
      dues: this.#dues,
    });
    this.#time.walk(this.#traffic, Math.min(nowSlot, view.endSlot));
    const inForce = this.#inForce(view);
    const moment = this.#momentOf(view, { isLast, isLeft, warnings });
    this.#judgeNow({ ...moment, plan: inForce }, { view, isLast });
    this.#sums.follow(inForce);
    this.#sums.note(this.#totals);
    const { verdict, recovery } = this.#judge;
    this.#moment = { ...moment, plan: inForce, verdict, recovery };
    this.#snapshot = null;
  }

  #judgeNow(
    { plan, proof }: Pick<Moment, "plan" | "proof">,
    { view, isLast }: { readonly view: PartsView; readonly isLast: boolean },
  ): void {
    const { row, heard } = this.#o;
    const nowSlot = this.slot;
    const slot = Math.max(row.fireSlot, Math.min(nowSlot, view.endSlot) - 1);
    const where = {
      ...{ slot, traffic: this.#traffic, proof },
      atMs: slotStartMs(slot + 1),
    };
    this.#judge.follow(plan);
    const without = this.#told.map(({ without }) => without).join();
    if (without !== this.#without) this.#judge.forget(this.#totals);
    this.#without = without;
    if (isLast) this.#judge.end(this.#totals, where);
    else if (nowSlot > row.fireSlot) this.#judge.take(this.#totals, where);
    const counting = countingEvents(row, heard.events);
    this.#judge.stop(stoppedFor(plan, counting));
  }

  /** The plan of the slot that is under way. */
  #inForce({ endSlot }: PartsView): Plan {
    const { row, plans } = this.#o;
    const slot = Math.max(row.fireSlot, Math.min(this.slot, endSlot));
    return plans.plans[this.#traffic.events.at(slot).plan]!;
  }

  #momentOf(
    view: PartsView,
    { isLast, isLeft, warnings }: Required<LookOptions>,
  ): Omit<Moment, "verdict" | "recovery" | "plan"> {
    const { row } = this.#o;
    const told = this.#told;
    const { spans, holes } = view;
    const now = this.slot;
    const slot = Math.min(now, view.endSlot);
    const isSending = now >= row.fireSlot && now < view.endSlot;
    const control = this.#traffic.events.at(Math.max(slot, row.fireSlot));
    const plan = this.#inForce(view);
    const moment = mergedMoment(momentsOf({ row, plan }, told), {
      ...{ spans, holes },
    });
    const lines = [...moment.warnings, ...lateText(view)];
    return {
      ...moment,
      state: isLast ? "stopped" : this.#state(view, control.paused),
      nowMs: slotStartMs(slot),
      endMs: view.endSlot === Infinity ? null : slotStartMs(view.endSlot),
      parts: isSending ? this.#traffic.partsAt(slot) : null,
      control,
      share: 1,
      isCutShort: isLeft || moment.isCutShort,
      lastFullSecond: Math.floor((slot - row.fireSlot) / 10) - 2,
      warnings: [...lines, ...withoutText(told), ...warnings],
    };
  }

  #state({ endSlot }: PartsView, isPaused: boolean): RunState {
    const now = this.slot;
    if (now >= endSlot) return "draining";
    if (isPaused) return "paused";
    return now < this.#o.row.fireSlot ? "armed" : "firing";
  }
}
