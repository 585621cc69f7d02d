import manifest from "../../../deno.json" with { type: "json" };
import { isoTime, KarError, SLOT_MS, slotStartMs } from "../../base/mod.ts";
import {
  countingEvents,
  endSlotOf,
  eventsOfPart,
  FLEET_VERSION,
  type FleetRow,
  joinPart,
  slotAtMs,
  slotBeginMs,
} from "../../fleet/mod.ts";
import type { FleetAddress } from "../../nats/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import { scenariosMs } from "../../pattern/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { type RunOptions, withCounts } from "../../run/mod.ts";
import type { LoadedPlan } from "../load_plan.ts";
import type { System } from "../system.ts";
import {
  atMsIn,
  type AtTime,
  startMsIn,
  type StartTime,
  type StripeFlag,
} from "../values.ts";
import { addressText } from "./address.ts";
import type { FleetPart } from "./fleet_run.ts";
import { loadedFrom, planText } from "./plan_text.ts";
import { openRow, openSession, type Session, WAIT_MS } from "./session.ts";

/** A run that nobody has named an instant for begins so long after it was opened. */
const OPENING_MS = 10_000;

/** What makes a run a part of a fleet's. */
export interface FleetFlags {
  readonly fleet?: FleetAddress | undefined;
  /** The member's name; else the machine's, with the part. */
  readonly node?: string | undefined;
  /** How long a bus that is not there is waited for, in milliseconds. */
  readonly wait?: number | undefined;
  readonly stripe?: StripeFlag | undefined;
  readonly start?: StartTime | undefined;
  readonly at?: AtTime | undefined;
  readonly duration?: number | undefined;
}

/** A part that is held, with the run that it belongs to. */
export interface JoinedFleet {
  readonly loaded: Omit<LoadedPlan, "config">;
  readonly options: Pick<
    RunOptions,
    "startMs" | "atMs" | "durationMs" | "steered" | "restore"
  >;
  readonly part: FleetPart;
}

/** What the plan is; null = that of the run, which is there already. */
export type LoadForFleet =
  | ((drawnSeed: number | undefined) => Promise<LoadedPlan>)
  | null;

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
    const { row, loaded } = await runOf(system, flags, { session, load, tell });
    checkParts(row, stripe);
    await checkGoesOn(session, row);
    const part = stripe.index;
    const by = {
      ...{ node, host, run: row.id },
      incarnation: crypto.randomUUID().slice(0, 8),
    };
    const joined = await joinPart({ ...session, row, part, by });
    const onBusLoss = loaded.plan.fleet?.onBusLoss ?? "continue";
    const piece: FleetPart = { session, row, joined, onBusLoss, tell };
    return { loaded, options: optionsOf(piece), part: piece };
  } catch (error) {
    await session.bus.close();
    throw error;
  }
}

interface RunWanted {
  readonly session: Session;
  readonly load: LoadForFleet;
  readonly tell: Tell;
}

/** The run of this name, opened now where it is not. */
async function runOf(
  system: System,
  flags: FleetFlags,
  { session, load, tell }: RunWanted,
): Promise<{ row: FleetRow; loaded: JoinedFleet["loaded"] }> {
  const { bus } = session;
  const waitMs = flags.wait ?? WAIT_MS;
  const there = load === null
    ? await openRow(session, { waitMs, tell })
    : await bus.readRun();
  if (there !== null) checkVersion(there);
  const text = there === null ? null : await bus.getPlan(there.plan);
  if (load === null) {
    return { row: there!, loaded: await loadedFrom(system, text!) };
  }
  const seed = text === null ? undefined : seedIn(text);
  const loaded = await load(seed);
  const { plan } = loaded;
  const own = planText(plan);
  if (there !== null) {
    checkSame(text!, own, session);
    checkStart(flags, there, { zone: plan.pattern.zone, tell });
    return { row: there, loaded };
  }
  const sha = await bus.putPlan(own);
  const wanted = rowOf(session, flags, { plan, sha });
  const row = await bus.openRun(wanted);
  if (row.id !== wanted.id) {
    checkVersion(row);
    if (row.plan !== sha) throw otherPlan(session);
    checkStart(flags, row, { zone: plan.pattern.zone, tell });
  } else {
    tell(
      `Opened the run "${session.address.run}" of ${row.parts} parts: it begins at ${
        isoTime(row.fireMs)
      }`,
    );
  }
  return { row, loaded };
}

function rowOf(
  { time }: Session,
  { stripe, start, at, duration }: FleetFlags,
  { plan, sha }: { readonly plan: Plan; readonly sha: string },
): FleetRow {
  const { zone } = plan.pattern;
  const nowMs = time.nowMs();
  const atMs = at === undefined
    ? nowMs + OPENING_MS
    : atMsIn(at, { zone, nowMs });
  const fireMs = Math.ceil(atMs / SLOT_MS) * SLOT_MS;
  const startMs = start === undefined ? fireMs : startMsIn(start, zone);
  return {
    version: FLEET_VERSION,
    id: crypto.randomUUID().slice(0, 8),
    kar: manifest.version,
    plan: sha,
    parts: stripe!.count,
    fireMs,
    fireSlot: startMs / SLOT_MS,
    durationMs: duration ?? scenariosMs(plan.pattern),
  };
}

/** How the engine begins the part. */
function optionsOf(
  { session, row, joined }: FleetPart,
): JoinedFleet["options"] {
  const counting = countingEvents(row, joined.events);
  const startMs = slotStartMs(row.fireSlot);
  const { before, horizon, notBefore } = joined;
  return {
    ...(startMs !== row.fireMs && { startMs }),
    atMs: row.fireMs,
    ...(row.durationMs !== null && { durationMs: row.durationMs }),
    steered: {
      clock: session.time,
      events: eventsOfPart(counting, { late: [], own: [] }),
      notBeforeMs: slotBeginMs(row, notBefore),
      heldSlot: horizon,
    },
    ...(before !== null &&
      { restore: withCounts(before.saved, before.totals) }),
  };
}

/** A plan whose seed was drawn is the same plan only with that seed. */
function seedIn(text: string): number | undefined {
  const seed = (JSON.parse(text) as Partial<Plan>).pattern?.seed;
  return typeof seed === "number" ? seed : undefined;
}

function checkVersion({ kar }: FleetRow): void {
  if (kar === manifest.version) return;
  throw new KarError(
    "cannotStart",
    `The run was opened by kar ${kar}, and this is kar ${manifest.version}: all members must be of one version`,
  );
}

function checkSame(theirs: string, own: string, session: Session): void {
  if (theirs !== own) throw otherPlan(session);
}

function otherPlan({ address }: Session): KarError {
  return new KarError(
    "cannotStart",
    `The run "${address.run}" has another plan than this config: give all members one file, use kar join ${
      addressText(address)
    } without one, or name another run`,
  );
}

function checkParts({ parts }: FleetRow, { index, count }: StripeFlag): void {
  if (parts === count) return;
  throw new KarError(
    "cannotStart",
    `The run has ${parts} parts, and --stripe ${index}/${count} cuts it otherwise: write --stripe I/${parts}`,
  );
}

/** @throws {KarError} when the run is over */
async function checkGoesOn(
  { bus, time, address }: Session,
  row: FleetRow,
): Promise<void> {
  const { events } = await bus.look(null, 0);
  const end = endSlotOf(row, countingEvents(row, events));
  if (slotAtMs(row, time.nowMs()) < end) return;
  throw new KarError(
    "cannotStart",
    `The run "${address.run}" ended at ${
      isoTime(slotBeginMs(row, end))
    }: name another run, or kar fleet remove ${
      addressText(address)
    } forgets it`,
  );
}

/** The first one has said when the run begins. */
function checkStart(
  { at, start }: FleetFlags,
  row: FleetRow,
  { zone, tell }: { readonly zone: string; readonly tell: Tell },
): void {
  const opened = `the run begins at ${isoTime(row.fireMs)}`;
  if (at?.kind === "after") {
    tell(`--at is ignored: ${opened}, as the member that opened it has said`);
  } else if (at !== undefined) {
    const ms = atMsIn(at, { zone, nowMs: row.fireMs });
    const isSame = Math.ceil(ms / SLOT_MS) * SLOT_MS === row.fireMs;
    if (!isSame) throw otherStart(`--at ${isoTime(ms)}`, opened);
  }
  if (start === undefined) return;
  const startMs = startMsIn(start, zone);
  if (startMs !== slotStartMs(row.fireSlot)) {
    const planTime = isoTime(slotStartMs(row.fireSlot));
    throw otherStart(
      `--start ${isoTime(startMs)}`,
      `the plan time of the run begins at ${planTime}`,
    );
  }
}

function otherStart(flag: string, there: string): KarError {
  return new KarError(
    "cannotStart",
    `${flag} is another start: ${there}; leave the flag out to join it`,
  );
}
