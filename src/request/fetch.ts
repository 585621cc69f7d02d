import type { SendingClient } from "./headers.ts";
import type { TargetUrl } from "./url.ts";

/*
 * The ports that no fetch connects to: WHATWG Fetch, section "Port blocking"
 * (https://fetch.spec.whatwg.org/#port-blocking). Deno gives no way to ask.
 */
const BLOCKED_PORTS: ReadonlySet<number> = new Set([
  ...[0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69],
  ...[77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119],
  ...[123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515],
  ...[526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990],
  ...[993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000],
  ...[6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
]);

/** Whether fetch refuses to connect to a port. */
function isBlockedPort(port: number): boolean {
  return BLOCKED_PORTS.has(port);
}

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
