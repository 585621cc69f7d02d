import type { TargetPlan } from "../../plan/mod.ts";
import type { OpenScript } from "../../script/mod.ts";
import type { ReasonBatch } from "../../stats/mod.ts";
import type { OpenClient } from "../../transport/mod.ts";

/** Finds the client of a target. */
export type LoadClient = (target: TargetPlan) => Promise<OpenClient>;

/** What a sender needs from its surroundings. */
export interface SenderDeps {
  readonly loadClient: LoadClient;
  readonly tell: TellReasons;
  readonly openScript: OpenScript;
}

/** Takes a worker's reports of failures. */
export type TellReasons = (batch: ReasonBatch) => void;
