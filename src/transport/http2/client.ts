import type { TargetPlan } from "../../plan/mod.ts";
import type { Client, ClientContext } from "../port.ts";
import { tellRetryAfter } from "../retry_after.ts";
import { endpointOf, openDialer } from "../socket/mod.ts";
import { buildPreface } from "./framing/mod.ts";
import { HeadReader } from "./head.ts";
import { Http2Pool } from "./pool.ts";
import { HttpResponse } from "./response.ts";
import type { ResponseReader } from "./stream.ts";

const ALPN = ["h2"];

/**
 * Opens a target over HTTP/2 on sockets of kar's own: by prior knowledge for
 * http, by ALPN for https.
 *
 * @throws {KarError} (config) for a certificate that cannot be used
 */
export function openHttp2(
  target: TargetPlan,
  context: ClientContext,
): Client {
  const { maxBodyBytes } = context.limits;
  const onRetryAfter = (text: string) => tellRetryAfter(context, text);
  const options = { maxBodyBytes, onRetryAfter };
  return openPool(target, context, () => new HttpResponse(options));
}

/**
 * Opens the connections of a target; gRPC uses it as well.
 *
 * @param newResponse makes what judges responses
 */
export function openPool(
  target: TargetPlan,
  context: ClientContext,
  newResponse: () => ResponseReader,
): Client {
  const tls = context.resolved?.tls;
  const endpoint = endpointOf(target, context.url, { tls, alpn: ALPN });
  const { maxHeadBytes } = context.limits;
  return new Http2Pool(context, {
    clock: context.clock,
    dialer: openDialer(endpoint, context.clock),
    timeoutMs: target.timeoutMs,
    heads: new HeadReader(maxHeadBytes),
    preface: buildPreface(maxHeadBytes),
    newResponse,
    isTls: endpoint.tls !== null,
    maxRequests: target.connection?.maxRequests ?? Infinity,
    maxAgeMs: target.connection?.maxAgeMs ?? Infinity,
    firstStream: 1,
  });
}
