import type { ExitName } from "../base/mod.ts";
import type { SenderOptions, StartPoint } from "./sender.ts";

/** What the main thread tells a worker. */
export type ToWorker =
  | { readonly kind: "open"; readonly options: SenderOptions }
  | { readonly kind: "ping" }
  /** `offsetMs` moves the worker's monotonic clock onto the main thread's. */
  | {
    readonly kind: "start";
    readonly point: StartPoint;
    readonly offsetMs: number;
  }
  | { readonly kind: "close" };

/** What a worker answers. */
export type FromWorker =
  | { readonly kind: "opened" }
  | {
    readonly kind: "pong";
    readonly nowMs: number;
    readonly timeOriginMs: number;
  }
  | { readonly kind: "closed" }
  /** A setting that cannot work, found while opening. */
  | {
    readonly kind: "failed";
    readonly exit: ExitName;
    readonly message: string;
  };
