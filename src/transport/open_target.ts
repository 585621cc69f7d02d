import {
  capturedNames,
  JOURNEY_LIMITS,
  type Plan,
  type TargetPlan,
} from "../plan/mod.ts";
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
  /** The rank of the first arrival for which its data has no row. */
  readonly endRank: number;
}

/** The context in which a target is opened. */
export interface TargetContext extends Omit<ClientContext, "url"> {
  /** Value of the `user-agent` header where the target sets none. */
  readonly userAgent: string;
  /** Replaces `${NAME}` in a string of the target. */
  readonly expand: (text: string) => string;
  /** What its fields are drawn from; absent = it has none. */
  readonly sources?: FieldSources;
  /** Whether its journey keeps cookies: then the last variable is the header `cookie`. */
  readonly hasCookies?: boolean;
}

/** The variable that stands in the header `cookie`. */
const COOKIES_VARIABLE = "__cookies";

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
  const { expand, userAgent, sources, hasCookies, ...rest } = context;
  const grpc = context.resolved?.grpc ?? null;
  const options = { expand, userAgent, grpc, ...(sources && { sources }) };
  const request = readRequest(target, options);
  const client = open(target, { ...rest, url: request.url });
  try {
    return {
      client,
      framed: client.frame(request),
      framedWithCookies: hasCookies
        ? client.frame(readRequest(withCookies(target), options))
        : null,
      path: request.path,
      uses: request.vary?.uses ?? [],
      endRank: request.vary?.endRank ?? Infinity,
    };
  } catch (error) {
    void client.close();
    throw error;
  }
}

function withCookies(target: TargetPlan): TargetPlan {
  const cookie = ["cookie", `{{${COOKIES_VARIABLE}}}`] as const;
  return { ...target, headers: [...target.headers, cookie] };
}

/** The context of a target where it is a step: with what its journey captures, and its cookies. */
export function stepContext(
  context: TargetContext,
  { journeys = [], limits }: Pick<Plan, "journeys" | "limits">,
  { step }: TargetPlan,
): TargetContext {
  const journey = journeys.find(({ name }) => name === step?.journey);
  if (journey === undefined || context.sources === undefined) return context;
  const { captureBytes } = { ...JOURNEY_LIMITS, ...limits };
  return {
    ...context,
    hasCookies: journey.cookies,
    sources: {
      ...context.sources,
      captureBytes,
      variables: [...capturedNames(journey), COOKIES_VARIABLE],
    },
  };
}
