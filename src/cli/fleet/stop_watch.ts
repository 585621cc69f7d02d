import { type Cancel, messageOf } from "../../base/mod.ts";
import type { FleetAsk, FleetRow } from "../../fleet/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import type { Threshold } from "../../threshold/mod.ts";
import type { Heard } from "../watch/heard.ts";
import type { PlanChain } from "./plan/plan_chain.ts";
import type { Session } from "./session.ts";
import { stopFor, StopJudge, stoppedFor } from "./stop_judge.ts";

/** Between two judgements of all parts together. */
const JUDGE_MS = 1000;

/** What ending all parts for a threshold needs. */
export interface StopWatchOptions {
  readonly session: Pick<Session, "clock" | "time">;
  readonly row: FleetRow;
  /** The part that this process sends. */
  readonly part: number;
  readonly heard: Heard;
  readonly plans: PlanChain;
  readonly tell: Tell;
  /** Asks all parts. */
  readonly ask: (asked: FleetAsk) => Promise<unknown>;
}

/** Second by second: the run may have to end for what all parts came to. */
export class StopWatch {
  readonly #o: StopWatchOptions;
  readonly #judge: StopJudge;
  #cancel: Cancel = () => {};
  #isClosed = false;
  /** What went wrong last, so that it is told once. */
  #failure: string | null = null;

  constructor(options: StopWatchOptions) {
    const { session: { time }, row, part, heard, plans } = options;
    this.#o = options;
    this.#judge = new StopJudge({
      ...{ plans, row, part, heard },
      nowMs: () => time.nowMs(),
    });
  }

  /** Judges until it is closed. Never rejects. */
  async run(): Promise<void> {
    const { heard, session: { clock } } = this.#o;
    // What is not heard now, parts tell again.
    await heard.read().catch(() => {});
    while (!this.#isClosed) {
      await new Promise<void>((resolve) =>
        this.#cancel = clock.after(JUDGE_MS, resolve)
      );
      await this.#look();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  async #look(): Promise<void> {
    const { heard, tell, plans, row } = this.#o;
    try {
      await heard.readEvents();
      await plans.follow(row, heard.events);
      const broken = this.#isClosed ? null : this.#judge.look();
      if (broken !== null) await this.#stopAll(broken);
      this.#failure = null;
    } catch (error) {
      const why = messageOf(error);
      // A member says by itself that its bus is away.
      if (why !== this.#failure && !this.#isClosed) {
        tell(`Thresholds of all parts are not judged now: ${why}`, "warn");
      }
      this.#failure = why;
    }
  }

  /** Ends the run for all; who was quicker has done it. */
  async #stopAll(threshold: Threshold): Promise<void> {
    const { heard, tell, plans, ask } = this.#o;
    try {
      await heard.readEvents();
      const plan = plans.last;
      if (stoppedFor(plan, heard.events) !== null) return;
      tell(`Threshold not kept, all parts end: ${threshold.text}`, "warn");
      await ask(stopFor(plan, threshold));
      await heard.readEvents();
    } catch (error) {
      tell(`Cannot end all parts: ${messageOf(error)}`, "warn");
    }
  }
}
