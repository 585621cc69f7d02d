import type { Clock } from "../../base/mod.ts";
import { Addresses, type Lookup, systemLookup } from "./addresses.ts";
import {
  type AddressDial,
  dialDenoTls,
  dialPlain,
  failed,
  GIVEN_UP,
} from "./dial_deno.ts";
import { failureOf } from "./errors.ts";
import { dialNodeTls } from "./node_tls.ts";
import { tlsContext } from "./tls.ts";
import type { Dialer, DialFailure, Endpoint, Socket } from "./types.ts";

/** How one address is connected to. */
type Connect = (dial: AddressDial) => Promise<Socket | DialFailure>;

/**
 * Makes what opens connections to one endpoint.
 *
 * @param lookup how a name's addresses are found
 * @throws KarError (config) when a certificate or key cannot be used
 */
export function openDialer(
  endpoint: Endpoint,
  clock: Clock,
  lookup: Lookup = systemLookup,
): Dialer {
  const addresses = new Addresses(endpoint.host, clock, lookup);
  return new EndpointDialer(addresses, {
    port: endpoint.port,
    clock,
    connect: connectOf(endpoint),
  });
}

function connectOf({ host, tls }: Endpoint): Connect {
  if (tls === null) return dialPlain;
  const context = tlsContext(host, tls);
  // Deno.startTls knows neither certificates of our own nor unverified peers.
  return tls.insecure || tls.cert !== null
    ? (dial) => dialNodeTls(dial, context)
    : (dial) => dialDenoTls(dial, host, tls);
}

/** What all connections of a dialer have in common. */
interface Settings {
  readonly port: number;
  readonly clock: Clock;
  readonly connect: Connect;
}

class EndpointDialer implements Dialer {
  constructor(
    readonly addresses: Addresses,
    readonly settings: Settings,
  ) {}

  async dial(signal: AbortSignal): Promise<Socket | DialFailure> {
    const { port, clock, connect } = this.settings;
    const startMs = clock.now();
    let addresses: readonly string[];
    try {
      addresses = await orAborted(this.addresses.next(), signal);
    } catch (error) {
      if (signal.aborted) return GIVEN_UP;
      const kind = failureOf(error);
      return failed(kind === "generator" ? kind : "dns", error);
    }
    let result: Socket | DialFailure = failed("dns", "no address");
    for (const address of addresses) {
      result = await connect({ address, port, clock, startMs, signal });
      if (result.kind === "socket" || !isOfOneAddress(result)) break;
    }
    if (result.kind === "socket" && signal.aborted) {
      result.close();
      return GIVEN_UP;
    }
    return result;
  }
}

/** Whether another address of the same name may still answer. */
function isOfOneAddress({ failure }: DialFailure): boolean {
  return failure === "refused" || failure === "unreachable" ||
    failure === "timeout";
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
