import type { TargetPlan } from "../../plan/mod.ts";
import { readRequest, type TargetUrl } from "../../request/mod.ts";
import type { Client, ClientContext } from "../port.ts";
import { endpointOf, openDialer } from "../socket/mod.ts";
import { buildPreface } from "./framing/mod.ts";
import { HeadReader } from "./head.ts";
import type { HeaderField } from "./hpack/mod.ts";
import { Pool } from "./pool.ts";
import { tellRetryAfter } from "../retry_after.ts";
import { buildRequest } from "./request.ts";
import { HttpResponse } from "./response.ts";
import type { ResponseReader } from "./stream.ts";
import { requestFields } from "./target.ts";

const ALPN = ["h2"];

/** How a target is asked and its responses are judged, over HTTP/2. */
export interface Exchange {
  readonly url: TargetUrl;
  readonly fields: readonly HeaderField[];
  readonly body: Uint8Array;
  readonly newResponse: () => ResponseReader;
}

/**
 * Opens a target over HTTP/2 on sockets of kar's own: by prior knowledge for
 * http, by ALPN for https.
 *
 * @throws {KarError} (config) for a request or certificate that cannot be used
 */
export function openHttp2(
  target: TargetPlan,
  context: ClientContext,
): Client {
  return openPool(target, context, httpExchange(target, context));
}

/** Builds what a target of HTTP is asked, and what judges its answers. */
export function httpExchange(
  target: TargetPlan,
  context: ClientContext,
): Exchange {
  const request = readRequest({ ...target, protocol: "http2" }, context.expand);
  const { url, method, body, contentLength } = request;
  const fields = requestFields(request, {
    path: url.path,
    defaults: [["user-agent", context.userAgent]],
    fixed: contentLength === null ? [] : [["content-length", contentLength]],
  });
  const { maxBodyBytes } = context.limits;
  const onRetryAfter = (text: string) => tellRetryAfter(context, text);
  const options = { method, maxBodyBytes, onRetryAfter };
  const newResponse = () => new HttpResponse(options);
  return { url, fields, body, newResponse };
}

/** Opens the connections of a target; gRPC uses it as well. */
export function openPool(
  target: TargetPlan,
  context: ClientContext,
  exchange: Exchange,
): Client {
  const { url, fields, body, newResponse } = exchange;
  const tls = context.resolved?.tls;
  const endpoint = endpointOf(target, url, { tls, alpn: ALPN });
  const { maxHeadBytes } = context.limits;
  return new Pool(context, {
    clock: context.clock,
    dialer: openDialer(endpoint, context.clock),
    timeoutMs: target.timeoutMs,
    request: buildRequest(fields, body),
    heads: new HeadReader(maxHeadBytes),
    preface: buildPreface(maxHeadBytes),
    newResponse,
    isTls: endpoint.tls !== null,
    maxRequests: target.connection?.maxRequests ?? Infinity,
    maxAgeMs: target.connection?.maxAgeMs ?? Infinity,
    firstStream: 1,
  });
}
