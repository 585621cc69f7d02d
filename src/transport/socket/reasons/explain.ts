import type { Clock } from "../../../base/mod.ts";
import { isAboutCertificate, tlsReason } from "./tls.ts";
import { CertificateWatch } from "./watch.ts";

/**
 * Says why a handshake with an address failed; takes a moment where it examines
 * the certificate. Never rejects.
 */
export type ExplainTls = (error: unknown, address: string) => Promise<string>;

/** What the handshakes of one endpoint have in common. */
export interface ExplainOptions {
  readonly host: string;
  readonly port: number;
  /** Name to ask for; null = the host. */
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly clock: Clock;
}

/** Makes the function that explains failed handshakes of one endpoint. */
export function openExplainer(
  { host, port, serverName, alpn, clock }: ExplainOptions,
): ExplainTls {
  const watch = new CertificateWatch(clock);
  const name = serverName ?? host;
  return async (error, address) => {
    const place = { address, port, serverName: name, alpn };
    const seen = isAboutCertificate(error) ? await watch.look(place) : null;
    return tlsReason(error, { host: name, alpn, seen, nowMs: clock.wall() });
  };
}
