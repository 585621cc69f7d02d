import type { TargetPlan } from "../../plan/mod.ts";
import type { Endpoint } from "./types.ts";
import type { TlsTexts } from "../resolved.ts";

/** Mozilla's roots, and no certificate of our own. */
export const NO_TLS: TlsTexts = { ca: null, cert: null, key: null };

/** Where the connections of an http or https target lead. */
export function endpointOf(
  target: Pick<TargetPlan, "tls" | "insecure">,
  url: URL,
  { tls = NO_TLS, alpn }: {
    readonly tls?: TlsTexts | undefined;
    /** Protocols offered by ALPN, best first. */
    readonly alpn: readonly string[];
  },
): Endpoint {
  const isTls = url.protocol === "https:";
  return {
    // URL writes IPv6 addresses in brackets, sockets want them without.
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port || (isTls ? 443 : 80)),
    tls: !isTls ? null : {
      ...tls,
      serverName: target.tls?.serverName ?? null,
      insecure: target.insecure === true,
      alpn,
    },
  };
}
