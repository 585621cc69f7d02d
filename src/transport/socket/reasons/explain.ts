import type { Clock } from "../../../base/mod.ts";
import { isAboutCertificate, tlsReason } from "./tls.ts";
import { CertificateWatch } from "./watch.ts";

/**
 * Says why a handshake with an address failed. Takes up to two seconds where
 * it looks at the certificate; `signal` gives that up. Never rejects.
 */
export type ExplainTls = (
  error: unknown,
  address: string,
  signal: AbortSignal,
) => Promise<string>;

/** What the handshakes of one endpoint have in common. */
export interface ExplainOptions {
  readonly host: string;
  readonly port: number;
  /** Name to ask for; null = the host. */
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly clock: Clock;
}

/** Makes what explains the failed handshakes of one endpoint. */
export function openExplainer(
  { host, port, serverName, alpn, clock }: ExplainOptions,
): ExplainTls {
  const watch = new CertificateWatch(clock);
  const name = serverName ?? host;
  return async (error, address, signal) => {
    const place = { address, port, serverName: name, alpn };
    const seen = isAboutCertificate(error)
      ? await watch.look(place, signal)
      : null;
    return tlsReason(error, { host: name, alpn, seen, nowMs: clock.wall() });
  };
}
