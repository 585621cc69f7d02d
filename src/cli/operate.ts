import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { assert, isoTime, KarError, printable } from "../base/mod.ts";
import { ask, type ControlClient } from "../daemon/ask/mod.ts";
import { checkName, findRunning, type Running } from "../daemon/paths/mod.ts";
import type { FleetAddress } from "../nats/mod.ts";
import type { Action } from "../run/mod.ts";
import type { System } from "./system.ts";

/** Which run a command means. */
export interface NameFlag {
  readonly name?: string | undefined;
  /** All parts of a fleet's run instead. */
  readonly fleet?: FleetAddress | undefined;
}

/** An instant as the control API has it. */
export interface Instant {
  readonly holdsFrom?: Timestamp | undefined;
  /** Who of a fleet has not confirmed it, in words. */
  readonly notConfirmed?: string | undefined;
}

/**
 * The run that a command means.
 *
 * @throws {KarError} `notRunning` when it does not run
 */
export async function running(
  system: System,
  { name }: NameFlag,
): Promise<Running> {
  const { env } = system;
  checkOperable(system);
  if (name !== undefined) checkName(name);
  return await findRunning(env, name);
}

/**
 * Makes sure that runs can be operated on this system at all.
 *
 * @throws {KarError} `usage` on Windows
 */
export function checkOperable({ runtime }: System): void {
  if (runtime.os !== "windows") return;
  throw new KarError(
    "usage",
    "Not supported on Windows: a run is operated over a Unix socket; use the keys of kar start, or Ctrl-C",
  );
}

/**
 * Asks the run that a command means for a change, and tells from when it holds.
 *
 * @param said what has changed: `paused`
 */
export async function change(
  system: System,
  flags: NameFlag,
  { question, said, asked }: {
    readonly question: (client: ControlClient) => Promise<Instant>;
    readonly said: string;
    /** The same for all parts of a fleet's run; absent = there is none. */
    readonly asked?: Action;
  },
): Promise<void> {
  if (asked && await changedFleet(system, flags, { asked, said })) return;
  const { name, socket } = await running(system, flags);
  const answer = await ask(socket, question);
  system.stdout.write(`${name}: ${said} from ${fromOf(answer)}\n`);
}

/**
 * Asks all parts of a fleet's run, where a flag names one.
 *
 * @returns false where none does
 */
export async function changedFleet(
  system: System,
  { name, fleet }: NameFlag,
  { asked, said }: { readonly asked: Action; readonly said: string },
): Promise<boolean> {
  if (fleet === undefined) return false;
  checkFleetAlone({ name });
  const { changeFleet } = await import("./commands/fleet/fleet.ts");
  await changeFleet(system, { fleet }, { asked, said });
  return true;
}

/** @throws {KarError} `usage` where `--fleet` has come with a run on this machine */
export function checkFleetAlone({ name }: NameFlag): void {
  if (name === undefined) return;
  throw new KarError(
    "usage",
    "--fleet means all parts of a run, --name one run on this machine: give one of them",
  );
}

/** The instant from which an answer holds, for people and machines, and who of a fleet has not confirmed it. */
export function fromOf({ holdsFrom, notConfirmed = "" }: Instant): string {
  assert(holdsFrom !== undefined, "a change is answered with an instant");
  return isoTime(timestampMs(holdsFrom)) + printable(notConfirmed);
}
