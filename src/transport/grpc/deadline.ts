import { failure, isFailure, type Outcome } from "../outcome.ts";
import type { ClientContext, Exchange } from "../port.ts";
import { GRPC_CODE } from "./status.ts";

/*
 * One deadline has two clocks. kar's own timer ends a call as `timeout`; the
 * server has heard of the same deadline by `grpc-timeout`, and may be a moment
 * faster to say that it has passed: by the status DEADLINE_EXCEEDED, by
 * CANCELLED where the deadline cancelled its handler, or by a reset, which
 * grpc-go's client turns into the former, too. Whichever comes first, it is one
 * event, and counts as `timeout`.
 */

/** What the two clocks may differ by: a share of the timeout, within bounds. */
const SLACK_SHARE = 0.05;
const SLACK_MS_MIN = 2;
const SLACK_MS_MAX = 100;

const TIMEOUT = failure("timeout");

/** How long before its timeout a server may end a call because of it. */
export function deadlineSlackMs(timeoutMs: number): number {
  const slackMs = SLACK_SHARE * timeoutMs;
  return Math.min(SLACK_MS_MAX, Math.max(SLACK_MS_MIN, slackMs));
}

/** A context whose `done` gets `timeout`, whichever side has ended a call at its deadline. */
export function withOneDeadline<Context extends ClientContext>(
  context: Context,
  timeoutMs: number,
): Context {
  const fromMs = timeoutMs - deadlineSlackMs(timeoutMs);
  const { clock, done } = context;
  const isOver = (exchange: Exchange) =>
    clock.now() - exchange.sentMs >= fromMs;
  return {
    ...context,
    done(exchange, outcome) {
      if (!mayBeDeadline(outcome) || !isOver(exchange)) {
        return done(exchange, outcome);
      }
      // What says that it is too late is not an answer that has begun.
      if (exchange.firstByteMs >= fromMs) exchange.firstByteMs = NaN;
      done(exchange, TIMEOUT);
    },
  };
}

function mayBeDeadline(outcome: Outcome): boolean {
  return outcome.kind === "answer"
    ? outcome.code === GRPC_CODE.deadlineExceeded ||
      outcome.code === GRPC_CODE.cancelled
    : isFailure(outcome, "reset");
}
