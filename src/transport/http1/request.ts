import type { Request } from "../../request/mod.ts";

/** A request as HTTP/1.1 has it, framed once for all the times it is sent. */
export interface Http1Request {
  /** Head and body. */
  readonly bytes: Uint8Array;
  /** Whether its answer has no body, because the method is HEAD. */
  readonly bodiless: boolean;
  /** Whether it asks that the connection be closed after it. */
  readonly closes: boolean;
}

/** Frames a request for HTTP/1.1 (RFC 9112). */
export function frameHttp1(request: Request): Http1Request {
  const { url, path, method, headers, body, contentLength } = request;
  const isHostGiven = headers.some(({ name }) => name.toLowerCase() === "host");
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...(isHostGiven ? [] : [`host: ${url.authority}`]),
    ...headers.map(({ name, value }) => `${name}: ${value}`),
    ...(contentLength === null ? [] : [`content-length: ${contentLength}`]),
  ];
  const head = lines.map((line) => `${line}\r\n`).join("") + "\r\n";
  return {
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
