import type { TargetPlan } from "../../plan/mod.ts";
import type { TargetUrl } from "../../request/mod.ts";
import type { Endpoint } from "./types.ts";
import type { TlsTexts } from "../resolved.ts";

/** Mozilla's roots, and no certificate of kar's own. */
export const NO_TLS: TlsTexts = { ca: null, cert: null, key: null };

/** Where the connections of a target lead. */
export function endpointOf(
  target: Pick<TargetPlan, "tls" | "insecure">,
  { scheme, peer }: TargetUrl,
  { tls = NO_TLS, alpn }: {
    readonly tls?: TlsTexts | undefined;
    /** Protocols offered by ALPN, best first. */
    readonly alpn: readonly string[];
  },
): Endpoint {
  if (peer.kind === "unix") return { path: peer.path, tls: null };
  return {
    host: peer.host,
    port: peer.port,
    tls: scheme === "http" ? null : {
      ...tls,
      serverName: target.tls?.serverName ?? null,
      insecure: target.insecure === true,
      alpn,
    },
  };
}
