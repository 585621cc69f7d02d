import { messageOf } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import { readRequest, type Request } from "../../request/mod.ts";
import type { ClientContext } from "../port.ts";
import { holdsLeavesAlone, NO_TLS } from "../socket/mod.ts";
import { headersOf, hrefOf, wrong } from "../stock/mod.ts";

/** Everything about a target's requests that is the same for all of them. */
export interface RequestParts {
  readonly url: string;
  readonly init: RequestInit & { client: Deno.HttpClient };
  readonly client: Deno.HttpClient;
}

const NO_CHURN = { maxRequests: null, maxAgeMs: null };

/**
 * Builds a target's request once, with its strings expanded.
 *
 * @throws {KarError} for what fetch would refuse at every request
 */
export function buildRequest(
  target: TargetPlan,
  context: ClientContext,
): RequestParts {
  checkSettings(target);
  const request = readRequest({ ...target, client: "fetch" }, context.expand);
  const init: RequestInit = {
    method: target.method,
    headers: buildHeaders(request, context),
    body: target.body === null ? null : request.body.slice(),
    redirect: "manual",
  };
  checkMethod(target, init);
  const client = openClient(target, context);
  return { url: hrefOf(request), init: { ...init, client }, client };
}

/** Refuses what fetch has no setting for. */
function checkSettings(target: TargetPlan): void {
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

/** Headers as a plain record, the form that fetch reads fastest. */
function buildHeaders(
  request: Request,
  context: ClientContext,
): Record<string, string> {
  const headers = headersOf(request, context);
  if (!headers.has("accept-encoding")) {
    headers.set("accept-encoding", "identity");
  }
  return Object.fromEntries(headers);
}

/** Lets fetch itself say whether it would send such a method with such a body. */
function checkMethod(target: TargetPlan, { method, body }: RequestInit): void {
  try {
    new Request("http://localhost/", { method: method!, body: body! });
  } catch (error) {
    throw wrong(target, `method ${target.method}: ${messageOf(error)}`);
  }
}

function openClient(
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
