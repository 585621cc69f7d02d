import manifest from "../../../deno.json" with { type: "json" };
import {
  excerpt,
  expand,
  formatDuration,
  messageOf,
  redact,
} from "../../base/mod.ts";
import { literalSecrets, okRule, type TargetPlan } from "../../plan/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import { fieldSources, stepContext } from "../../transport/mod.ts";
import {
  findFaults,
  reach,
  resolveTarget,
} from "../../transport/clients/mod.ts";
import {
  type FailureKind,
  type Outcome,
  REACHED_CODE,
  reasonOf,
} from "../../transport/mod.ts";
import type { Reached } from "../../screen/wizard/mod.ts";
import type { LoadedPlan } from "../load_plan.ts";
import type { System } from "../system.ts";
import { clockOf } from "./clock.ts";

/** Time limit of the reachability check. */
const REACH_MS = 5000;

/** Failures that a person understands better in a sentence; the reason follows. */
const FAILURES: Readonly<Partial<Record<FailureKind, string>>> = {
  dns: "has a name that does not resolve",
  refused: "refuses the connection",
  unreachable: "cannot be reached",
  timeout: `did not answer within ${formatDuration(REACH_MS)}`,
  tls: "has no TLS connection that can be trusted",
  protocol: "does not speak this protocol",
};

/**
 * Whether a target is there. Asks it once, by a GET or a HEAD of its own, else
 * only opens a connection: a POST or a call is never made to look.
 */
export async function reached(
  system: System,
  { plan, variables, sources: read }: LoadedPlan,
  looked: TargetPlan,
): Promise<Reached> {
  const { limits, pattern: { seed }, journeys, setup } = plan;
  const target = { ...looked, timeoutMs: REACH_MS };
  const clock = clockOf(system);
  const userAgent = `kar/${manifest.version}`;
  try {
    // A look at a POST only connects: what cannot be sent is found here.
    const sources = { ...read, seed };
    const look = {
      ...{ clock, limits, userAgent, variables, sources, journeys, setup },
    };
    const [fault] = await findFaults(target, look);
    if (fault !== undefined) {
      const place = [fault.path.join("."), fault.message].filter(Boolean);
      return cannotBeAsked(place.join(": "));
    }
    const resolved = await resolveTarget(target, variables);
    const expanded = (text: string) => expand(text, variables);
    const context = {
      clock,
      limits,
      userAgent,
      expand: expanded,
      resolved,
      sources: fieldSources({ ...sources, limits, clock }),
    };
    const secrets = { ...literalSecrets(plan, variables), ...variables };
    const came = await reach(target, stepContext(context, plan, target));
    const reason = excerpt(redact(came.reason, secrets));
    const outcome: Outcome = { ...came, reason };
    return outcome.kind === "answer"
      ? answered(target, outcome)
      : { isOk: false, text: failedText(outcome.failure, reason) };
  } catch (error) {
    return cannotBeAsked(messageOf(error));
  }
}

function cannotBeAsked(why: string): Reached {
  return { isOk: false, text: `cannot be asked: ${excerpt(why)}` };
}

function answered(
  target: TargetPlan,
  outcome: Outcome & { readonly kind: "answer" },
): Reached {
  const { code } = outcome;
  if (protocolOf(target.protocol).request === "call") {
    return grpcAnswered(target, outcome);
  }
  const isAsked = ["GET", "HEAD"].includes(target.method);
  if (!isAsked) return { isOk: true, text: "can be reached" };
  return { isOk: okRule(target)(code), text: `answers with ${code}` };
}

function grpcAnswered(
  target: TargetPlan,
  outcome: Outcome & { readonly kind: "answer" },
): Reached {
  if (outcome.code === REACHED_CODE) {
    return { isOk: true, text: "can be reached" };
  }
  return okRule(target)(outcome.code)
    ? { isOk: true, text: "answers" }
    : { isOk: false, text: `answers with ${reasonOf(outcome)}` };
}

function failedText(failure: FailureKind, reason: string): string {
  const sentence = FAILURES[failure] ?? `did not answer (${failure})`;
  return reason === "" ? sentence : `${sentence}: ${reason}`;
}
