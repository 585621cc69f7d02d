import { KarError, messageOf } from "../base/mod.ts";
import { formatAddress, type ListenAddress, parseAddress } from "./address.ts";

/** Where to listen, and what to say where that cannot be. */
export interface ListenAtOptions {
  /** `host:port`. */
  readonly address: string;
  /** Whether any free port will do where this one is in use. */
  readonly mayMove?: boolean;
  /** The key of the config that names the address. */
  readonly key: string;
  /** What is served. */
  readonly what: string;
  /** The setting without which nothing is listened on. */
  readonly off: string;
}

/** A port that is listened on. */
export interface Listening {
  readonly listener: Deno.TcpListener;
  /** Null = all interfaces. */
  readonly hostname: string | null;
  /** `host:port`, with the real port where 0 was asked. */
  readonly address: string;
}

/** All interfaces: IPv6, which takes IPv4 too, or IPv4 where there is no IPv6. */
const ANY_HOSTS = ["::", "0.0.0.0"] as const;

/**
 * Listens at an address.
 *
 * @throws {KarError} `config` for an address that cannot be read, `cannotStart`
 *   when it cannot be listened on
 */
export function listenAt(options: ListenAtOptions): Listening {
  const wanted = parseAddress(options.address, options.key);
  const { hostname } = wanted;
  const listener = listen(wanted, options);
  const address = formatAddress({ hostname, port: listener.addr.port });
  return { listener, hostname, address };
}

function listen(
  address: ListenAddress,
  options: ListenAtOptions,
): Deno.TcpListener {
  const { hostname, port } = address;
  const hosts = hostname === null ? ANY_HOSTS : [hostname];
  let failed: unknown;
  for (const hostname of hosts) {
    try {
      return Deno.listen({ hostname, port });
    } catch (error) {
      failed = error;
      if (!isInUse(error)) continue;
      if (options.mayMove) return Deno.listen({ hostname, port: 0 });
      break;
    }
  }
  throw cannotListen(address, failed, options);
}

function cannotListen(
  address: ListenAddress,
  error: unknown,
  { key, what, off }: ListenAtOptions,
): KarError {
  const where = formatAddress(address);
  const why = isInUse(error)
    ? `port ${address.port} is in use by another program`
    : error instanceof Deno.errors.PermissionDenied
    ? `no permission to listen on port ${address.port}`
    : messageOf(error);
  return new KarError(
    "cannotStart",
    `Cannot serve ${what} on ${where}: ${why}; change ${key} (":0" takes any free port) or set ${off}`,
  );
}

function isInUse(error: unknown): boolean {
  return error instanceof Deno.errors.AddrInUse;
}
