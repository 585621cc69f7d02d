import type { TargetPlan } from "../../plan/mod.ts";
import type { Transport, TransportContext } from "../port.ts";
import { endpointOf, openDialer } from "../socket/mod.ts";
import { HeadReader } from "./head.ts";
import type { HeaderField } from "./hpack/mod.ts";
import { Pool } from "./pool.ts";
import { tellRetryAfter } from "../retry_after.ts";
import { buildRequest } from "./request.ts";
import { HttpResponse } from "./response.ts";
import type { ResponseReader } from "./stream.ts";
import { requestFields, urlOf } from "./target.ts";

/** Methods whose requests say that their body is empty (RFC 9110, 8.6). */
const METHODS_WITH_BODY: ReadonlySet<string> = new Set([
  "POST",
  "PUT",
  "PATCH",
]);
const ALPN = ["h2"];

/** How a target is asked and its responses are judged, over HTTP/2. */
export interface Exchange {
  readonly url: URL;
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
  context: TransportContext,
): Transport {
  return openPool(target, context, httpExchange(target, context));
}

/** Builds what a target of HTTP is asked, and what judges its answers. */
export function httpExchange(
  target: TargetPlan,
  context: TransportContext,
): Exchange {
  const url = urlOf(target, context.expand);
  const method = target.method.toUpperCase();
  const body = new TextEncoder().encode(context.expand(target.body ?? ""));
  const hasLength = body.length > 0 || METHODS_WITH_BODY.has(method);
  const fields = requestFields(target, context.expand, {
    url,
    method,
    path: url.pathname + url.search,
    defaults: [["user-agent", context.userAgent]],
    fixed: hasLength ? [["content-length", `${body.length}`]] : [],
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
  context: TransportContext,
  exchange: Exchange,
): Transport {
  const { url, fields, body, newResponse } = exchange;
  const tls = context.resolved?.tls;
  const endpoint = endpointOf(target, url, { tls, alpn: ALPN });
  return new Pool(context, {
    clock: context.clock,
    dialer: openDialer(endpoint, context.clock),
    timeoutMs: target.timeoutMs,
    request: buildRequest(fields, body),
    heads: new HeadReader(),
    newResponse,
    isTls: endpoint.tls !== null,
    maxRequests: target.connection?.maxRequests ?? Infinity,
    maxAgeMs: target.connection?.maxAgeMs ?? Infinity,
    firstStream: 1,
  });
}
