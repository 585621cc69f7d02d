import { setTimeout as delay } from "node:timers/promises";

/** Time between two tries to listen again. */
const RETRY_MS = 200;

/** A server that listens again when it had to give up. */
export interface SteadyServer {
  readonly port: number;
  /** Resolves once the signal has ended the server; never rejects. */
  readonly finished: Promise<void>;
}

/** A server of Deno's on a TCP port. */
type NetServer = Deno.HttpServer<Deno.NetAddr>;

/**
 * Serves until the signal says stop.
 *
 * @param port 0 takes a free one, which is kept
 * @param open makes the server; it must obey the same signal
 * @throws what `open` throws the first time; later it is tried again
 */
export function serveSteadily(
  port: number,
  signal: AbortSignal,
  open: (port: number) => NetServer,
): SteadyServer {
  const first = open(port);
  const taken = first.addr.port;
  return {
    port: taken,
    finished: keepServing(first, () => open(taken), signal),
  };
}

async function keepServing(
  first: NetServer,
  reopen: () => NetServer,
  signal: AbortSignal,
): Promise<void> {
  let server: NetServer | null = first;
  while (server !== null && !await hasEnded(server)) {
    server = await opened(reopen, signal);
  }
}

/** Whether a server ended as it was told to; false when it failed. */
async function hasEnded(server: NetServer): Promise<boolean> {
  try {
    await server.finished;
    return true;
  } catch {
    return false;
  }
}

/** The server, as soon as it can be opened; null when nobody wants it any more. */
async function opened(
  reopen: () => NetServer,
  signal: AbortSignal,
): Promise<NetServer | null> {
  while (!signal.aborted) {
    await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return null;
    try {
      return reopen();
    } catch {
      // Still no descriptor, or the old socket is not gone yet.
    }
  }
  return null;
}
