import { assert } from "../base/mod.ts";
import {
  capturedNames,
  JOURNEY_LIMITS,
  okRule,
  type Plan,
  setupNames,
  type TargetPlan,
} from "../plan/mod.ts";
import {
  type AskedParts,
  askedRequest,
  compileCheck,
  type CompileFindJson,
  type EncodeCall,
  type FieldSources,
  framedOr,
  NO_FIELD_SOURCES,
  readRequest,
  type Request,
  type VariableUse,
} from "../request/mod.ts";
import { withChecks } from "./check/mod.ts";
import type { Client, ClientContext, OpenClient } from "./port.ts";
import { noteSecrets } from "./secrets/sent_secrets.ts";
import { frameTraced, withTraces } from "./trace/mod.ts";

/** A target that can be sent to. */
export interface OpenTarget {
  readonly client: Client;
  /** Its request, framed by its client. */
  readonly framed: unknown;
  /** The same with a header `cookie`, for a step of a journey that keeps cookies; else null. */
  readonly framedWithCookies: unknown;
  /** Path and query, as far as they are known. */
  readonly path: string;
  /** The captured values of its journey that it uses. */
  readonly uses: readonly VariableUse[];
  /** The rank of the first arrival for which its data has no row. */
  readonly endRank: number;
  /**
   * Frames a request that is known only now, or says why it cannot be sent;
   * absent = it is not a step of a script.
   */
  readonly frameAsked?: FrameAsked;
}

/** Makes a request of a script ready to be sent. */
export type FrameAsked = (
  parts: AskedParts,
) => { readonly framed: unknown } | { readonly why: string };

/** The context in which a target is opened. */
export interface TargetContext extends Omit<ClientContext, "url"> {
  /** Value of the `user-agent` header where the target sets none. */
  readonly userAgent: string;
  /** Replaces `${NAME}` in a string of the target. */
  readonly expand: (text: string) => string;
  /** What its fields are drawn from; absent = it has no fields. */
  readonly sources?: FieldSources;
  /** Whether its journey keeps cookies: then the last variable is the header `cookie`. */
  readonly hasCookies?: boolean;
  /** Whether its requests are a script's. */
  readonly isAsked?: boolean;
  /** Encodes what a script calls with; absent = it calls nothing. */
  readonly encodeCall?: EncodeCall;
  /** Compiles the JSONPath of checks; absent where there is none. */
  readonly compileJson?: CompileFindJson;
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
  const { expand, userAgent, sources, hasCookies, ...given } = context;
  const { compileJson: _, isAsked, encodeCall = null, ...rest } = given;
  const grpc = context.resolved?.grpc ?? null;
  const options = { expand, userAgent, grpc, ...(sources && { sources }) };
  const read = (target: TargetPlan) => readRequest(target, options);
  const request = read(target);
  const isTraced = target.trace !== undefined;
  const openPlain = (done: ClientContext["done"]) =>
    openChecked(
      target,
      { ...context, done },
      (done) => open(target, { ...rest, done, url: request.url }),
    );
  const client = isTraced
    ? withTraces(context.done, openPlain)
    : openPlain(context.done);
  try {
    const noted = (framed: unknown, request: Request) => {
      noteSecrets(framed, target, request);
      return framed;
    };
    const frame = (request: Request) => noted(client.frame(request), request);
    return {
      client,
      framed: isTraced
        ? noted(frameTraced(target, read, client), request)
        : frame(request),
      framedWithCookies: hasCookies ? frame(read(withCookies(target))) : null,
      path: request.path,
      uses: request.vary?.uses ?? [],
      endRank: request.vary?.endRank ?? Infinity,
      ...(isAsked &&
        {
          frameAsked: frameAskedOf(client, request, {
            ...{ target, sources, encodeCall },
          }),
        }),
    };
  } catch (error) {
    void client.close();
    throw error;
  }
}

/** What a script asks for, behind the address of its step. */
function frameAskedOf(
  client: Client,
  base: Request,
  { target, sources = NO_FIELD_SOURCES, encodeCall }: {
    readonly target: TargetPlan;
    readonly sources?: FieldSources | undefined;
    readonly encodeCall: EncodeCall | null;
  },
): FrameAsked {
  const options = {
    base,
    sender: target,
    before: base.path.replace(/\/$/, ""),
    maxRequestBytes: sources.maxRequestBytes,
    encodeCall,
  };
  return (parts) => framedOr(() => client.frame(askedRequest(parts, options)));
}

/** Opens a client, and puts the target's checks around it if it has any. */
function openChecked(
  target: TargetPlan,
  { expand, sources, compileJson, done }: TargetContext,
  open: (done: ClientContext["done"]) => Client,
): Client {
  const { check, name } = target;
  if (check === undefined) return open(done);
  const options = {
    name,
    step: name,
    expand,
    sources: sources ?? NO_FIELD_SOURCES,
  };
  assert(compileJson || check.json.length === 0, "JSONPath is loaded before");
  const checker = compileCheck(check, options, compileJson!);
  // A user who lists the right codes wants every other code to fail.
  const isOk = check.status === null ? okRule(target) : () => true;
  return withChecks(checker, { done, isOk }, open);
}

function withCookies(target: TargetPlan): TargetPlan {
  const cookie = ["cookie", `{{${COOKIES_VARIABLE}}}`] as const;
  return { ...target, headers: [...target.headers, cookie] };
}

/**
 * The context of a target, with the setup's values; for a step, also with its
 * journey and its cookies.
 */
export function stepContext<C extends Omit<TargetContext, "done">>(
  context: C,
  plan: Pick<Plan, "journeys" | "limits" | "setup">,
  { step }: TargetPlan,
): C {
  const { journeys = [], limits } = plan;
  const journey = journeys.find(({ name }) => name === step?.journey);
  if (context.sources === undefined) return context;
  const { captureBytes } = { ...JOURNEY_LIMITS, ...limits };
  const shared = setupNames(plan);
  if (journey === undefined) {
    const sources = { ...context.sources, captureBytes, variables: shared };
    return shared.length === 0 ? context : { ...context, sources };
  }
  return {
    ...context,
    // A script's step gets its cookies with all that is asked for.
    hasCookies: journey.cookies && journey.script === undefined,
    isAsked: journey.script !== undefined,
    sources: {
      ...context.sources,
      captureBytes,
      variables: [...capturedNames(journey), ...shared, COOKIES_VARIABLE],
    },
  };
}
