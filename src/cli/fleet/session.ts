import { formatDuration, KarError, messageOf } from "../../base/mod.ts";
import { type Bus, BusTime, type FleetRow } from "../../fleet/mod.ts";
import type { FleetAddress } from "../../nats/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import { RealClock } from "../../run/mod.ts";
import type { System } from "../system.ts";
import { addressText, credentialsOf } from "./address.ts";
import { ToldCodec } from "./told/told.ts";
import type { PartTold } from "./told/types.ts";

/** How long a bus that is not there is waited for, where nobody says it. */
export const WAIT_MS = 30_000;
const RETRY_MS = 500;
/** Between two lines while it is waited for. */
const TELL_MS = 5000;

/** A connection to the bus, for one run. */
export interface Session {
  readonly address: FleetAddress;
  readonly bus: Bus<PartTold>;
  readonly clock: RealClock;
  /** The bus's clock. */
  readonly time: BusTime;
}

/** How a session is opened. */
export interface OpenSessionOptions {
  readonly address: FleetAddress;
  /** Who connects, for the server's own lists. */
  readonly name: string;
  /** Whether the run's streams are made where they are missing. */
  readonly isToOpen: boolean;
  /** Whether a run that nobody has opened yet is waited for, as a bus is. */
  readonly isToWaitForRun?: boolean;
  readonly waitMs?: number | undefined;
  readonly tell: Tell;
}

/**
 * Connects to a bus, and compares the clocks. One that is not there is waited
 * for. NATS is loaded here and nowhere else.
 *
 * @throws {KarError} `cannotStart` when it does not come; `usage` when it
 *   refuses the connection; `notRunning` when it keeps nothing of the run
 */
export async function openSession(
  system: System,
  options: OpenSessionOptions,
): Promise<Session> {
  const { waitMs = WAIT_MS, tell, address } = options;
  const credentials = await credentialsOf(system);
  const { connectBus, NatsBus } = await import("../../nats/mod.ts");
  const clock = new RealClock();
  const untilMs = clock.now() + waitMs;
  let toldMs = -Infinity;
  for (;;) {
    try {
      const nc = await connectBus(address, credentials, `kar ${options.name}`);
      const { run } = address;
      const { isToOpen } = options;
      const bus = await NatsBus.open(nc, {
        run,
        codec: new ToldCodec(),
        isToOpen,
      })
        .catch(async (error) => {
          await nc.close();
          throw error;
        });
      const time = new BusTime(clock, await bus.clockLook(() => clock.now()));
      return { address, bus, clock, time };
    } catch (error) {
      const exit = error instanceof KarError ? error.exit : null;
      const isNone = exit === "notRunning";
      const isComing = exit === "cannotStart" ||
        (isNone && options.isToWaitForRun);
      if (!isComing || clock.now() + RETRY_MS > untilMs) {
        throw isNone ? noRun(address) : notThere(error, waitMs);
      }
      if (clock.now() - toldMs > TELL_MS) {
        toldMs = clock.now();
        const text = isNone ? unopened(address) : messageOf(error);
        tell(`${text}; waiting for it`, "warn");
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function notThere(error: unknown, waitMs: number): unknown {
  if (!(error instanceof KarError) || error.exit !== "cannotStart") {
    return error;
  }
  return new KarError(
    "cannotStart",
    `${error.message}; given up after ${
      formatDuration(waitMs)
    }, --wait says how long`,
    { cause: error },
  );
}

/**
 * The run that is open there; one that nobody has opened yet is waited for.
 *
 * @throws {KarError} `notRunning` when none is
 */
export async function openRow(
  { bus, address, clock }: Session,
  { waitMs = 0, tell = () => {} }: {
    readonly waitMs?: number | undefined;
    readonly tell?: Tell;
  } = {},
): Promise<FleetRow> {
  const untilMs = clock.now() + waitMs;
  for (let i = 0;; i++) {
    const row = await bus.readRun().catch((error) => {
      const isNone = error instanceof KarError && error.exit === "notRunning";
      if (isNone) return null;
      throw error;
    });
    if (row !== null) return row;
    if (clock.now() + RETRY_MS > untilMs) throw noRun(address);
    if (i === 0) tell(`${unopened(address)}; waiting for it`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function unopened({ run }: FleetAddress): string {
  return `Nobody has opened the run "${run}" yet`;
}

function noRun(address: FleetAddress): KarError {
  const url = addressText(address);
  return new KarError(
    "notRunning",
    `No run "${address.run}" is open at ${url}: kar run --config FILE --fleet ${url} --stripe 1/N opens it`,
  );
}
