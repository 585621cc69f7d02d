import { expand, KarError } from "../../base/mod.ts";
import type {
  JourneyPlan,
  Limits,
  SetupPlan,
  TargetPlan,
} from "../../plan/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import {
  type ClientContext,
  type ConfigFault,
  fieldSources,
  loadCompileJson,
  openTarget,
  type PlanSources,
  type ResolvedGrpcCall,
  type ResolvedTarget,
  stepContext,
  type TargetContext,
} from "../mod.ts";
import { loadClient } from "./load.ts";
import { resolution } from "./resolve.ts";

/** Options of checking a target. */
export interface InspectContext {
  readonly clock: ClientContext["clock"];
  readonly limits: Limits;
  readonly userAgent: string;
  /** What its fields are drawn from. */
  readonly sources?: SourcesOfSeed;
  /** Value of each variable that the target uses. */
  readonly variables: Readonly<Record<string, string>>;
  /** The plan's names; a target may be a step of a journey of the plan. */
  readonly journeys?: readonly JourneyPlan[] | undefined;
  /** What is captured for all; absent = nothing. */
  readonly setup?: SetupPlan | undefined;
}

/** Sources, and the seed of the plan that they belong to. */
export interface SourcesOfSeed extends PlanSources {
  readonly seed: number;
}

/** How a client names a header that it refuses. */
const HEADER_REGEXP = /\bheader "?([!#$%&'*+.^_`|~0-9A-Za-z-]+)"?/;

/** A call of a method that only its server can describe. */
const ANY_CALL: ResolvedGrpcCall = {
  path: "/unknown.Service/Method",
  kind: "unary",
  messages: [new Uint8Array(0)],
};

/**
 * Finds everything that keeps a target from being sent to, as far as that can
 * be known without asking a server: its files, its call, and whatever its
 * client refuses. Opens no connection.
 */
export async function findFaults(
  target: TargetPlan,
  context: InspectContext,
): Promise<readonly ConfigFault[]> {
  const { resolved, faults } = await resolution(target, context.variables, {
    offline: true,
  });
  if (faults.length > 0) return faults;
  const grpc = protocolOf(target.protocol).request === "call"
    ? resolved.grpc ?? ANY_CALL
    : null;
  return await openFaults(target, context, { ...resolved, grpc });
}

/** Opens the client as a worker does, and closes it at once. */
async function openFaults(
  target: TargetPlan,
  given: InspectContext,
  resolved: ResolvedTarget,
): Promise<readonly ConfigFault[]> {
  const { clock, limits, userAgent, variables, sources } = given;
  const { journeys, setup } = given;
  try {
    const open = await loadClient(target);
    const json = await loadCompileJson(target);
    const context: TargetContext = {
      clock,
      limits,
      userAgent,
      resolved,
      ...(sources && { sources: fieldSources({ ...sources, limits, clock }) }),
      expand: (text) => expand(text, variables),
      done: () => {},
      ...json,
    };
    const plan = {
      limits,
      ...(journeys && { journeys }),
      ...(setup && { setup }),
    };
    const { client } = openTarget(
      target,
      stepContext(context, plan, target),
      open,
    );
    await client.close();
    return [];
  } catch (error) {
    if (!(error instanceof KarError) || error.exit !== "config") throw error;
    return [faultOf(target, error)];
  }
}

/** A client names the target, and the header where it is one. */
function faultOf(
  { name, headers }: TargetPlan,
  { message }: KarError,
): ConfigFault {
  const start = `target ${name}: `;
  const why = message.startsWith(start) ? message.slice(start.length) : message;
  const named = HEADER_REGEXP.exec(why)?.[1]?.toLowerCase();
  const header = headers.find(([header]) => header.toLowerCase() === named);
  const path = header === undefined ? [] : ["headers", header[0]];
  return { path, message: why };
}
