import { messageOf, redact } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import { badVariable, readUrl, type Vars } from "../../request/mod.ts";
import {
  answer,
  blankExchange,
  failure,
  openTarget,
  type Outcome,
  REACHED_CODE,
  sentSecrets,
  type TargetContext,
} from "../mod.ts";
import { endpointOf, openDialer } from "../socket/mod.ts";
import { loadClient } from "./load.ts";

/** Options of a reachability check, whose outcome only the caller waits for. */
export interface ReachContext extends Omit<TargetContext, "done"> {
  /** What the setup has captured; absent = nothing yet. */
  readonly vars?: Vars | null;
}

/**
 * Whether a target can be reached, within its timeout and apart from the
 * traffic. A GET, a HEAD and gRPC's health check are sent as the traffic sends
 * them, through the target's own client; any other target is connected to, with
 * TLS where it has it, and told nothing: a check never repeats a POST, a DELETE
 * or a call.
 *
 * @returns the answer, or why there is none; never rejects: a target that
 *   cannot be asked at all is the failure `other`
 */
export async function reach(
  target: TargetPlan,
  context: ReachContext,
): Promise<Outcome> {
  try {
    // A step may need what only the steps before it have captured.
    const mayAsk = target.step === undefined &&
      protocolOf(target.protocol).isSafe(target);
    return mayAsk ? await ask(target, context) : await connect(target, context);
  } catch (error) {
    return failure("other", `it cannot be asked: ${messageOf(error)}`);
  }
}

async function ask(
  { check: _, ...target }: TargetPlan,
  context: ReachContext,
): Promise<Outcome> {
  const { vars = null } = context;
  const answered = Promise.withResolvers<Outcome>();
  const { client, framed, uses } = openTarget(target, {
    ...context,
    done: (_, outcome) => answered.resolve(outcome),
  }, await loadClient(target));
  try {
    // Without the setup's values there is nothing to ask.
    if (badVariable(uses, vars ?? []) !== null) {
      return await connect(target, context);
    }
    const nowMs = context.clock.now();
    const at = { intendedMs: nowMs, sentMs: nowMs };
    const exchange = { ...blankExchange(), framed, vars, ...at };
    if (!client.send(exchange)) return failure("other");
    const outcome = await answered.promise;
    const reason = redact(outcome.reason, sentSecrets(exchange));
    return { ...outcome, reason };
  } finally {
    await client.close();
  }
}

async function connect(
  target: TargetPlan,
  { clock, expand, resolved }: ReachContext,
): Promise<Outcome> {
  const url = readUrl(target, expand);
  const alpn = protocolOf(target.protocol).alpn;
  const endpoint = endpointOf(target, url, { tls: resolved?.tls, alpn });
  const abort = new AbortController();
  const cancel = clock.after(target.timeoutMs, () => abort.abort());
  try {
    const socket = await openDialer(endpoint, clock).dial(abort.signal);
    if (socket.kind === "socket") {
      socket.close();
      return answer(REACHED_CODE);
    }
    return abort.signal.aborted
      ? failure("timeout", "no connection came within its timeout")
      : failure(socket.failure, socket.reason);
  } finally {
    cancel();
  }
}
