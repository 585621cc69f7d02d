import { type Cancel, KarError, SLOT_MS, slotStartMs } from "../../base/mod.ts";
import {
  commonEvents,
  countingEvents,
  Dues,
  endSlotOf,
  type FleetRow,
  fleetTraffic,
  lastSlotOf,
  mergeParts,
  type PartsView,
  slotAtMs,
} from "../../fleet/mod.ts";
import {
  type Explanation,
  type Forecast,
  type ForecastSpan,
  forecastTraffic,
  type Traffic,
} from "../../pattern/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import { mergedMoment } from "../../record/mod.ts";
import type { Action, Measured, Moment, Run, SavedRun } from "../../run/mod.ts";
import {
  addTotals,
  NO_TOTALS,
  type RunState,
  type Snapshot,
  type Totals,
} from "../../stats/mod.ts";
import type { PartSample } from "../../metrics/mod.ts";
import { askedBy, FleetAsking, missingText } from "../fleet/asking.ts";
import { stoppedFor } from "../fleet/stop_judge.ts";
import { Heard } from "./heard.ts";
import { lateText, nobodyTold } from "./late_text.ts";
import { MergedJudge } from "./merged_judge.ts";
import { MergedSums } from "./merged_sums.ts";
import { MergedTime } from "./merged_time.ts";
import { momentsOf, partSamples } from "./parts_told.ts";
import type { Session } from "../fleet/session.ts";

const TICK_MS = 1000;
/** What is younger than this, parts may not have told yet. */
const UNTOLD_MS = 3000;
/** After the end, parts that are still heard have so long to tell how they ended. */
const END_MS = 10_000;

/** What is watched. */
export interface WatchedOptions {
  readonly session: Session;
  readonly row: FleetRow;
  readonly plan: Plan;
  readonly tell: Tell;
}

/**
 * All parts of a fleet's run as one run: a run's own interface, so that screen,
 * metrics, page, record and report are those of any run. It sends nothing.
 */
export class WatchedRun implements Run {
  readonly #o: WatchedOptions;
  readonly #heard: Heard;
  readonly #asking: FleetAsking;
  readonly #sums: MergedSums;
  readonly #time: MergedTime;
  readonly #judge: MergedJudge;
  readonly #dues = new Dues();
  readonly #finished = Promise.withResolvers<Snapshot>();
  readonly #warnings: string[] = [];
  #cancel: Cancel = () => {};
  #traffic: Traffic;
  #events = 0;
  #totals: Totals = NO_TOTALS;
  #moment: Moment | null = null;
  #snapshot: Snapshot | null = null;
  #isOver = false;
  #isLeft = false;

  private constructor(options: WatchedOptions) {
    const { session, row, plan } = options;
    this.#o = options;
    this.#heard = new Heard(session, row);
    this.#asking = new FleetAsking(session, {
      ...{ row, who: `viewer on ${Deno.hostname()}` },
      heard: () => this.#heard.told,
    });
    this.#sums = new MergedSums(plan);
    this.#time = new MergedTime(row);
    this.#judge = new MergedJudge(plan, slotStartMs(row.fireSlot));
    this.#traffic = fleetTraffic({ plan, row, events: [] });
  }

  /** Listens until a part has told something; null = somebody ended that. */
  static async begin(
    options: WatchedOptions,
    isAsked: () => boolean,
  ): Promise<WatchedRun | null> {
    const watched = new WatchedRun(options);
    await watched.#heard.read();
    for (let i = 0; watched.#heard.told.length === 0; i++) {
      if (i % 20 === 1) options.tell("Waiting for the first part");
      await watched.#pause(500);
      if (watched.#slot > lastSlotOf(options.row)) throw nobodyTold();
      if (!isAsked()) continue;
      watched.#heard.close();
      return null;
    }
    watched.#look();
    void watched.#again();
    return watched;
  }

  get runId(): string {
    return this.#o.row.id;
  }

  get finished(): Promise<Snapshot> {
    return this.#finished.promise;
  }

  snapshot(): Snapshot {
    const { runId } = this;
    return this.#snapshot ??= this.#sums.compose(this.#totals, {
      ...{ runId, time: this.#time, moment: this.#moment! },
    });
  }

  measured(): Measured {
    return {
      totals: this.#totals,
      former: null,
      moment: this.#moment!,
      seconds: this.#time.seconds,
      changes: this.#traffic.events.history().changes,
      ...OF_PARTS,
    };
  }

  warn(line: string): void {
    this.#warnings.push(line);
    this.#o.tell(line, "warn");
  }

  forecast(span: ForecastSpan): Forecast {
    return forecastTraffic(this.#traffic, span);
  }

  explain(atMs?: number): Explanation {
    const now = this.#slot;
    const slot = atMs === undefined ? now : Math.floor(atMs / SLOT_MS);
    return this.#traffic.explainAt(Math.max(slot, this.#o.row.fireSlot));
  }

  async apply(action: Action): Promise<number> {
    const asked = askedBy(action, this.#o.plan.pattern);
    const { heldMs, missing, event } = await this.#asking.ask(asked);
    const rest = missingText(missing);
    if (rest !== "") this.#o.tell(`Change ${event.seq}${rest}`, "warn");
    return heldMs;
  }

  reload(): Promise<number> {
    const text = "Cannot reload: a fleet's run keeps its plan";
    return Promise.reject(new KarError("usage", text));
  }

  save(): SavedRun {
    throw new KarError("usage", "Cannot save: a viewer has nothing of its own");
  }

  /** How each part is, as of now. */
  parts(): PartSample[] {
    return partSamples(this.#o.row, this.#heard);
  }

  /** Whoever watches leaves; the run goes on. */
  drain(): void {
    this.#isLeft = true;
    void this.#end();
  }

  stop(): void {
    this.drain();
  }

  async #again(): Promise<void> {
    while (!this.#isOver) {
      await this.#pause(TICK_MS);
      if (this.#isOver) return;
      // While the bus is away, what is known stays.
      await this.#heard.readEvents().catch(() => {});
      this.#look();
      if (this.#hasEnded()) await this.#end();
    }
  }

  /** Puts together what is known by now. */
  #look({ isLast = false } = {}): void {
    const { plan, row } = this.#o;
    const run = { plan, row, events: this.#heard.events };
    if (run.events.length !== this.#events) {
      this.#events = run.events.length;
      const events = commonEvents(run);
      this.#traffic = fleetTraffic({ plan, row, events });
    }
    const { told } = this.#heard;
    for (const one of told) this.#time.take(one);
    this.#totals = told.map(({ totals }) => totals)
      .reduce(addTotals, NO_TOTALS);
    const nowSlot = this.#slot;
    const view = mergeParts(run, told, {
      upTo: isLast && !this.#isLeft ? nowSlot : nowSlot - UNTOLD_MS / SLOT_MS,
      isTelling: (part) => !isLast && this.#heard.isTelling(part),
      dues: this.#dues,
    });
    this.#time.walk(this.#traffic, Math.min(nowSlot, view.endSlot));
    const moment = this.#momentOf(view);
    const slot = Math.max(row.fireSlot, Math.min(nowSlot, view.endSlot) - 1);
    const where = {
      ...{ slot, traffic: this.#traffic, proof: moment.proof },
      atMs: slotStartMs(slot + 1),
    };
    if (isLast) this.#judge.end(this.#totals, where);
    else if (nowSlot > row.fireSlot) this.#judge.take(this.#totals, where);
    this.#judge.stop(stoppedFor(plan, countingEvents(row, run.events)));
    this.#sums.note(this.#totals);
    const { verdict, recovery } = this.#judge;
    this.#moment = { ...moment, verdict, recovery };
    this.#snapshot = null;
  }

  #momentOf(view: PartsView): Omit<Moment, "verdict" | "recovery"> {
    const { plan, row } = this.#o;
    const { told } = this.#heard;
    const { spans, holes } = view;
    const now = this.#slot;
    const slot = Math.min(now, view.endSlot);
    const isSending = now >= row.fireSlot && now < view.endSlot;
    const control = this.#traffic.events.at(Math.max(slot, row.fireSlot));
    const moment = mergedMoment(momentsOf(this.#o, told), { spans, holes });
    return {
      ...moment,
      plan,
      state: this.#state(view, control.paused),
      nowMs: slotStartMs(slot),
      endMs: view.endSlot === Infinity ? null : slotStartMs(view.endSlot),
      parts: isSending ? this.#traffic.partsAt(slot) : null,
      control,
      share: 1,
      isCutShort: this.#isLeft || moment.isCutShort,
      lastFullSecond: Math.floor((slot - row.fireSlot) / 10) - 2,
      warnings: [...moment.warnings, ...lateText(view), ...this.#warnings],
    };
  }

  #state({ endSlot }: PartsView, isPaused: boolean): RunState {
    if (this.#isOver) return "stopped";
    const now = this.#slot;
    if (now >= endSlot) return "draining";
    return isPaused
      ? "paused"
      : now < this.#o.row.fireSlot
      ? "armed"
      : "firing";
  }

  #hasEnded(): boolean {
    const { row } = this.#o;
    const end = endSlotOf(row, countingEvents(row, this.#heard.events));
    const isLate = this.#slot > end + END_MS / SLOT_MS;
    const parts = this.#heard.told.map(({ part }) => part);
    return this.#slot >= end + UNTOLD_MS / SLOT_MS &&
      (isLate || parts.every((part) => !this.#heard.isTelling(part)));
  }

  async #end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    await this.#heard.read().catch(() => {});
    this.#look({ isLast: true });
    this.#heard.close();
    this.#finished.resolve(this.snapshot());
  }

  get #slot(): number {
    const { row, session: { time } } = this.#o;
    return slotAtMs(row, time.nowMs());
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#cancel = this.#o.session.clock.after(ms, resolve);
    });
  }
}

/** What parts do not tell. */
const OF_PARTS = { samples: [], plans: [], law: {} };
