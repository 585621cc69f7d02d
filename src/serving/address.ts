import { KarError } from "../base/mod.ts";

/** Where to listen. */
export interface ListenAddress {
  /** Null listens on all interfaces. */
  readonly hostname: string | null;
  /** 0 takes any free port. */
  readonly port: number;
}

const ADDRESS_REGEXP = /^(?:\[([^\[\]]+)\]|([^:\[\]\s]*)):(\d{1,5})$/;
const PORT_MAX = 65_535;

/**
 * Reads `:9090`, `127.0.0.1:9090`, `localhost:9090` or `[::1]:9090`.
 *
 * @param key the key of the config that holds it
 * @throws {KarError} `config` for anything else
 */
export function parseAddress(text: string, key: string): ListenAddress {
  const match = ADDRESS_REGEXP.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > PORT_MAX) {
    throw new KarError(
      "config",
      `${key}: cannot listen on ${
        JSON.stringify(text)
      }: write host:port, such as ":9090", "127.0.0.1:9090" or "[::1]:9090"`,
    );
  }
  return { hostname: match[1] ?? (match[2] || null), port };
}

/** Writes an address as `parseAddress` reads it. */
export function formatAddress({ hostname, port }: ListenAddress): string {
  if (hostname === null) return `:${port}`;
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}
