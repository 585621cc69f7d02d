import type { TargetPlan } from "../plan/mod.ts";
import {
  type FieldSources,
  readRequest,
  type VariableUse,
} from "../request/mod.ts";
import type { Client, ClientContext, OpenClient } from "./port.ts";

/** A target that can be sent to. */
export interface OpenTarget {
  readonly client: Client;
  /** Its request, framed by its client. */
  readonly framed: unknown;
  /** The same with a header `cookie`, for a step of a journey that keeps them; else null. */
  readonly framedWithCookies: unknown;
  /** Path and query, as far as they are known. */
  readonly path: string;
  /** Where it uses what its journey has captured. */
  readonly uses: readonly VariableUse[];
}

/** The context in which a target is opened. */
export interface TargetContext extends Omit<ClientContext, "url"> {
  /** Value of the `user-agent` header where the target sets none. */
  readonly userAgent: string;
  /** Replaces `${NAME}` in a string of the target. */
  readonly expand: (text: string) => string;
  /** What its fields are drawn from; absent = it has none. */
  readonly sources?: FieldSources;
}

/**
 * Makes a target's request and opens its client.
 *
 * @throws {KarError} (config) for settings that cannot work
 */
export function openTarget(
  target: TargetPlan,
  context: TargetContext,
  open: OpenClient,
): OpenTarget {
  const { expand, userAgent, sources, ...rest } = context;
  const grpc = context.resolved?.grpc ?? null;
  const request = readRequest(target, {
    expand,
    userAgent,
    grpc,
    ...(sources && { sources }),
  });
  const client = open(target, { ...rest, url: request.url });
  try {
    return {
      client,
      framed: client.frame(request),
      framedWithCookies: null,
      path: request.path,
      uses: request.vary?.uses ?? [],
    };
  } catch (error) {
    void client.close();
    throw error;
  }
}
