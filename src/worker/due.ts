import type { ArrivalSource, Ranks } from "../arrivals/mod.ts";
import type { OpenJourneyPlan } from "../journey/mod.ts";
import type { Area } from "../pattern/mod.ts";
import type { Limits, Plan } from "../plan/mod.ts";
import type {
  Exchange,
  OpenTarget,
  PlanSources,
  ResolvedTarget,
} from "../transport/mod.ts";

/** A plan with what its requests need besides it. */
export interface SendPlan {
  readonly plan: Plan;
  /** Value of each of `plan.variables`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Certificates and gRPC call of each target. */
  readonly resolved: readonly ResolvedTarget[];
  /** Data and files that its requests are made of; absent = nothing. */
  readonly sources?: PlanSources;
}

/** A plan with the number by which `plan` events name it; later plans have higher numbers. */
export interface NumberedPlan {
  readonly number: number;
  readonly plan: SendPlan;
}

/** One plan of a run, ready to be sent. */
export interface OpenPlan {
  readonly limits: Limits;
  readonly targets: readonly OpenTarget[];
  /** For each target, which codes count as success. */
  readonly isOk: readonly ((code: number) => boolean)[];
  /** Whether arrivals are evenly spread. */
  readonly isUniform: boolean;
  /** Whether arrivals follow a law that can be proved: those of a replay do not. */
  readonly hasLaw: boolean;
  readonly openSource: (area: Area) => ArrivalSource;
  /** Counts arrivals over all lanes; null = nothing depends on their ranks. */
  readonly openRanks: ((area: Area) => Ranks) | null;
  /** By their numbers behind those of the targets. */
  readonly journeys: readonly OpenJourneyPlan[];
}

/** Says which arrival is due next; later steps of journeys are in the agenda of `Journeys`. */
export interface Due {
  /**
   * Moves on to the next request.
   *
   * @returns its intended instant, or, when none is known yet, the instant at
   *   which to ask again; Infinity = there is none any more
   */
  nextMs(nowMs: number): number;
  /** Whether `nextMs` spoke of a request. */
  readonly hasNext: boolean;
  /**
   * Takes the request that `nextMs` spoke of: writes which one it is, what is
   * sent and when it is due, and nothing else of the exchange.
   *
   * @returns the plan that it belongs to
   */
  take(exchange: Exchange): OpenPlan;
}
