import type { TargetPlan } from "../../plan/mod.ts";
import {
  readRequest,
  type TargetUrl,
  withDefaults,
} from "../../request/mod.ts";
import type { ClientContext } from "../port.ts";

/** All that a target's requests have in common; built once. */
export interface PreparedRequest {
  readonly url: TargetUrl;
  /** Head and body as they are sent, every time the same. */
  readonly bytes: Uint8Array;
  /** Whether answers have no body, because the method is HEAD. */
  readonly bodiless: boolean;
  /** Whether the request itself asks that the connection be closed after it. */
  readonly closes: boolean;
}

/**
 * Builds the bytes of a target's requests.
 *
 * @throws KarError (config) for what cannot be sent over HTTP/1.1
 */
export function prepareRequest(
  target: TargetPlan,
  { expand, userAgent }: Pick<ClientContext, "expand" | "userAgent">,
): PreparedRequest {
  const request = readRequest(target, expand);
  const { url, method, body, contentLength } = request;
  const headers = withDefaults(request, [
    ["host", url.authority],
    ["user-agent", userAgent],
  ]);
  const lines = headers.map(({ name, value }) => `${name}: ${value}\r\n`);
  if (contentLength !== null) {
    lines.push(`content-length: ${contentLength}\r\n`);
  }
  const head = `${method} ${url.path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return {
    url,
    bytes: concat(new TextEncoder().encode(head), body),
    bodiless: method === "HEAD",
    closes: headers.some(({ name, value }) =>
      name.toLowerCase() === "connection" && value.toLowerCase() === "close"
    ),
  };
}

function concat(head: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}
