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

/** What came of a request. Interned: comparing and keeping one costs nothing. */
export type Outcome =
  | { readonly kind: "answer"; readonly code: number }
  | { readonly kind: "failure"; readonly failure: FailureKind };

const ANSWERS = new Map<number, Outcome>();
const FAILURES = new Map<FailureKind, Outcome>(
  FAILURE_KINDS.map((failure) => [
    failure,
    Object.freeze({ kind: "failure", failure }),
  ]),
);
const OTHER_CODE = 0;

/** An answer with its HTTP or gRPC code; a code outside 0–599 becomes 0. */
export function answer(code: number): Outcome {
  const known = code >= 0 && code <= 599 ? code : OTHER_CODE;
  let outcome = ANSWERS.get(known);
  if (outcome === undefined) {
    outcome = Object.freeze({ kind: "answer", code: known });
    ANSWERS.set(known, outcome);
  }
  return outcome;
}

/** No valid answer, and why. */
export function failure(kind: FailureKind): Outcome {
  return FAILURES.get(kind)!;
}
