import { type Cancel, messageOf } from "../../base/mod.ts";
import type { FleetRow } from "../../fleet/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import type { AllParts, Run } from "../../run/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { PlanChain } from "../fleet/plan/plan_chain.ts";
import type { Session } from "../fleet/session.ts";
import { WatchedRun } from "./watched_run.ts";

/** The others are heard so long after somebody has looked. */
const LEASE_MS = 120_000;

/** What a member needs to see the others. */
export interface MemberViewOptions {
  readonly session: Session;
  readonly row: FleetRow;
  readonly plans: PlanChain;
  /** The part that it sends. */
  readonly part: number;
  /** Its own run. */
  readonly own: Omit<Run, "parts" | "endAll"> & Required<Pick<Run, "endAll">>;
  readonly tell: Tell;
}

/**
 * All parts of a fleet's run, as one of them sees them. The others are heard
 * only while somebody looks, since that costs a member what a viewer pays.
 */
export class MemberView implements AllParts {
  readonly #o: MemberViewOptions;
  /** What is watched, or is about to be; null = nobody looks. */
  #watching: Promise<WatchedRun | null> | null = null;
  /** The same, as soon as it is there, and after its end. */
  #watched: WatchedRun | null = null;
  #isKept = false;
  #isOver = false;
  #endLease: Cancel = () => {};
  /** Why the others cannot be seen; null = they can. */
  #why: string | null = null;

  constructor(options: MemberViewOptions) {
    this.#o = options;
  }

  get part(): number {
    return this.#o.part;
  }

  async look(): ReturnType<AllParts["look"]> {
    this.#renew();
    const watched = await this.#watch();
    if (watched !== null) return await watched.parts.look();
    return { snapshot: this.#alone(), parts: [] };
  }

  /** Hears the others as long as the run goes on, and waits until they can be shown. */
  async keep(): Promise<void> {
    this.#isKept = true;
    this.#endLease();
    await this.#watch();
  }

  /** All parts as a run: what is asked of it is asked of the part's own. */
  get run(): Run {
    const { own } = this.#o;
    const seen = () => this.#watched ?? own;
    return {
      runId: own.runId,
      finished: own.finished,
      parts: this,
      snapshot: () => this.#watched?.snapshot() ?? this.#alone(),
      measured: () => seen().measured(),
      forecast: (span) => seen().forecast(span),
      explain: (atMs) => seen().explain(atMs),
      warn: (line) => own.warn(line),
      apply: (action) => own.apply(action),
      reload: (...asked) => own.reload(...asked),
      endAll: () => own.endAll(),
      unconfirmedAt: (heldMs) => own.unconfirmedAt?.(heldMs) ?? "",
      save: () => own.save(),
      drain: () => own.drain(),
      stop: () => own.stop(),
    };
  }

  /**
   * The part has ended: sees the run to its end where somebody keeps what comes
   * of it. Never rejects; meant for before the bus is closed.
   */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#endLease();
    const watched = await this.#watching;
    if (this.#isKept) await watched?.leave().catch(() => {});
    else watched?.drain();
  }

  #watch(): Promise<WatchedRun | null> {
    return this.#watching ??= this.#begin();
  }

  async #begin(): Promise<WatchedRun | null> {
    const { session, row, plans, tell } = this.#o;
    try {
      const watched = await WatchedRun.begin({
        ...{ session, row, plans: plans.copy() },
        // The member says by itself what goes on with its bus.
        tell: () => {},
        tellSilence: tell,
      }, () => this.#isOver);
      watched?.finished.catch((error) => {
        tell(`Other parts are not shown any more: ${messageOf(error)}`, "warn");
        this.#watching = null;
      });
      this.#watched = watched ?? this.#watched;
      this.#why = null;
      return watched;
    } catch (error) {
      this.#why = messageOf(error);
      this.#watching = null;
      return null;
    }
  }

  /** What is shown while the others cannot be seen. */
  #alone(): Snapshot {
    const { own, part, row } = this.#o;
    const snapshot = own.snapshot();
    const why = this.#why ?? "nothing was heard of them yet";
    const line =
      `Only part ${part} of ${row.parts} is shown, since the others cannot be seen: ${why}`;
    return { ...snapshot, warnings: [...snapshot.warnings, line] };
  }

  #renew(): void {
    if (this.#isKept || this.#isOver) return;
    this.#endLease();
    const { clock } = this.#o.session;
    this.#endLease = clock.after(LEASE_MS, () => void this.#leave());
  }

  async #leave(): Promise<void> {
    const watching = this.#watching;
    this.#watching = null;
    (await watching)?.drain();
    this.#watched = null;
  }
}
