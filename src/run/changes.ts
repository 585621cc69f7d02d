import { BreakerWatch, type BreakerWatchOptions } from "./breaker_watch.ts";
import type { WorkerPool } from "./worker_pool.ts";
import { EventWriter, type EventWriterOptions } from "./event_writer.ts";
import { Reloads, type ReloadsOptions } from "./reloads.ts";
import type { RunDeps } from "./deps.ts";

/** What changes a run's traffic: events, the breaker, other plans. */
export interface Changes {
  readonly events: EventWriter;
  readonly breaker: BreakerWatch;
  readonly reloads: Reloads;
}

/** What they need. */
export interface ChangesOptions
  extends
    Omit<EventWriterOptions, "haveSeen">,
    Omit<BreakerWatchOptions, "events" | "hook"> {
  readonly pool: WorkerPool;
  readonly deps: RunDeps;
  /** Throws when the run takes no plan any more. */
  readonly checkReload: () => void;
  /** Hears of a plan that is taken. */
  readonly taken: ReloadsOptions["taken"];
}

/** Puts them together. */
export function openChanges(options: ChangesOptions): Changes {
  const { pool, deps, alarm } = options;
  const events = new EventWriter({
    ...options,
    haveSeen: (count) => pool.haveSeen(count),
  });
  const hook = deps.openHook?.(alarm) ?? null;
  const breaker = new BreakerWatch({ ...options, events, hook });
  const reloads = new Reloads({
    ...options,
    events,
    breaker,
    resolve: deps.resolve,
    check: options.checkReload,
  });
  return { events, breaker, reloads };
}
