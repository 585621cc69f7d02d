import type { Clock } from "../../../base/mod.ts";
import { Addresses, type Lookup, systemLookup } from "./addresses.ts";
import { failed, GIVEN_UP, type Open, type Opened } from "./attempt.ts";
import { denoTls, openPlain } from "./dial_deno.ts";
import { UnixDialer } from "./dial_unix.ts";
import { failureOf } from "../errors.ts";
import { nameReason, openExplainer } from "../reasons/mod.ts";
import { nodeTls } from "./node_tls.ts";
import { firstToConnect } from "./race.ts";
import { needsNodeTls, tlsContexts } from "../tls.ts";
import type {
  Dialer,
  DialFailure,
  Endpoint,
  Socket,
  TcpEndpoint,
} from "../types.ts";

/**
 * Makes what opens connections to one endpoint.
 *
 * @param lookup how a name's addresses are found
 * @throws {KarError} (config) when a certificate or key cannot be used
 */
export function openDialer(
  endpoint: Endpoint,
  clock: Clock,
  lookup: Lookup = systemLookup,
): Dialer {
  if ("path" in endpoint) return new UnixDialer(endpoint.path, clock);
  const addresses = new Addresses(endpoint.host, clock, lookup);
  return new TcpDialer(addresses, {
    host: endpoint.host,
    port: endpoint.port,
    clock,
    open: openOf(endpoint, clock),
  });
}

function openOf({ host, port, tls }: TcpEndpoint, clock: Clock): Open {
  if (tls === null) return openPlain;
  const contexts = tlsContexts(host, tls);
  const explain = openExplainer({ ...tls, host, port, clock });
  return needsNodeTls(tls)
    ? nodeTls(contexts, explain)
    : denoTls(host, tls, explain);
}

/** What all connections of a dialer have in common. */
interface Settings {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly open: Open;
}

class TcpDialer implements Dialer {
  readonly #addresses: Addresses;
  readonly #settings: Settings;

  constructor(addresses: Addresses, settings: Settings) {
    this.#addresses = addresses;
    this.#settings = settings;
  }

  async dial(signal: AbortSignal): Promise<Socket | DialFailure> {
    const startMs = this.#settings.clock.now();
    let addresses: readonly string[];
    try {
      addresses = await orAborted(this.#addresses.next(), signal);
    } catch (error) {
      if (signal.aborted) return GIVEN_UP;
      const kind = failureOf(error);
      return kind === "generator"
        ? failed(kind, "kar has no file descriptor left to look a name up")
        : failed("dns", nameReason(this.#settings.host, error));
    }
    const opened = await this.#connect(addresses, startMs, signal);
    if (opened.kind === "failure") return opened;
    if (signal.aborted) {
      opened.drop();
      return GIVEN_UP;
    }
    const result = await opened.finish(signal);
    if (result.kind === "failure" || !signal.aborted) return result;
    result.close();
    return GIVEN_UP;
  }

  #connect(
    addresses: readonly string[],
    startMs: number,
    signal: AbortSignal,
  ): Promise<Opened | DialFailure> {
    const { port, clock, open } = this.#settings;
    const attempt = { port, clock, startMs };
    return firstToConnect(addresses, {
      clock,
      signal,
      open: async (address, signal) => {
        const result = await open(address, attempt, signal);
        if (result.kind === "opened") this.#addresses.isGood(address);
        return result;
      },
      onSlow: (address) => this.#addresses.isSlow(address),
    });
  }
}

/** Stops waiting when the signal comes; the work itself goes on unseen. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason);
    signal.addEventListener("abort", give);
    if (signal.aborted) give();
    work.then(resolve, reject).finally(() =>
      signal.removeEventListener("abort", give)
    );
  });
}
