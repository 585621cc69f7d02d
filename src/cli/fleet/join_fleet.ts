import { isoTime, KarError, slotStartMs } from "../../base/mod.ts";
import {
  countingEvents,
  endSlotOf,
  eventsOfPart,
  type FleetRow,
  joinPart,
  slotAtMs,
  slotBeginMs,
  type StoredEvent,
} from "../../fleet/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import { BEHIND_SLOTS, withCounts } from "../../run/mod.ts";
import { plainTotals } from "../../stats/mod.ts";
import type { System } from "../system.ts";
import type { StripeFlag } from "../values.ts";
import { addressText } from "./address.ts";
import type { FleetPart } from "./fleet_run.ts";
import { type OpenedRun, runOf } from "./open_run.ts";
import { ownFiles } from "./plan/own_files.ts";
import { PlanChain } from "./plan/plan_chain.ts";
import { loadedFrom } from "./plan/plan_text.ts";
import { openSession, type Session } from "./session.ts";
import type { FleetFlags, JoinedFleet, LoadForFleet } from "./types.ts";

/**
 * Opens a fleet's run, or joins the one that is there, and claims a part of it.
 *
 * @throws {KarError} when another kar, plan or start is there, or another
 *   member holds the part
 */
export async function joinFleet(
  system: System,
  flags: FleetFlags,
  { load, tell }: { readonly load: LoadForFleet; readonly tell: Tell },
): Promise<JoinedFleet> {
  const { fleet: address, stripe, wait: waitMs } = flags;
  if (stripe === undefined) {
    throw new KarError(
      "usage",
      "--stripe is missing: --stripe 1/3 says which part of the run this machine sends",
    );
  }
  const host = Deno.hostname();
  const node = flags.node ?? `${host}-${stripe.index}`;
  const session = await openSession(system, {
    address: address!,
    name: node,
    isToOpen: load !== null,
    isToWaitForRun: load === null,
    waitMs,
    tell,
  });
  try {
    const opened = await runOf(flags, { session, load, tell });
    const { row } = opened;
    checkParts(row, stripe);
    const plans = new PlanChain(session.bus, opened.first);
    const part = stripe.index;
    await plans.follow(row, await checkGoesOn(session, { row, part }));
    const readHere = readerFor(system, flags, opened);
    let loaded = await lastPlan(opened, { plans, readHere });
    const by = {
      ...{ node, host, run: row.id },
      incarnation: crypto.randomUUID().slice(0, 8),
    };
    const joined = await joinPart({ ...session, row, part, by });
    const { last } = plans;
    await plans.follow(row, joined.events);
    // One that came while it waited for its part.
    if (plans.last !== last) {
      loaded = await lastPlan(opened, { plans, readHere });
    }
    const onBusLoss = plans.first.fleet?.onBusLoss ?? "continue";
    const piece: FleetPart = {
      ...{ session, row, joined, onBusLoss, plans, tell, load: readHere },
    };
    return { loaded, options: optionsOf(piece), part: piece };
  } catch (error) {
    await session.bus.close();
    throw error;
  }
}

/** Reads what this machine needs for a plan of the bus; files that its own config names may be read for it, too. */
function readerFor(
  system: System,
  { planFiles }: FleetFlags,
  { own }: OpenedRun,
): FleetPart["load"] {
  const known = new Set(
    own === null ? [] : ownFiles(own.plan).map(({ file }) => file),
  );
  const mayRead = (file: string) => planFiles === true || known.has(file);
  return (text) => loadedFrom(system, text, { mayRead });
}

/** What is sent: the last plan of the run, with the targets of all before it. */
async function lastPlan(
  { row, first, own }: OpenedRun,
  { plans, readHere }: {
    readonly plans: PlanChain;
    readonly readHere: FleetPart["load"];
  },
): Promise<JoinedFleet["loaded"]> {
  const { last } = plans;
  if (own !== null && last === first) return own;
  const loaded = await readHere(await plans.lastText(row));
  const { workers, pacing, metrics, ui } = own?.plan ?? loaded.plan;
  return {
    ...loaded,
    plan: { ...last, workers, pacing, metrics, ...(ui && { ui }) },
  };
}

/** How the engine begins a part. */
export function optionsOf(
  { session, row, joined, plans }: Pick<
    FleetPart,
    "session" | "row" | "joined" | "plans"
  >,
): JoinedFleet["options"] {
  const counting = countingEvents(row, joined.events);
  const startMs = slotStartMs(row.fireSlot);
  const { before, horizon } = joined;
  // Workers have the last plan alone: nothing is sent before it holds.
  const plan = counting.findLast(({ kind }) => kind === "plan");
  const plannedSlot = plan === undefined ? 0 : plan.slot + BEHIND_SLOTS;
  const notBefore = Math.max(joined.notBefore, plannedSlot);
  return {
    ...(startMs !== row.fireMs && { startMs }),
    atMs: row.fireMs,
    ...(row.durationMs !== null && { durationMs: row.durationMs }),
    steered: {
      clock: session.time,
      events: eventsOfPart(counting, { late: [], own: [] }),
      notBeforeMs: slotBeginMs(row, notBefore),
      heldSlot: horizon,
      former: plans.plans.slice(0, -1).map(({ pattern }) => pattern),
    },
    ...(before !== null &&
      { restore: withCounts(before.saved, plainTotals(before.totals)) }),
  };
}

function checkParts({ parts }: FleetRow, { index, count }: StripeFlag): void {
  if (parts === count) return;
  throw new KarError(
    "cannotStart",
    `The run has ${parts} parts, and --stripe ${index}/${count} cuts it otherwise: write --stripe I/${parts}`,
  );
}

/**
 * What was asked of a run so far.
 *
 * @throws {KarError} when it is over, or the part of it
 */
export async function checkGoesOn(
  { bus, time, address }: Pick<Session, "bus" | "time" | "address">,
  { row, part }: { readonly row: FleetRow; readonly part: number },
): Promise<readonly StoredEvent[]> {
  const { events } = await bus.look(null, 0);
  const counting = countingEvents(row, events);
  const now = slotAtMs(row, time.nowMs());
  const end = endSlotOf(row, counting);
  const ownEnd = endSlotOf(row, counting, part);
  if (now < ownEnd) return events;
  const ended = (slot: number) => `ended at ${isoTime(slotBeginMs(row, slot))}`;
  throw new KarError(
    "cannotStart",
    now < end
      ? `Part ${part} of the run "${address.run}" ${
        ended(ownEnd)
      }, as somebody has asked for (kar fleet drain)`
      : `The run "${address.run}" ${
        ended(end)
      }: name another run, or kar fleet remove ${
        addressText(address)
      } forgets it`,
  );
}
