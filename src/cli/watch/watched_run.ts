import { type Cancel, KarError, messageOf, SLOT_MS } from "../../base/mod.ts";
import { type FleetRow, lastSlotOf, unreadText } from "../../fleet/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import {
  type Explanation,
  type Forecast,
  type ForecastSpan,
  forecastTraffic,
} from "../../pattern/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import type {
  Action,
  AllParts,
  Measured,
  Run,
  SavedRun,
} from "../../run/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import { FleetAnswers } from "../fleet/fleet_answers.ts";
import { askedBy, FleetAsking } from "../fleet/asking.ts";
import type { PlanChain } from "../fleet/plan/plan_chain.ts";
import { planText } from "../fleet/plan/plan_text.ts";
import type { Session } from "../fleet/session.ts";
import { Heard } from "./heard.ts";
import { nobodyTold } from "./late_text.ts";
import { MergedView, UNTOLD_MS } from "./merged_view.ts";
import { partSamples } from "./parts_told.ts";
import { Silence } from "./silence.ts";

const TICK_MS = 1000;
/** After the end, parts that are still heard have so long to tell how they ended. */
const END_MS = 10_000;
/** Changes that nobody can read are told so often, each once. */
const UNREAD_LINES_MAX = 5;

/** What is watched. */
export interface WatchedOptions {
  readonly session: Session;
  readonly row: FleetRow;
  readonly plans: PlanChain;
  readonly tell: Tell;
  /** Hears which parts are not heard of any more. */
  readonly tellSilence: Tell;
}

/**
 * All parts of a fleet's run as one run: a run's own interface, so that screen,
 * metrics, page, record and report are those of any run. It sends nothing.
 */
export class WatchedRun implements Run {
  readonly #o: WatchedOptions;
  readonly #heard: Heard;
  readonly #asking: FleetAsking;
  readonly #answers: FleetAnswers;
  readonly #silence: Silence;
  readonly #view: MergedView;
  readonly #finished = Promise.withResolvers<Snapshot>();
  readonly #warnings: string[] = [];
  #cancel: Cancel = () => {};
  #isOver = false;
  #isLeft = false;
  /** Why the bus cannot be asked; null = it answers. */
  #away: string | null = null;
  /** Events of which it is known whether they can be read. */
  #looked = 0;
  #unread = 0;

  private constructor(options: WatchedOptions) {
    const { session, row, plans } = options;
    this.#o = options;
    const heard = this.#heard = new Heard(session, row);
    const who = `viewer on ${Deno.hostname()}`;
    this.#asking = new FleetAsking(session, { row, who, heard });
    this.#answers = new FleetAnswers(options.tell);
    this.#silence = new Silence(row, heard);
    const nowMs = () => session.time.nowMs();
    this.#view = new MergedView({ row, plans, heard, nowMs });
    // Whoever waits for the end hears of it.
    this.#finished.promise.catch(() => {});
  }

  /**
   * Listens until a part has told something; null = somebody ended that.
   *
   * @throws {KarError} when the bus does not say what was told so far
   */
  static async begin(
    options: WatchedOptions,
    isAsked: () => boolean,
  ): Promise<WatchedRun | null> {
    const watched = new WatchedRun(options);
    try {
      if (!await watched.#begin(isAsked)) return null;
    } catch (error) {
      watched.#heard.close();
      throw error;
    }
    void watched.#again();
    return watched;
  }

  async #begin(isAsked: () => boolean): Promise<boolean> {
    await this.#heard.read();
    await this.#followPlans();
    for (let i = 0; this.#heard.told.length === 0; i++) {
      if (i % 20 === 1) this.#o.tell("Waiting for the first part");
      await this.#pause(500);
      if (this.#view.slot > lastSlotOf(this.#o.row)) throw nobodyTold();
      if (!isAsked()) continue;
      this.#heard.close();
      return false;
    }
    this.#look();
    return true;
  }

  get runId(): string {
    return this.#o.row.id;
  }

  get finished(): Promise<Snapshot> {
    return this.#finished.promise;
  }

  snapshot(): Snapshot {
    return this.#view.snapshot(this.runId);
  }

  measured(): Measured {
    const { totals, moment, seconds, changes, plans } = this.#view;
    return { totals, moment, seconds, changes, plans, ...OF_PARTS };
  }

  warn(line: string): void {
    this.#warnings.push(line);
    this.#o.tell(line, "warn");
  }

  forecast(span: ForecastSpan): Forecast {
    return forecastTraffic(this.#view.traffic, span);
  }

  explain(atMs?: number): Explanation {
    const { slot: now, traffic } = this.#view;
    const slot = atMs === undefined ? now : Math.floor(atMs / SLOT_MS);
    return traffic.explainAt(Math.max(slot, this.#o.row.fireSlot));
  }

  async apply(action: Action): Promise<number> {
    const { pattern } = this.#o.plans.last;
    return this.#answers.note(await this.#asking.ask(askedBy(action, pattern)));
  }

  async reload(plan: Plan): Promise<number> {
    return this.#answers.note(await this.#asking.reload(planText(plan)));
  }

  save(): SavedRun {
    throw new KarError("usage", "Cannot save: a viewer has nothing of its own");
  }

  get parts(): AllParts {
    return {
      part: 0,
      look: () =>
        Promise.resolve({
          snapshot: this.snapshot(),
          parts: partSamples(this.#o.row, this.#heard),
        }),
    };
  }

  /** Whoever watches leaves; the run goes on. */
  drain(): void {
    this.#isLeft = true;
    void this.#end();
  }

  stop(): void {
    this.drain();
  }

  /** Whoever watches leaves, unless the run is over: then it is seen to its end. */
  async leave(): Promise<Snapshot> {
    if (this.#view.slot < this.#view.endSlot) this.drain();
    return await this.finished;
  }

  /** Looks once a second. Never rejects: what goes wrong here ends the view, and is what came of it. */
  async #again(): Promise<void> {
    try {
      while (!this.#isOver) {
        await this.#pause(TICK_MS);
        if (this.#isOver) return;
        await this.#readEvents();
        if (this.#isOver) return;
        this.#look();
        this.#sayWhoIsSilent();
        if (this.#hasEnded()) await this.#end();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A bus that is away says nothing of its parts. */
  #sayWhoIsSilent(): void {
    const { slot, endSlot } = this.#view;
    const isSent = slot >= this.#o.row.fireSlot && slot < endSlot;
    if (this.#away !== null || !isSent) return;
    for (const line of this.#silence.look()) this.#o.tellSilence(line, "warn");
  }

  /** While the bus is away, what is known stays; that is said. */
  async #readEvents(): Promise<void> {
    try {
      await this.#heard.readEvents();
      await this.#followPlans();
      if (this.#away !== null) {
        this.#o.tell("The bus answers again");
        this.#heard.beginGrace();
      }
      this.#away = null;
    } catch (error) {
      if (this.#away === null && !this.#isOver) {
        this.#o.tell(
          `The bus cannot be asked (${
            messageOf(error)
          }): changes are not seen, and what is shown is what was heard`,
          "warn",
        );
      }
      this.#away = messageOf(error);
    }
  }

  async #followPlans(): Promise<void> {
    const { plans, row } = this.#o;
    const { events } = this.#heard;
    for (const event of events.slice(this.#looked)) {
      const isTold = event.kind === "unread" &&
        ++this.#unread <= UNREAD_LINES_MAX;
      if (isTold) this.warn(unreadText(event));
    }
    this.#looked = events.length;
    await plans.follow(row, events);
  }

  #look({ isLast = false } = {}): void {
    this.#view.look({ isLast, isLeft: this.#isLeft, warnings: this.#warnings });
  }

  /** Waits for parts that may yet tell how they ended, and not where all have. */
  #hasEnded(): boolean {
    const { slot, endSlot } = this.#view;
    const { latest } = this.#heard;
    const ended = latest.filter(({ spans }) => spans.at(-1)?.isOver);
    const haveAll = slot >= endSlot && ended.length === this.#o.row.parts;
    if (haveAll || slot > endSlot + END_MS / SLOT_MS) return true;
    return slot >= endSlot + UNTOLD_MS / SLOT_MS &&
      latest.every(({ part }) => !this.#heard.isTelling(part));
  }

  async #end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    try {
      await this.#heard.read().catch(() => {});
      await this.#followPlans().catch(() => {});
      this.#look({ isLast: true });
      this.#heard.close();
      this.#finished.resolve(this.snapshot());
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#heard.close();
    this.#finished.reject(error);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#cancel = this.#o.session.clock.after(ms, resolve);
    });
  }
}

/** What parts do not tell. */
const OF_PARTS = { former: null, samples: [], law: {} };
