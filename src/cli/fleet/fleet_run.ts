import {
  type Cancel,
  isoTime,
  KarError,
  messageOf,
  slotStartMs,
} from "../../base/mod.ts";
import {
  type FleetAsk,
  FleetMember,
  type FleetRow,
  type JoinedPart,
  type MemberHead,
  type PartSender,
  type StoredClaim,
  type StoredEvent,
  type ToldSpan,
} from "../../fleet/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import {
  type Action,
  type Run,
  type SteeredRun,
  withoutCounts,
} from "../../run/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { Threshold } from "../../threshold/mod.ts";
import { Heard } from "../watch/heard.ts";
import { type Answer, askedBy, FleetAsking, missingText } from "./asking.ts";
import type { Session } from "./session.ts";
import { canStop, stopFor, StopJudge, stoppedFor } from "./stop_judge.ts";
import { type PartTold, SECONDS_TOLD } from "./told.ts";

/** Changes of its own breaker that a part tells. */
const OWN_LEVELS_MAX = 32;
/** Between two judgements of all parts together. */
const JUDGE_MS = 1000;
/** Tries to tell how a part has ended. */
const LAST_TRIES = 3;

/** A part that is about to be sent. */
export interface FleetPart {
  readonly session: Session;
  readonly row: FleetRow;
  readonly joined: JoinedPart<PartTold>;
  readonly onBusLoss: "continue" | "hold";
  /** Hears what the protocol has to say, once there is a run. */
  tell: Tell;
  /** Throws where another process has taken the part; present once it has begun. */
  checkEnd?: () => void;
}

/**
 * A part of a fleet's run, as a run: what is asked of it is asked of all parts,
 * and holds at one slot everywhere. What it shows is its own.
 */
export class FleetRun implements Run {
  readonly #run: SteeredRun;
  readonly #part: FleetPart;
  readonly #member: FleetMember<PartTold>;
  /** Null = others are heard only while something is asked of them: hearing all the time costs each member what a viewer pays. */
  readonly #heard: Heard | null;
  #cancel: Cancel = () => {};
  readonly #finished: Promise<Snapshot>;
  #isOver = false;
  #isClosed = false;
  #displacedBy: StoredClaim | null | undefined;

  constructor(run: SteeredRun, part: FleetPart) {
    this.#run = run;
    this.#part = part;
    part.checkEnd = () => this.#checkEnd();
    const { session, row, joined } = part;
    const { bus, clock, time } = session;
    this.#member = new FleetMember<PartTold>({
      ...{ bus, clock, time, row, joined },
      sender: this.#sender(),
      onBusLoss: part.onBusLoss,
      told: (head) => this.#told(head),
      stopping: (event) => this.#noteStop(event),
      say: (line, level) => part.tell(line, level),
      displaced: (by) => this.#displacedBy = by,
    });
    this.#member.start();
    const { plan } = run.snapshot();
    this.#heard = canStop(plan) ? new Heard(session, row) : null;
    if (this.#heard !== null) void this.#judge(plan, this.#heard);
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

  /** @throws {KarError} `cannotStart` when another process has taken this part */
  #checkEnd(): void {
    if (this.#displacedBy === undefined) return;
    const { part } = this.#part.joined.claim;
    const by = this.#displacedBy;
    const who = by === null
      ? "somebody released it"
      : `"${by.node}" on ${by.host} has taken it`;
    throw new KarError(
      "cannotStart",
      `Part ${part} is not this process's any more: ${who}; it has stopped`,
    );
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
    const { plan } = this.#run.snapshot();
    const { heldMs, missing, event } = await this.#ask(
      askedBy(action, plan.pattern),
    );
    const rest = missingText(missing);
    if (rest !== "") this.#part.tell(`Change ${event.seq}${rest}`, "warn");
    return heldMs;
  }

  reload(): Promise<number> {
    return Promise.reject(
      new KarError(
        "usage",
        "Cannot reload: a fleet's run keeps its plan; open a run of another name for another one",
      ),
    );
  }

  drain(): void {
    this.#run.drain();
  }

  stop(): void {
    this.#run.stop();
  }

  /** Asks all parts, and hears them as long as that takes. */
  async #ask(asked: FleetAsk): Promise<Answer> {
    const { session, row, joined: { claim } } = this.#part;
    const heard = this.#heard ?? new Heard(session, row);
    try {
      await heard.read();
      const asking = new FleetAsking(session, {
        ...{ row, who: `${claim.node} on ${claim.host}` },
        heard: () => heard.told,
      });
      return await asking.ask(asked);
    } finally {
      if (heard !== this.#heard) heard.close();
    }
  }

  /** Second by second: the run may have to end for what all parts came to. */
  async #judge(plan: Plan, heard: Heard): Promise<void> {
    const { session: { clock, time }, row, joined } = this.#part;
    const judge = new StopJudge({
      ...{ plan, row, part: joined.claim.part, heard },
      nowMs: () => time.nowMs(),
    });
    // What is not heard now, parts tell again.
    await heard.read().catch(() => {});
    while (!this.#isClosed) {
      await new Promise<void>((resolve) =>
        this.#cancel = clock.after(JUDGE_MS, resolve)
      );
      if (this.#isClosed) return;
      await heard.readEvents().catch(() => {});
      const broken = this.#isClosed ? null : judge.look();
      if (broken !== null) await this.#stopAll(broken, heard);
    }
  }

  /** Ends the run for all; who was quicker has done it. */
  async #stopAll(threshold: Threshold, heard: Heard): Promise<void> {
    const { tell } = this.#part;
    try {
      await heard.readEvents();
      const { plan } = this.#run.snapshot();
      if (stoppedFor(plan, heard.events) !== null) return;
      tell(`Threshold not kept, all parts end: ${threshold.text}`, "warn");
      await this.#ask(stopFor(plan, threshold));
      await heard.readEvents();
    } catch (error) {
      tell(`Cannot end all parts: ${messageOf(error)}`, "warn");
    }
  }

  #noteStop(event: StoredEvent): void {
    const { plan } = this.#run.snapshot();
    const threshold = stoppedFor(plan, [event]);
    if (threshold === null) return;
    this.#run.steering.stoppedBy(threshold);
    this.#part.tell(
      `Fleet: ends at ${isoTime(slotStartMs(event.slot))}: ${threshold.text}`,
      "warn",
    );
  }

  #sender(): PartSender {
    const { steering } = this.#run;
    return {
      holdFrom: (slot) => steering.holdFrom(slot),
      applyAt: (event) => steering.applyAt(event),
      endAt: (slot) => steering.endBefore(slot),
      halt: () => this.#run.stop(),
    };
  }

  #told({ late, ...head }: MemberHead): PartTold {
    const { joined: { claim, spans } } = this.#part;
    const { node, host, incarnation } = claim;
    const measured = this.#run.measured();
    const { plan: _, ...moment } = measured.moment;
    const own: ToldSpan = {
      ...{ node, host, incarnation, ...this.#run.steering.progress() },
      ...{ eventSeq: head.eventSeq, late, isOver: this.#isOver },
    };
    const levels = measured.changes.filter(({ control }, i, all) =>
      control.level !== (all[i - 1]?.control.level ?? 1)
    );
    return {
      ...head,
      spans: [...spans, own],
      own: levels.slice(-OWN_LEVELS_MAX).map(({ slot, control }) => ({
        ...{ slot, kind: "level", value: control.level, durationMs: 0 },
      })),
      totals: measured.totals,
      seconds: measured.seconds.slice(-SECONDS_TOLD),
      moment,
      saved: withoutCounts(this.#run.save()),
    };
  }

  /** Tells how the part has ended: what nobody hears of is a hole. */
  async #end(): Promise<void> {
    this.#isOver = this.#displacedBy === undefined;
    this.#isClosed = true;
    this.#cancel();
    this.#member.close();
    const { session: { bus }, tell } = this.#part;
    const told = this.#member.snapshot();
    for (let i = 1; i <= LAST_TRIES; i++) {
      try {
        await bus.tellSurely(told);
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
    await bus.close();
  }
}
