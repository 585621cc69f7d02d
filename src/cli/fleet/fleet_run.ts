import { isoTime, KarError, messageOf, slotStartMs } from "../../base/mod.ts";
import {
  type FleetAsk,
  FleetMember,
  type FleetRow,
  holderText,
  type JoinedPart,
  type PartSender,
  type StoredClaim,
  type StoredEvent,
  tellLast,
} from "../../fleet/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import type { Action, Run, SteeredRun } from "../../run/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { LoadedPlan } from "../load_plan.ts";
import { Heard } from "../watch/heard.ts";
import { MemberView } from "../watch/member_view.ts";
import { FleetAnswers } from "./fleet_answers.ts";
import { type Answer, askedBy, END_ALL, FleetAsking } from "./asking.ts";
import { FleetPlans } from "./plan/fleet_plans.ts";
import type { PlanChain } from "./plan/plan_chain.ts";
import { planText } from "./plan/plan_text.ts";
import type { Session } from "./session.ts";
import { canStop, stoppedFor } from "./stop_judge.ts";
import { StopWatch } from "./stop_watch.ts";
import { toldOf } from "./told/of_run.ts";
import type { PartTold } from "./told/types.ts";

/** Tries to tell how a part has ended. */
const LAST_TRIES = 3;

/** A part that is about to be sent. */
export interface FleetPart {
  readonly session: Session;
  readonly row: FleetRow;
  readonly joined: JoinedPart<PartTold>;
  readonly onBusLoss: "continue" | "hold";
  /** The plans of the run so far; the last one is sent. */
  readonly plans: PlanChain;
  /** Reads what this machine needs for another plan's text. */
  readonly load: (text: string) => Promise<Omit<LoadedPlan, "config">>;
  /** Hears what the protocol has to say, once there is a run. */
  tell: Tell;
  /** All parts as this one sees them; present once it has begun. */
  view?: MemberView;
  /** Throws where the part was ended by others; present once it has begun. */
  checkEnd?: () => void;
}

/**
 * A part of a fleet's run, as a run: what is asked of it is asked of all parts,
 * and holds at one slot everywhere. What it shows is its own; `parts` shows all.
 */
export class FleetRun implements Run {
  readonly parts: MemberView;
  readonly #run: SteeredRun;
  readonly #part: FleetPart;
  readonly #member: FleetMember<PartTold>;
  readonly #plans: FleetPlans;
  /** Null = others are heard only while something is asked of them: hearing all the time costs each member what a viewer pays. */
  #heard: Heard | null = null;
  #stop: StopWatch | null = null;
  readonly #finished: Promise<Snapshot>;
  readonly #answers = new FleetAnswers((...line) => this.#part.tell(...line));
  #isOver = false;
  /** Why others have ended it; null = they have not. */
  #ended: KarError | null = null;

  constructor(run: SteeredRun, part: FleetPart) {
    this.#run = run;
    this.#part = part;
    part.checkEnd = () => {
      if (this.#ended !== null) throw this.#ended;
    };
    const { session, row, joined } = part;
    const { bus, clock, time } = session;
    this.#plans = new FleetPlans({
      ...{ session, steering: run.steering, load: part.load },
      answered: () => this.#member.planReady(),
      cannot: (why) => this.#endFor(cannotSend(joined.claim.part, why)),
    });
    this.#member = new FleetMember<PartTold>({
      ...{ bus, clock, time, row, joined },
      sender: this.#sender(),
      plans: this.#plans,
      onBusLoss: part.onBusLoss,
      told: (head) => toldOf(run, head, this.#self),
      stopping: (event) => this.#noteStop(event),
      say: (line, level) => part.tell(line, level),
      warn: (line) => run.warn(line),
      displaced: (by) => this.#ended = displacedBy(joined.claim.part, by),
    });
    const { plans, tell } = part;
    this.parts = part.view = new MemberView({
      ...{ session, row, plans, tell, part: joined.claim.part, own: this },
    });
    this.#member.start();
    this.#watchStops();
    this.#finished = run.finished.then(async (snapshot) => {
      await this.#end();
      return snapshot;
    });
  }

  get runId(): string {
    return this.#run.runId;
  }

  get finished(): Promise<Snapshot> {
    return this.#finished;
  }

  snapshot(): Snapshot {
    return this.#run.snapshot();
  }

  measured() {
    return this.#run.measured();
  }

  warn(line: string): void {
    this.#run.warn(line);
  }

  forecast(...asked: Parameters<Run["forecast"]>) {
    return this.#run.forecast(...asked);
  }

  explain(atMs?: number) {
    return this.#run.explain(atMs);
  }

  save() {
    return this.#run.save();
  }

  async apply(action: Action): Promise<number> {
    const asked = askedBy(action, this.#plan.pattern);
    return this.#answers.note(await this.#ask((asking) => asking.ask(asked)));
  }

  async reload(plan: Plan): Promise<number> {
    const text = planText(plan);
    return this.#answers.note(await this.#ask((asking) => asking.reload(text)));
  }

  async endAll(): Promise<number> {
    return this.#answers.note(await this.#ask((asking) => asking.ask(END_ALL)));
  }

  unconfirmedAt(heldMs: number): string {
    return this.#answers.missingAt(heldMs);
  }

  drain(): void {
    this.#run.drain();
  }

  stop(): void {
    this.#run.stop();
  }

  get #plan(): Plan {
    return this.#run.steering.plan;
  }

  get #self() {
    const { joined: { claim, spans } } = this.#part;
    const { answers: offers } = this.#plans;
    return { claim, spans, offers, isOver: this.#isOver };
  }

  /** Asks all parts, and hears them as long as that takes. */
  async #ask(
    question: (asking: FleetAsking) => Promise<Answer>,
  ): Promise<Answer> {
    const { session, row, joined: { claim } } = this.#part;
    const heard = this.#heard ?? new Heard(session, row);
    try {
      await heard.read();
      const who = `${claim.node} on ${claim.host}`;
      return await question(new FleetAsking(session, { row, who, heard }));
    } finally {
      if (heard !== this.#heard) heard.close();
    }
  }

  /** From the first plan on with a threshold that ends the run. */
  #watchStops(): void {
    if (this.#heard !== null || !canStop(this.#plan)) return;
    const { session, row, joined, plans } = this.#part;
    const heard = this.#heard = new Heard(session, row);
    this.#stop = new StopWatch({
      ...{ session, row, part: joined.claim.part, heard, plans },
      tell: (...line) => this.#part.tell(...line),
      ask: (asked: FleetAsk) => this.#ask((asking) => asking.ask(asked)),
    });
    void this.#stop.run();
  }

  #noteStop(event: StoredEvent): void {
    const threshold = stoppedFor(this.#plan, [event]);
    if (threshold !== null) this.#run.steering.stoppedBy(threshold);
    this.#part.tell(
      `Fleet: ends at ${isoTime(slotStartMs(event.slot))}: ${
        threshold?.text ?? `asked for by ${event.who}`
      }`,
      "warn",
    );
  }

  /** Something of the fleet makes it impossible to go on. */
  #endFor(error: KarError): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    this.#part.tell(error.message, "warn");
    this.#run.stop();
  }

  #sender(): PartSender {
    const { steering } = this.#run;
    return {
      holdFrom: (slot) => steering.holdFrom(slot),
      applyAt: (event, plan) => {
        if (plan === undefined) return steering.applyAt(event);
        const value = this.#plans.numberOf(plan);
        const heldSlot = steering.applyAt({ ...event, value });
        this.#watchStops();
        return heldSlot;
      },
      endAt: (slot) => steering.endBefore(slot),
      halt: () => this.#run.stop(),
    };
  }

  /** Tells how the part has ended: what nobody hears of is a hole. */
  async #end(): Promise<void> {
    this.#isOver = this.#ended === null;
    this.#plans.close();
    this.#stop?.close();
    this.#member.close();
    const { session: { bus }, tell } = this.#part;
    const told = this.#member.snapshot();
    for (let i = 1; i <= LAST_TRIES; i++) {
      try {
        await tellLast(bus, told, this.#member.isLastWord);
        break;
      } catch (error) {
        if (i < LAST_TRIES) continue;
        tell(
          `The bus has not heard how this part ended (${
            messageOf(error)
          }): its record tells it`,
          "warn",
        );
      }
    }
    this.#heard?.close();
    await this.parts.end();
    await bus.close();
  }
}

function displacedBy(part: number, by: StoredClaim | null): KarError {
  const who = by === null
    ? "somebody released it"
    : `${holderText(by)} has taken it`;
  return new KarError(
    "cannotStart",
    `Part ${part} is not this process's any more: ${who}; it has stopped`,
  );
}

function cannotSend(part: number, why: string): KarError {
  return new KarError(
    "cannotStart",
    `Part ${part} cannot send the plan that all others send now: ${why}; it has stopped, and nothing of it is sent until it is started again`,
  );
}
