import type { SendingClient } from "./headers.ts";
import { isBlockedPort } from "./blocked_ports.ts";
import type { TargetUrl } from "./url.ts";

/**
 * Why a stock client cannot send to an address as it is written ("must …");
 * null = it can.
 *
 * Both make a `URL` (WHATWG) of it, which resolves dot segments, encoded ones
 * too, and encodes an apostrophe in a query.
 */
export function fetchComplaint(
  { peer, scheme, authority, path }: TargetUrl,
  { client }: SendingClient,
): string | null {
  if (client !== "fetch" && client !== "connect") return null;
  if (peer.kind === "unix") {
    return `must not name a Unix socket with client: ${client}; use client: wire`;
  }
  if (client === "connect") return null;
  if (isBlockedPort(peer.port)) {
    return `must not name port ${peer.port} with client: fetch, which refuses it; use client: wire`;
  }
  const origin = `${scheme}://${authority}`;
  const { href } = new URL(origin + path);
  return href === origin + path
    ? null
    : "must have a path and query that client: fetch does not rewrite (no . or .. segments, no ' after ?); use client: wire, which sends them as written";
}
