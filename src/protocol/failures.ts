/**
 * Why a request has no success, from a closed set (it labels metrics).
 *
 * `status` = an answer that says no (HTTP ≥ 400, gRPC ≠ OK). `generator` =
 * kar's own fault (no file descriptor, port or memory left), never the
 * target's. `aborted` = kar ended it at a stop.
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
] as const;

/** One of `FAILURE_KINDS`. */
export type FailureKind = typeof FAILURE_KINDS[number];
