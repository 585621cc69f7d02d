import { BreakerWatch, type BreakerWatchOptions } from "./breaker_watch.ts";
import type { Crew } from "./crew.ts";
import { EventWriter, type EventWriterOptions } from "./event_writer.ts";
import { Reloads } from "./reloads.ts";
import type { Surroundings, WatchedPlan } from "./surroundings.ts";

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
  readonly crew: Crew;
  readonly world: Surroundings;
  /** Throws when the run takes no plan any more. */
  readonly checkReload: () => void;
  /** Told of each plan that was taken. */
  readonly taken: (plan: WatchedPlan) => void;
}

/** Puts them together. */
export function openChanges(options: ChangesOptions): Changes {
  const { crew, world, alarm } = options;
  const events = new EventWriter({
    ...options,
    haveSeen: (count) => crew.haveSeen(count),
  });
  const hook = world.openHook?.(alarm) ?? null;
  const breaker = new BreakerWatch({ ...options, events, hook });
  const reloads = new Reloads({
    ...options,
    events,
    breaker,
    resolve: world.resolve,
    check: options.checkReload,
  });
  return { events, breaker, reloads };
}
