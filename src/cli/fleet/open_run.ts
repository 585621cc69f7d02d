import { createHash } from "node:crypto";
import manifest from "../../../deno.json" with { type: "json" };
import {
  formatDuration,
  isoTime,
  KarError,
  SLOT_MS,
  slotStartMs,
} from "../../base/mod.ts";
import {
  countingEvents,
  FLEET_VERSION,
  type FleetRow,
  plansOf,
} from "../../fleet/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import { scenariosMs } from "../../pattern/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { atMsIn, startMsIn } from "../values.ts";
import { addressText } from "./address.ts";
import type { FleetFlags, JoinedFleet, LoadForFleet } from "./types.ts";
import { planText, readPlan } from "./plan/plan_text.ts";
import { openRow, type Session, WAIT_MS } from "./session.ts";

/** A run that nobody has named an instant for begins so long after it was opened. */
const OPENING_MS = 10_000;

interface RunWanted {
  readonly session: Session;
  readonly load: LoadForFleet;
  readonly tell: Tell;
}

/** A run that is open, and what of its plans was read. */
export interface OpenedRun {
  readonly row: FleetRow;
  /** The first plan of the run, as all members have it. */
  readonly first: Plan;
  /** What this machine's own file has come to; null = it has none. */
  readonly own: JoinedFleet["loaded"] | null;
}

/**
 * The run of this name, opened now where it is not.
 *
 * @throws {KarError} when another kar, plan or start is there
 */
export async function runOf(
  flags: FleetFlags,
  { session, load, tell }: RunWanted,
): Promise<OpenedRun> {
  const { bus } = session;
  const waitMs = flags.wait ?? WAIT_MS;
  const there = load === null
    ? await openRow(session, { waitMs, tell })
    : await bus.readRun();
  if (there !== null) checkVersion(there);
  const text = there === null ? null : await bus.getPlan(there.plan);
  const first = text === null ? null : readPlan(text);
  if (load === null) return { row: there!, first: first!, own: null };
  const own = await load(first?.pattern.seed);
  const { plan } = own;
  if (there !== null) {
    await checkSame(planText(plan), { session, row: there });
    checkStart(flags, there, { zone: plan.pattern.zone, tell });
    return { row: there, first: first!, own };
  }
  const sha = await bus.putPlan(planText(plan));
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
  return { row, first: readPlan(planText(plan)), own };
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

function checkVersion({ kar }: FleetRow): void {
  if (kar === manifest.version) return;
  throw new KarError(
    "cannotStart",
    `The run was opened by kar ${kar}, and this is kar ${manifest.version}: all members must be of one version`,
  );
}

/** A member that begins again has the file of the first plan, or of one that was put in its place. */
async function checkSame(
  own: string,
  { session, row }: { readonly session: Session; readonly row: FleetRow },
): Promise<void> {
  const { events } = await session.bus.look(null, 0);
  const all = [row.plan, ...plansOf(countingEvents(row, events))];
  if (!all.includes(sha256Of(own))) throw otherPlan(session);
}

function otherPlan({ address }: Session): KarError {
  return new KarError(
    "cannotStart",
    `The run "${address.run}" has another plan than this config: give all members one file, use kar join ${
      addressText(address)
    } without one, or name another run`,
  );
}

/** The first one has said when the run begins, and how long it lasts. */
function checkStart(
  { at, start, duration }: FleetFlags,
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
  if (duration !== undefined && duration !== row.durationMs) {
    const lasts = row.durationMs === null
      ? "goes on until it is stopped"
      : `lasts ${formatDuration(row.durationMs)}`;
    tell(
      `--duration is ignored: the run ${lasts}, as the member that opened it has said`,
    );
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

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
