import { type Clock, formatDuration, redact, SLOT_MS } from "../../base/mod.ts";
import { Captures } from "../../journey/mod.ts";
import {
  JOURNEY_LIMITS,
  okRule,
  type Plan,
  setupNames,
  type SetupPlan,
  type StepPlan,
  type TargetPlan,
  type ThinkPlan,
} from "../../plan/mod.ts";
import { badVariable, type Vars } from "../../request/mod.ts";
import {
  blankExchange,
  KeptAnswer,
  type OpenClient,
  openTarget,
  type Outcome,
  reasonOf,
  sentSecrets,
  type TargetContext,
} from "../../transport/mod.ts";

/** Options of `doSteps`. */
export interface SetupContext {
  readonly clock: Clock;
  readonly plan: Plan & { readonly setup: SetupPlan };
  /** Aborted = no further step is done. */
  readonly cancel?: AbortSignal;
  readonly compileJsonPath: ConstructorParameters<
    typeof Captures
  >[1]["compileJsonPath"];
  /** How a request is opened. */
  readonly open: (
    request: TargetPlan,
  ) => Promise<{
    readonly context: Omit<TargetContext, "done">;
    readonly client: OpenClient;
  }>;
}

/** The result: values by the numbers of their names, or which step failed and why. */
export type SetupOutcome =
  | { readonly kind: "values"; readonly values: Vars }
  | {
    readonly kind: "failed";
    readonly step: string;
    readonly why: string;
    /** The values captured until then: no message may show them. */
    readonly values: Vars;
  };

/** Does the steps of a setup, one after the other, each on a connection of its own. */
export async function doSetup(context: SetupContext): Promise<SetupOutcome> {
  const { clock, plan } = context;
  const { items, requests, timeoutMs } = plan.setup;
  const values: (Uint8Array | null)[] = setupNames(plan).map(() => null);
  const endMs = clock.now() + timeoutMs;
  let sent = 0;
  for (const item of items) {
    context.cancel?.throwIfAborted();
    if (item.kind === "think") {
      await pause(clock, item.think, endMs);
      continue;
    }
    const request = requests[sent++]!;
    const leftMs = endMs - clock.now();
    // A timer may be a moment early.
    const why = leftMs < 1
      ? `setup had not come to its end within ${formatDuration(timeoutMs)}`
      : await doStep(item, { context, request, values, leftMs });
    if (why !== null) {
      return { kind: "failed", step: item.name, why, values };
    }
    if (item.think !== null) await pause(clock, item.think, endMs);
  }
  return { kind: "values", values };
}

interface StepContext {
  readonly context: SetupContext;
  readonly request: TargetPlan;
  readonly values: (Uint8Array | null)[];
  readonly leftMs: number;
}

/** @returns why it failed; null = it did not */
async function doStep(
  step: StepPlan,
  { context, request, values, leftMs }: StepContext,
): Promise<string | null> {
  const captures = capturesOf(step, context);
  const timeoutMs = Math.min(request.timeoutMs, leftMs);
  const opened = await context.open(request);
  const answered = Promise.withResolvers<Outcome>();
  const { client, framed, uses } = openTarget(
    { ...request, timeoutMs },
    { ...opened.context, done: (_, outcome) => answered.resolve(outcome) },
    opened.client,
  );
  try {
    const bad = badVariable(uses, values);
    if (bad !== null) {
      return `what ${bad} holds cannot be sent where the step has it`;
    }
    const exchange = exchangeOf(context.clock);
    const kept = captures.keep && new KeptAnswer().begin(captures.keep);
    const sent = { ...exchange, framed, vars: values, kept };
    if (!client.send(sent)) return "no connection was free";
    const outcome = await answered.promise;
    if (outcome.kind === "failure" || !okRule(request)(outcome.code)) {
      return redact(reasonOf(outcome, sent), sentSecrets(sent));
    }
    return captures.take(outcome.code, kept, values);
  } finally {
    await client.close();
  }
}

function capturesOf(
  step: StepPlan,
  { plan, compileJsonPath }: SetupContext,
): Captures {
  const numbers = new Map(setupNames(plan).map((name, i) => [name, i]));
  const { captureBytes, captureBodyBytes } = {
    ...JOURNEY_LIMITS,
    ...plan.limits,
  };
  return new Captures(step.capture, {
    ...{ numbers, compileJsonPath, captureBytes, captureBodyBytes },
  });
}

/** A request that is not an arrival: what is drawn for it depends on the time. */
function exchangeOf(clock: Clock) {
  const nowMs = clock.now();
  const slot = Math.floor(clock.wall() / SLOT_MS);
  const at = { intendedMs: nowMs, sentMs: nowMs };
  return { ...blankExchange(), slot, rank: 0, ...at };
}

/** Nothing is drawn here: it waits for the mean. */
function pause(
  clock: Clock,
  { meanMs }: ThinkPlan,
  endMs: number,
): Promise<void> {
  const ms = Math.max(0, Math.min(meanMs, endMs - clock.now()));
  return new Promise((resolve) => void clock.after(ms, resolve));
}
