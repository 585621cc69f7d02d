import { KarError, messageOf } from "../base/mod.ts";
import { serveSteadily } from "../serving/mod.ts";
import { type Address, formatAddress, parseAddress } from "./address.ts";
import { metricsApp, type MetricsAppOptions } from "./app.ts";

/** A web server that is up. */
export interface MetricsServer {
  /** `host:port`, with the real port where 0 was asked. */
  readonly address: string;
  /** Stops at once, open scrapes included; safe to call twice. */
  close(): Promise<void>;
}

/** All interfaces: IPv6, which takes IPv4 too, or IPv4 where there is no IPv6. */
const ANY_HOSTS = ["::", "0.0.0.0"] as const;

/**
 * Serves the metrics app.
 *
 * @throws {KarError} `config` for an address that cannot be read, `cannotStart`
 *   when it cannot be listened on
 */
export function serveMetrics(
  { address, ...app }: MetricsAppOptions & { readonly address: string },
): MetricsServer {
  const { hostname, port } = parseAddress(address);
  const { fetch } = metricsApp(app);
  const abort = new AbortController();
  const { signal } = abort;
  const server = listen(
    { hostname, port },
    (host) =>
      serveSteadily(port, signal, (port) =>
        Deno.serve({
          hostname: host,
          port,
          signal,
          // Without it Deno prints the address on standard output.
          onListen: () => {},
        }, (request) => fetch(request))),
  );
  return {
    address: formatAddress({ hostname, port: server.port }),
    async close() {
      abort.abort();
      await server.finished;
    },
  };
}

function listen<Server>(
  address: Address,
  open: (hostname: string) => Server,
): Server {
  const hosts = address.hostname === null ? ANY_HOSTS : [address.hostname];
  let failed: unknown;
  for (const host of hosts) {
    try {
      return open(host);
    } catch (error) {
      failed = error;
      if (error instanceof Deno.errors.AddrInUse) break;
    }
  }
  throw cannotListen(address, failed);
}

function cannotListen(address: Address, error: unknown): KarError {
  const where = formatAddress(address);
  const why = error instanceof Deno.errors.AddrInUse
    ? `port ${address.port} is in use by another program`
    : error instanceof Deno.errors.PermissionDenied
    ? `no permission to listen on port ${address.port}`
    : messageOf(error);
  return new KarError(
    "cannotStart",
    `Cannot serve metrics on ${where}: ${why}; change metrics.address (":0" takes any free port) or set metrics.enabled: false`,
  );
}
