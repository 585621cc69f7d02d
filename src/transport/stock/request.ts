import { KarError } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import type { Request, TargetUrl, Text, Varying } from "../../request/mod.ts";
import type { Exchange } from "../port.ts";

/** An address as stock clients take it. */
export function hrefOf({ scheme, authority, path }: TargetUrl): string {
  return `${scheme}://${authority}${path}`;
}

/** The request of one exchange, with every field filled in: stock clients take nothing else. */
export function requestFor(request: Request, exchange: Exchange): Request {
  const { vary } = request;
  if (vary === null) return request;
  vary.draws.begin(exchange);
  const path = vary.path === null ? request.path : textOf(vary.path, vary);
  const body = vary.body === null ? request.body : bytesOf(vary.body, vary);
  return {
    ...request,
    url: { ...request.url, path },
    path,
    headers: request.headers.map((header, i) => {
      const text = vary.headers[i] ?? null;
      return text === null ? header : { ...header, value: textOf(text, vary) };
    }),
    body,
    contentLength: request.contentLength === null ? null : `${body.length}`,
    vary: null,
  };
}

function bytesOf(text: Text, { draws }: Varying): Uint8Array {
  const bytes = new Uint8Array(text.most);
  return bytes.subarray(0, text.write(bytes, 0, draws));
}

function textOf(text: Text, vary: Varying): string {
  return new TextDecoder().decode(bytesOf(text, vary));
}

/** A request's headers as stock clients take them. */
export function headersOf(request: Request): Headers {
  const headers = new Headers();
  for (const { name, value } of request.headers) headers.append(name, value);
  return headers;
}

/** The error of a target that cannot be asked. */
export function wrong(target: TargetPlan, why: string): KarError {
  return new KarError("config", `target ${target.name}: ${why}`);
}
