import type { ExitName } from "../base/mod.ts";
import type { Vars } from "../request/mod.ts";
import type { ReasonBatch } from "../stats/mod.ts";
import type { StartPoint } from "./feed.ts";
import type { KeeperMemory } from "./keeper_memory/mod.ts";
import type { NumberedPlan } from "./due.ts";
import type { SenderOptions } from "./sender.ts";

/** What the main thread tells a worker. */
export type ToWorker =
  | { readonly kind: "ping" }
  /** `offsetMs` moves the worker's monotonic clock onto the main thread's. */
  | {
    readonly kind: "open";
    readonly options: SenderOptions;
    readonly offsetMs: number;
    /** Where the keeper is asked: the place is in the options. */
    readonly memory: KeeperMemory;
  }
  /** For a keeper, which answers nothing after its first answer. */
  | {
    readonly kind: "keep";
    readonly memory: KeeperMemory;
    readonly generation: number;
    readonly offsetMs: number;
  }
  | { readonly kind: "plan"; readonly plan: NumberedPlan }
  | { readonly kind: "start"; readonly point: StartPoint }
  /** The values that the setup has captured again. */
  | { readonly kind: "setup"; readonly values: Vars }
  | { readonly kind: "close" };

/** A worker's answers. */
export type FromWorker =
  | {
    readonly kind: "opened";
    /** See `turnsUntilRead`. */
    readonly readTurns: number | null;
  }
  | { readonly kind: "planned" }
  | { readonly kind: "keeping" }
  | {
    readonly kind: "pong";
    readonly nowMs: number;
    readonly timeOriginMs: number;
  }
  | { readonly kind: "closed" }
  /** Why requests failed; comes unasked. */
  | { readonly kind: "failing"; readonly batch: ReasonBatch }
  /** A setting that cannot work, found while opening. */
  | {
    readonly kind: "failed";
    readonly exit: ExitName;
    readonly message: string;
  };
