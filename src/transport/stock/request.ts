import { KarError } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import type { Request, TargetUrl } from "../../request/mod.ts";

/** An address as stock clients take it. */
export function hrefOf({ scheme, authority, path }: TargetUrl): string {
  return `${scheme}://${authority}${path}`;
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
