import manifest from "../../deno.json" with { type: "json" };
import {
  assert,
  excerpt,
  expand,
  formatDuration,
  messageOf,
  redact,
} from "../base/mod.ts";
import { forecast } from "../pattern/mod.ts";
import { okRule, type TargetPlan } from "../plan/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import { writeFailure } from "../report/mod.ts";
import {
  type ConfigProblem,
  type Host,
  type Preview,
  type Reached,
  type Saved,
  type WizardDeps,
} from "../screen/wizard/mod.ts";
import { findFaults, reach, resolveTarget } from "../transport/clients/mod.ts";
import {
  type FailureKind,
  type Outcome,
  REACHED_CODE,
  reasonOf,
} from "../transport/mod.ts";
import { hostOf } from "./follow/hosts.ts";
import { clockOf } from "./checking/mod.ts";
import { type LoadedPlan, parseText, planOf } from "./load_plan.ts";
import type { System } from "./system.ts";

const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;
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

/** The files, the network and the parser, as the wizard asks for them. */
export function wizardDeps(system: System): WizardDeps {
  const problems = (text: string) => problemsOf(system, text);
  const load = (text: string) => loadedOf(system, text);
  return {
    problems,
    preview: (text) => previewOf(load(text), system.wallMs()),
    host: (text) => targetHost(load(text)),
    reach: (text) => reachedOf(system, load(text)),
    save: (path, text, mode) => save(system, path, { text, mode }),
  };
}

function problemsOf(system: System, text: string): readonly ConfigProblem[] {
  return parseText(system, { text, file: "kar start" }).problems;
}

function loadedOf(system: System, text: string): LoadedPlan {
  return planOf(system, parseText(system, { text, file: "kar start" }));
}

function previewOf({ plan: { pattern } }: LoadedPlan, nowMs: number): Preview {
  const startMs = Math.floor(nowMs / STEP_MS) * STEP_MS;
  const span = { startMs, durationMs: HOUR_MS, stepMs: STEP_MS };
  return { forecast: forecast(pattern, span), zone: pattern.zone };
}

function targetOf({ plan }: LoadedPlan): TargetPlan {
  const [target] = plan.targets;
  assert(target !== undefined, "the wizard's config has a target");
  return target;
}

async function targetHost(loaded: LoadedPlan): Promise<Host> {
  const host = await hostOf(targetOf(loaded).url, loaded.variables);
  assert(host !== null, "a plan's addresses were checked with its config");
  return host;
}

async function reachedOf(
  system: System,
  loaded: LoadedPlan,
): Promise<Reached> {
  const { plan: { limits }, variables } = loaded;
  const target = { ...targetOf(loaded), timeoutMs: REACH_MS };
  const clock = clockOf(system);
  const userAgent = `kar/${manifest.version}`;
  try {
    // A look at a POST only connects: what cannot be sent is found here.
    const look = { clock, limits, userAgent, variables };
    const [fault] = await findFaults(target, look);
    if (fault !== undefined) {
      const place = [fault.path.join("."), fault.message].filter(Boolean);
      return cannotBeAsked(place.join(": "));
    }
    const resolved = await resolveTarget(target, variables);
    const expanded = (text: string) => expand(text, variables);
    const came = await reach(target, {
      clock,
      limits,
      userAgent,
      expand: expanded,
      resolved,
    });
    const reason = excerpt(redact(came.reason, variables));
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

async function save(
  { isFolder }: System,
  path: string,
  { text, mode }: { readonly text: string; readonly mode: "new" | "replace" },
): Promise<Saved> {
  const refused = (why: string): Saved => ({
    kind: "refused",
    why: `Cannot write ${path}: ${why}`,
  });
  try {
    if (await isFolder(path)) return refused("it is a folder");
    await Deno.writeTextFile(path, text, { createNew: mode === "new" });
    return { kind: "saved" };
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return { kind: "exists" };
    return refused(writeFailure(error));
  }
}
