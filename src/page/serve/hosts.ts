import { isIP } from "node:net";

/**
 * Whether a browser may have come to this server on purpose. A page elsewhere
 * can give its own name the address of this machine (DNS rebinding) and would
 * then be taken for one of ours: names are answered only if they are known. An
 * address is no name.
 *
 * @param header of the request: `localhost:9089`
 * @param own the host that the page was told to listen on; null = all
 */
export function isOwnHost(
  header: string | undefined,
  own: string | null,
): boolean {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(header ?? "");
  const name = (match?.[1] ?? match?.[2])?.toLowerCase();
  if (name === undefined) return false;
  return isIP(name) !== 0 || name === "localhost" ||
    name === own?.toLowerCase();
}

/** Whether a request comes from the page itself; what is no browser says nothing. */
export function isSameOrigin(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return typeof origin === "string" && URL.parse(origin)?.host === host;
}
