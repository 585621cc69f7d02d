import type { LogLine, Observer } from "../../observer/mod.ts";
import type { UiPlan } from "../../plan/mod.ts";
import type { PageServing } from "../page/server.ts";
import { openWatch } from "../page/watch.ts";
import { openRecord } from "../record/open.ts";
import type { System } from "../system.ts";
import type { FleetPart } from "./fleet_run.ts";

/**
 * The same observer, which sees all parts of a fleet's run instead of the one
 * that this process sends: they are heard as long as the run goes on.
 */
export function ofAllParts(observer: Observer, part: FleetPart): Observer {
  const { name, look } = observer;
  // There is one as soon as there is a run.
  const view = () => part.view!;
  return {
    name,
    line: (line: LogLine) => observer.line?.(line),
    async begun(_run, stop) {
      await view().keep();
      await observer.begun?.(view().run, stop);
    },
    ...(look && {
      look: {
        everyMs: look.everyMs,
        at: async () => await look.at((await view().look()).snapshot),
      },
    }),
    ended: () => observer.ended?.(view().run.snapshot()),
    close: () => observer.close?.(),
  };
}

/** What keeps and shows all parts in a member. */
export interface OpenedWhole {
  readonly observers: readonly Observer[];
  /** Called when nobody reads it any more. */
  readonly discard: () => Promise<void>;
}

/** Opens the record of all parts, and the live page that is made of it. */
export async function openAllParts(
  system: System,
  part: FleetPart,
  { recordAll: record, ui, serving }: {
    readonly recordAll: string | undefined;
    /** Null = it is not served. */
    readonly ui: UiPlan | null;
    readonly serving: PageServing;
  },
): Promise<OpenedWhole | null> {
  const { tell } = serving;
  const stripe = { index: 0, count: part.row.parts };
  const opened = await openRecord(system, { record, stripe }, {
    ...{ config: NO_RECORD, tell, isNeeded: ui !== null },
  });
  if (opened === null) return null;
  const { observer, discard } = opened;
  const page = ui && await openWatch(system, observer, { ui, serving });
  const all = page === null ? [observer] : [page, observer];
  return { observers: all.map((each) => ofAllParts(each, part)), discard };
}

/** A record of a name is the part's own. */
const NO_RECORD = { record: { enabled: false, max_size: 2 ** 30, keep: 1 } };
