import { type Cancel, KarError, messageOf } from "../../../base/mod.ts";
import {
  type MemberPlans,
  type OfferAnswer,
  OFFERS_MAX,
} from "../../../fleet/mod.ts";
import type { Plan } from "../../../plan/mod.ts";
import type { ReadyPlan, Steering } from "../../../run/mod.ts";
import type { LoadedPlan } from "../../load_plan.ts";
import type { Session } from "../session.ts";

/** Between two tries to have a plan of a bus that does not answer. */
const RETRY_MS = 1000;

/** What getting plans ready needs. */
export interface FleetPlansOptions {
  readonly session: Pick<Session, "bus" | "clock">;
  readonly steering: Pick<Steering, "plan" | "preparePlan">;
  /** Reads what this machine needs for a plan's text. */
  readonly load: (text: string) => Promise<Omit<LoadedPlan, "config">>;
  /** Called when it is known of a plan whether it can be sent. */
  readonly answered: () => void;
  /** Called once, when a plan holds that cannot be sent here. */
  readonly cannot: (why: string) => void;
}

type PlanState =
  | { readonly kind: "coming" }
  | { readonly kind: "ready"; readonly ready: ReadyPlan }
  | { readonly kind: "refused"; readonly why: string };

/** The plans that a member was offered: each is fetched, and made ready in all workers. */
export class FleetPlans implements MemberPlans {
  readonly #o: FleetPlansOptions;
  /** By their hashes, the last one that was offered at the end. */
  readonly #states = new Map<string, PlanState>();
  readonly #waits = new Set<Cancel>();
  #isOver = false;

  constructor(options: FleetPlansOptions) {
    this.#o = options;
  }

  /** What became of the plans that were offered last. */
  get answers(): OfferAnswer[] {
    return [...this.#states].flatMap(([plan, state]): OfferAnswer[] =>
      state.kind === "coming"
        ? []
        : [{ plan, why: state.kind === "refused" ? state.why : null }]
    ).slice(-OFFERS_MAX);
  }

  prepare(plan: string): void {
    const state = this.#states.get(plan);
    if (state?.kind === "coming" || this.#isFresh(state)) return;
    this.#states.delete(plan);
    this.#states.set(plan, COMING);
    void this.#prepare(plan);
  }

  isReady(plan: string): boolean {
    const state = this.#states.get(plan);
    if (state?.kind === "refused") {
      if (!this.#isOver) this.#o.cannot(state.why);
      return false;
    }
    if (this.#isFresh(state)) return true;
    this.prepare(plan);
    return false;
  }

  /** What workers call a plan that is ready. */
  numberOf(plan: string): number {
    const state = this.#states.get(plan);
    if (state?.kind === "ready") return state.ready.number;
    throw new Error(`The plan ${plan} was handed over before it was ready`);
  }

  close(): void {
    this.#isOver = true;
    for (const cancel of this.#waits) cancel();
  }

  /** One that was made ready behind a plan that has gone has to be made ready again. */
  #isFresh(state: PlanState | undefined): boolean {
    return state?.kind === "ready" &&
      state.ready.behind === this.#o.steering.plan;
  }

  async #prepare(plan: string): Promise<void> {
    const text = await this.#text(plan);
    if (text === null) return;
    const state = await this.#readied(text);
    if (this.#isOver) return;
    this.#states.set(plan, state);
    this.#o.answered();
  }

  /** Asks the bus until it answers; null = the part has ended. */
  async #text(plan: string): Promise<string | null> {
    const { bus, clock } = this.#o.session;
    while (!this.#isOver) {
      try {
        return await bus.getPlan(plan);
      } catch {
        if (this.#isOver) break;
        // Whoever offered it names who has not answered; a plan that holds is waited for.
        await new Promise<void>((resolve) => {
          const cancel = clock.after(RETRY_MS, () => {
            this.#waits.delete(cancel);
            resolve();
          });
          this.#waits.add(cancel);
        });
      }
    }
    return null;
  }

  async #readied(text: string): Promise<PlanState> {
    const { load, steering } = this.#o;
    try {
      const { plan, variables, sources } = await load(text);
      const own = withOwnKeys(plan, steering.plan);
      const ready = await steering.preparePlan(own, variables, sources);
      return { kind: "ready", ready };
    } catch (error) {
      const isTold = error instanceof KarError;
      const why = isTold
        ? messageOf(error)
        : `a bug in kar: ${messageOf(error)}`;
      return { kind: "refused", why };
    }
  }
}

const COMING: PlanState = { kind: "coming" };

/** What is this machine's own stays. */
function withOwnKeys(
  plan: Plan,
  { workers, pacing, metrics, ui }: Plan,
): Plan {
  const { ui: _, ...shared } = plan;
  return { ...shared, workers, pacing, metrics, ...(ui && { ui }) };
}
