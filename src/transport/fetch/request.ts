import { messageOf } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import type { Request as KarRequest } from "../../request/mod.ts";
import { headersOf, hrefOf, wrong } from "../stock/mod.ts";

/** A request as fetch takes it, the same for all the times it is sent. */
export interface FetchRequest {
  readonly url: string;
  readonly init: RequestInit & { client: Deno.HttpClient };
  /** Makes another one for each exchange; null = this one serves all. */
  readonly varying: KarRequest | null;
}

/**
 * Makes what fetch takes of a request.
 *
 * @throws {KarError} for what fetch would refuse at every request
 */
export function frameFetch(
  target: TargetPlan,
  request: KarRequest,
  client: Deno.HttpClient,
): FetchRequest {
  const { method, body, url } = request;
  const init: RequestInit = {
    method,
    // A plain record is the form that fetch reads fastest.
    headers: Object.fromEntries(headersOf(request)),
    body: body.length === 0 ? null : body.slice(),
    redirect: "manual",
  };
  if (request.vary === null) checkMethod(target, init);
  return {
    url: hrefOf(url),
    init: { ...init, client },
    varying: request.vary === null ? null : request,
  };
}

/** Lets fetch itself decide whether it would send such a method with such a body. */
function checkMethod(target: TargetPlan, { method, body }: RequestInit): void {
  try {
    new Request("http://localhost/", { method: method!, body: body! });
  } catch (error) {
    throw wrong(target, `method ${target.method}: ${messageOf(error)}`);
  }
}
