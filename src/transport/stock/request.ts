import { KarError } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { type Request, withDefaults } from "../../request/mod.ts";
import type { ClientContext } from "../port.ts";

/** A request's address as stock clients take it. */
export function hrefOf({ url }: Request): string {
  return `${url.scheme}://${url.authority}${url.path}`;
}

/** A request's headers, with kar's `user-agent` where it has none. */
export function headersOf(
  request: Request,
  { userAgent }: Pick<ClientContext, "userAgent">,
): Headers {
  const headers = new Headers();
  const all = withDefaults(request, [["user-agent", userAgent]]);
  for (const { name, value } of all) headers.append(name, value);
  return headers;
}

/** The error of a target that cannot be asked. */
export function wrong(target: TargetPlan, why: string): KarError {
  return new KarError("config", `target ${target.name}: ${why}`);
}
