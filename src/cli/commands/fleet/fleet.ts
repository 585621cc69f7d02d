import {
  EXIT,
  isoTime,
  KarError,
  printableJson,
  slotStartMs,
} from "../../../base/mod.ts";
import {
  countingEvents,
  endSlotOf,
  type FleetAsk,
  type FleetRow,
  holderText,
  slotAtMs,
} from "../../../fleet/mod.ts";
import type { FleetAddress } from "../../../nats/mod.ts";
import {
  type Answer,
  answerText,
  askedBy,
  FleetAsking,
} from "../../fleet/asking.ts";
import { openRow, openSession, type Session } from "../../fleet/session.ts";
import { planOf } from "../../../record/mod.ts";
import type { Action } from "../../../run/mod.ts";
import type { System } from "../../system.ts";
import { fleetJson, fleetText, type PartRow } from "../../text/fleet_text.ts";
import { Heard } from "../../watch/heard.ts";

/** Which run a command means. */
export interface FleetUrlFlags {
  readonly fleet: FleetAddress;
  readonly wait?: number | undefined;
}

/** A command on one part. */
export interface PartFlags extends FleetUrlFlags {
  readonly part: number;
}

/** Time to hear every part once. */
const HEAR_MS = 1500;

/** A connection to the run that is open there. */
export interface OpenFleetRun {
  readonly session: Session;
  readonly row: FleetRow;
  readonly heard: Heard;
}

/** The end of the run, for all. */
interface FleetEnd {
  readonly kind: "stop";
}

const NOTHING = { value: 0, durationMs: 0 };

/** Connects, does something with the run, and closes. */
export async function withRun<T>(
  system: System,
  { fleet: address, wait: waitMs }: FleetUrlFlags,
  use: (open: OpenFleetRun) => Promise<T>,
): Promise<T> {
  const tell = (line: string) => system.stderr.write(`kar: ${line}\n`);
  const session = await openSession(system, {
    ...{ address, name: "operator", isToOpen: false, waitMs, tell },
  });
  let heard: Heard | undefined;
  try {
    const row = await openRow(session);
    heard = new Heard(session, row);
    await heard.read();
    return await use({ session, row, heard });
  } finally {
    heard?.close();
    await session.bus.close();
  }
}

/**
 * Asks all parts of a run for a change, and tells from when it holds and who
 * has not confirmed it.
 */
export async function changeFleet(
  system: System,
  flags: FleetUrlFlags,
  { asked, said }: { readonly asked: Action | FleetEnd; readonly said: string },
): Promise<number> {
  const answer = await withRun(system, flags, async (open) => {
    if (asked.kind === "stop") return await ask(open, { ...NOTHING, ...asked });
    // What a spike leaves open, the plan says.
    const text = await open.session.bus.getPlan(open.row.plan);
    const { pattern } = planOf(text);
    return await ask(open, askedBy(asked, pattern));
  });
  const { run } = flags.fleet;
  system.stdout.write(`${run}: ${answerText(said, answer)}\n`);
  return EXIT.done;
}

function ask(
  { session, row, heard }: OpenFleetRun,
  asked: FleetAsk,
): Promise<Answer> {
  const who = `operator on ${Deno.hostname()}`;
  const asking = new FleetAsking(session, {
    row,
    who,
    heard,
  });
  return asking.ask(asked);
}

/** `kar fleet stop`: ends the run for all parts. */
export function stopAll(
  system: System,
  flags: FleetUrlFlags,
): Promise<number> {
  const asked = { kind: "stop" } as const;
  return changeFleet(system, flags, { asked, said: "stops" });
}

/** `kar fleet drain`: ends one part. */
export function drain(system: System, flags: PartFlags): Promise<number> {
  const { part } = flags;
  return withRun(system, flags, async (open) => {
    checkPart(open.row, part);
    const asked = { kind: "drain", value: part, durationMs: 0 } as const;
    const { heldMs, missing } = await ask(open, asked);
    const own = missing.filter((one) => one.part === part);
    const text = answerText(`part ${part} ends`, { heldMs, missing: own });
    system.stdout.write(`${flags.fleet.run}: ${text}\n`);
    return EXIT.done;
  });
}

/** `kar fleet release`: gives a part up, so that another member may claim it. */
export function release(system: System, flags: PartFlags): Promise<number> {
  const { part, fleet } = flags;
  return withRun(system, flags, async ({ session, row }) => {
    checkPart(row, part);
    const held = await session.bus.release(part);
    const text = held === null
      ? `nobody holds part ${part}`
      : `part ${part} is free; ${holderText(held)} stops if it is still there`;
    system.stdout.write(`${fleet.run}: ${text}\n`);
    return EXIT.done;
  });
}

/** `kar fleet remove`: forgets a run. */
export function remove(
  system: System,
  flags: FleetUrlFlags & { readonly force?: true | undefined },
): Promise<number> {
  return withRun(system, flags, async ({ session, row, heard }) => {
    await hear(heard);
    const end = endSlotOf(row, countingEvents(row, heard.events));
    const isOver = slotAtMs(row, session.time.nowMs()) >= end;
    if (!isOver && flags.force !== true) {
      throw new KarError(
        "usage",
        `The run "${flags.fleet.run}" goes on: kar fleet stop ends it, --force forgets it all the same`,
      );
    }
    await session.bus.remove();
    system.stdout.write(`${flags.fleet.run}: forgotten\n`);
    return EXIT.done;
  });
}

/** `kar fleet status`: who holds which part, and how far each is. */
export function fleetStatus(
  system: System,
  flags: FleetUrlFlags & { readonly json?: true | undefined },
): Promise<number> {
  return withRun(system, flags, async ({ session, row, heard }) => {
    await hear(heard);
    const claims = await session.bus.claims();
    const nowSlot = slotAtMs(row, session.time.nowMs());
    const parts = Array.from({ length: row.parts }, (_, i): PartRow => {
      const part = i + 1;
      return {
        part,
        claim: claims.find((claim) => claim.part === part) ?? null,
        told: heard.told.find((told) => told.part === part) ?? null,
        isTelling: heard.isTelling(part),
      };
    });
    const end = endSlotOf(row, countingEvents(row, heard.events));
    const shown = {
      ...{ run: flags.fleet.run, row, parts, nowSlot },
      changes: heard.events.length,
      endsAt: end === Infinity ? null : isoTime(slotStartMs(end)),
    };
    system.stdout.write(
      flags.json ? `${printableJson(fleetJson(shown), 2)}\n` : fleetText(shown),
    );
    return EXIT.done;
  });
}

async function hear(heard: Heard): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, HEAR_MS));
  heard.endGrace();
}

function checkPart({ parts }: FleetRow, part: number): void {
  if (part <= parts) return;
  throw new KarError(
    "usage",
    `There is no part ${part}: the run has ${parts}`,
  );
}
