import { messageOf } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import type { ClientContext } from "../port.ts";
import { holdsLeavesAlone, NO_TLS } from "../socket/mod.ts";
import { wrong } from "../stock/mod.ts";

const NO_CHURN = { maxRequests: null, maxAgeMs: null };

/**
 * Refuses what fetch has no setting for.
 *
 * @throws {KarError} (config)
 */
export function checkSettings(target: TargetPlan): void {
  const wireOnly = (setting: string, why: string) =>
    wrong(target, `${setting}: needs client: wire, because fetch ${why}`);
  if (target.insecure === true) {
    throw wireOnly("tls.insecure", "always verifies TLS");
  }
  if (target.tls?.serverName) {
    throw wireOnly("tls.server_name", "asks for the URL's host");
  }
  const { maxRequests, maxAgeMs } = target.connection ?? NO_CHURN;
  if (maxRequests !== null || maxAgeMs !== null) {
    throw wireOnly(
      "max_requests_per_connection, max_connection_age",
      "keeps connections as it likes",
    );
  }
}

/**
 * Opens what keeps fetch's connections.
 *
 * @throws {KarError} (config) for certificates that cannot be used
 */
export function openClient(
  target: TargetPlan,
  { limits, resolved }: ClientContext,
): Deno.HttpClient {
  const { ca, cert, key } = resolved?.tls ?? NO_TLS;
  const http2 = protocolOf(target.protocol).isMultiplexed;
  try {
    if (holdsLeavesAlone(ca)) {
      throw new Error(
        "tls.ca holds a server's own, and fetch trusts authorities only; use client: wire",
      );
    }
    return Deno.createHttpClient({
      http1: !http2,
      http2,
      allowHost: true,
      poolMaxIdlePerHost: limits.connections,
      ...(ca === null ? {} : { caCerts: [ca] }),
      ...(cert === null || key === null ? {} : { cert, key }),
    });
  } catch (error) {
    throw wrong(target, `certificates: ${messageOf(error)}`);
  }
}
