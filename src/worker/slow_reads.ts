import { EVENT_INTERVAL_VARIABLE } from "../base/mod.ts";

/** A read that takes more turns than this was not looked for in every turn. */
const TURNS_MAX = 8;
/** One round may be disturbed by other programs; the quickest of some is not. */
const ROUNDS = 3;
/** If nothing has come after this many turns, the result is unknown. */
const GIVE_UP_TURNS = 1000;

/**
 * Turns of this thread's event loop until a read settles whose bytes are there,
 * while something is always ready to run: 0 or 1 where sockets are looked at in
 * every turn. Takes less than a millisecond.
 *
 * @returns null where there is no loopback to try it on
 */
export async function turnsUntilRead(): Promise<number | null> {
  try {
    let least = Infinity;
    for (let i = 0; i < ROUNDS; i++) least = Math.min(least, await tryRead());
    return least === Infinity ? null : least;
  } catch {
    return null;
  }
}

/** Sends one byte to itself. A socket shows it once: later reads find the bytes without looking. */
async function tryRead(): Promise<number> {
  const socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });
  try {
    await socket.send(new Uint8Array(1), socket.addr);
    const read = socket.receive().then(() => true, () => false);
    return await turnsUntil(read);
  } finally {
    socket.close();
  }
}

function turnsUntil(read: Promise<boolean>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let hasCome = false;
  void read.then((came) => hasCome = came);
  let turns = 0;
  const turn = () => {
    if (hasCome) return resolve(turns);
    if (++turns > GIVE_UP_TURNS) return resolve(Infinity);
    setImmediate(turn);
  };
  setImmediate(turn);
  return promise;
}

/** What is wrong with service times when sockets are read so rarely; undefined = nothing. */
export function describeSlowReads(turns: number | null): string | undefined {
  if (turns === null || turns <= TURNS_MAX) return undefined;
  return `Sockets are read only after ${turns} turns of the event loop, so service times are too long by up to some tenths of a millisecond: set ${EVENT_INTERVAL_VARIABLE}=1; where it is set, this version of Deno does not heed it`;
}
