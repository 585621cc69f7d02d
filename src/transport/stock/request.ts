import { KarError } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import type { TransportContext } from "../port.ts";

/** Reads a target's URL. */
export function urlOf(target: TargetPlan, context: TransportContext): URL {
  const url = URL.parse(context.expand(target.url));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrong(target, `url ${target.url} is not http://… or https://…`);
  }
  if (url.username !== "" || url.password !== "") {
    throw wrong(target, "its url holds a user; send an authorization header");
  }
  return url;
}

/** A target's headers, with kar's `user-agent` where it has none. */
export function headersOf(
  target: TargetPlan,
  context: TransportContext,
): Headers {
  const headers = new Headers();
  for (const [name, value] of target.headers) {
    try {
      headers.append(name, context.expand(value));
    } catch {
      // The reason is not shown: it quotes the value, which may be a secret.
      throw wrong(target, `header ${name} is not one that HTTP allows`);
    }
  }
  if (!headers.has("user-agent")) headers.set("user-agent", context.userAgent);
  return headers;
}

/** The error of a target that cannot be asked. */
export function wrong(target: TargetPlan, why: string): KarError {
  return new KarError("config", `target ${target.name}: ${why}`);
}
