/**
 * Why a request has no success, from a closed set (it labels metrics).
 *
 * `status` = an answer that says no (HTTP ≥ 400, gRPC ≠ OK). `generator` =
 * kar's own fault (no file descriptor, port or memory left), never the
 * target's. `aborted` = kar ended it at a stop. `check` = an answer that is not
 * as a check wants it; `capture` = one that lacks what a journey captures.
 * `unsent` is of journeys alone: a step could not be sent. `script` is of those
 * that are a script, which threw, or did not give way. New ones come at the
 * end: counts that version 0.1.0 has saved go by place.
 */
export const FAILURE_KINDS = [
  "status",
  "dns",
  "refused",
  "unreachable",
  "reset",
  "closed",
  "timeout",
  "tls",
  "protocol",
  "truncated",
  "too_large",
  "goaway",
  "aborted",
  "generator",
  "other",
  "check",
  "capture",
  "unsent",
  "script",
] as const;

/** One of `FAILURE_KINDS`. */
export type FailureKind = typeof FAILURE_KINDS[number];

/** Kinds that a target's requests never have: of steps, and of journeys as a whole. */
export const JOURNEY_FAILURE_KINDS: ReadonlySet<FailureKind> = new Set([
  "capture",
  "unsent",
  "script",
]);
