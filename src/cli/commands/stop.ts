import { setTimeout as pause } from "node:timers/promises";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { EXIT, formatDuration, KarError } from "../../base/mod.ts";
import { ask, type ControlClient } from "../../daemon/ask/mod.ts";
import { isListening, type Running } from "../../daemon/paths/mod.ts";
import { checkFleetAlone, fromOf, type NameFlag, running } from "../operate.ts";
import type { System } from "../system.ts";

/** Time between two looks whether it is gone. */
const LOOK_MS = 100;
/** Looks between two lines on what is still waited for. */
const LOOKS_PER_LINE = 10;

/** What `kar stop` takes. */
export interface StopFlags extends NameFlag {
  readonly now?: boolean | undefined;
  /** This part of a fleet's run alone. */
  readonly part?: boolean | undefined;
}

/** `kar stop`: ends a run, and waits until it has ended. */
export async function stop(
  system: System,
  { now = false, part = false, ...flags }: StopFlags,
): Promise<number> {
  const { stdout } = system;
  const { fleet } = flags;
  if (fleet !== undefined) {
    checkFleetAlone(flags);
    if (now || part) throw notForAll(now ? "--now" : "--part");
    const { stopAll } = await import("./fleet/fleet.ts");
    return await stopAll(system, { fleet });
  }
  const { name, socket } = await running(system, flags);
  const answer = await ask(socket, (client) => client.stop({ now, part }));
  const said = now ? "stopping" : "draining";
  stdout.write(`${name}: ${said} from ${fromOf(answer)}\n`);
  const withinMs = answer.endsWithin ? durationMs(answer.endsWithin) : 0;
  for (let look = 1; await isListening(socket); look++) {
    if (look * LOOK_MS > withinMs) throw stillThere(name, withinMs);
    await pause(LOOK_MS);
    if (look % LOOKS_PER_LINE === 0) await tellOpen(system, { name, socket });
  }
  stdout.write(`${name}: stopped\n`);
  return EXIT.done;
}

/** Says what is still waited for, if the run is still there to ask. */
async function tellOpen(
  { stdout }: System,
  { name, socket }: Running,
): Promise<void> {
  const question = (client: ControlClient) => client.status({});
  const status = await ask(socket, question).catch(() => null);
  if (status === null || status.inFlight === 0) return;
  stdout.write(`${name}: ${status.state}, ${status.inFlight} open\n`);
}

function stillThere(name: string, withinMs: number): KarError {
  return new KarError(
    "cannotStart",
    `"${name}" is still there after ${
      formatDuration(withinMs)
    }: kar stop --now --name ${name} does not wait for open requests`,
  );
}

function notForAll(flag: string): KarError {
  return new KarError(
    "usage",
    `${flag} goes with one run on this machine: a fleet's run ends at one slot for all`,
  );
}
