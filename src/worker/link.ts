import type { Vars } from "../request/mod.ts";
import type { Clock } from "../base/mod.ts";
import type { OpenScript } from "../script/mod.ts";
import type { OpenClient } from "../transport/mod.ts";
import type { StartPoint } from "./feed.ts";
import type { NumberedPlan } from "./due.ts";
import type { TellReasons } from "./opened/deps.ts";
import { Sender, type SenderOptions } from "./sender.ts";

/** A worker as the run sees it. */
export interface SenderLink {
  /** Makes one more plan ready. */
  addPlan(plan: NumberedPlan): Promise<void>;
  /** Begins to send. */
  start(point: StartPoint): void;
  /** Takes the values that the setup has captured again. */
  setUp(values: Vars): void;
  /** Ends what waits and what is open; resolves when everything is counted, or after a bound. */
  close(): Promise<void>;
  /** Ends the thread, whatever it is doing. */
  terminate(): void;
}

/** What a worker reports unasked. */
export interface SpawnEvents {
  /** It died; called at most once. */
  readonly lost: (why: string) => void;
  /** A note for the report. */
  readonly warn: (line: string) => void;
  /** Why requests failed; at most `REASON_MESSAGES_PER_SEC` times a second. */
  readonly failing: TellReasons;
}

/**
 * Makes a worker that is ready to start.
 *
 * @throws {KarError} when a setting cannot work
 */
export type Spawn = (
  options: SenderOptions,
  on: SpawnEvents,
) => Promise<SenderLink>;

/** Workers without threads: for simulated time, with any clock and client. */
export function spawnLocal(
  clock: Clock,
  open: OpenClient,
  openScript: OpenScript = noScript,
): Spawn {
  return async (options, on) => {
    const sender = new Sender(options, clock, {
      loadClient: () => Promise.resolve(open),
      openScript,
      tell: on.failing,
    });
    await sender.open();
    return {
      addPlan: (plan) => sender.addPlan(plan),
      start: (point) => sender.start(point),
      setUp: (values) => sender.setUp(values),
      close: () => sender.close(),
      terminate: () => sender.terminate(),
    };
  };
}

function noScript(): never {
  throw new Error("Invariant broken: nobody runs scripts here");
}
