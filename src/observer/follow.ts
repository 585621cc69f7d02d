import type { Cancel } from "../base/mod.ts";
import type { Run } from "../run/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import type { Tell } from "./observer.ts";
import type { Observers } from "./observers.ts";

/** What goes along with a run. */
export interface FollowOptions {
  readonly observers: Observers;
  /** Calls `task` each time someone asks the process to end. */
  readonly onStopSignal: (task: () => void) => Cancel;
  /**
   * What a run must have before anybody follows it, such as a way to operate
   * it. Where it fails, the run ends: it is a part of the start.
   */
  readonly prepare?: (run: Run) => Promise<void>;
}

/**
 * Stays with a run until it has ended. The first signal drains it, the second
 * one stops it at once. Observers are closed whatever happens.
 *
 * @param starting a run that is about to begin, so that a signal never finds nobody
 * @returns what came of it
 * @throws what `starting` and `prepare` throw
 */
export async function follow(
  starting: Promise<Run>,
  { observers, onStopSignal, prepare }: FollowOptions,
): Promise<Snapshot> {
  const stop = stopper(starting, observers.say);
  const deafen = onStopSignal(stop);
  try {
    const run = await starting;
    await prepared(run, prepare);
    void observers.begun(run, stop);
    const snapshot = await run.finished;
    await observers.ended(snapshot);
    return snapshot;
  } finally {
    deafen();
    await observers.close();
  }
}

/** A run that cannot go on as it should leaves nothing behind. */
async function prepared(
  run: Run,
  prepare: FollowOptions["prepare"],
): Promise<void> {
  try {
    await prepare?.(run);
  } catch (error) {
    run.stop();
    await run.finished;
    throw error;
  }
}

/** Drains at the first call, stops at the second. */
function stopper(starting: Promise<Run>, say: Tell): () => void {
  let isAsked = false;
  return () => {
    const isSecond = isAsked;
    isAsked = true;
    if (!isSecond) {
      say("Draining: open requests may end; once more stops at once");
    }
    starting.then(
      (run) => isSecond ? run.stop() : run.drain(),
      // The caller that awaits the start reports why it failed.
      () => {},
    );
  };
}
