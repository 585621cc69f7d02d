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

/**
 * What came of a request, and why where that says more than the kind or the
 * code: in kar's words or the peer's, as they came (`printable` is for whoever
 * shows them); empty = there is nothing to add.
 *
 * Without a reason it is interned: making and keeping one costs nothing. A
 * reason costs an object, and only a request that failed has one.
 */
export type Outcome =
  | { readonly kind: "answer"; readonly code: number; readonly reason: string }
  | {
    readonly kind: "failure";
    readonly failure: FailureKind;
    readonly reason: string;
  };

const ANSWERS = new Map<number, Outcome>();
const FAILURES = new Map<FailureKind, Outcome>(
  FAILURE_KINDS.map((failure) => [
    failure,
    Object.freeze({ kind: "failure", failure, reason: "" }),
  ]),
);
const OTHER_CODE = 0;

/** The code that stands for a target that was reached and asked nothing; gRPC has none like it. */
export const REACHED_CODE = 200;

/** An answer with its HTTP or gRPC code; a code outside 0–599 becomes 0. */
export function answer(code: number, reason = ""): Outcome {
  const known = code >= 0 && code <= 599 ? code : OTHER_CODE;
  if (reason !== "") return { kind: "answer", code: known, reason };
  let outcome = ANSWERS.get(known);
  if (outcome === undefined) {
    outcome = Object.freeze({ kind: "answer", code: known, reason });
    ANSWERS.set(known, outcome);
  }
  return outcome;
}

/** No valid answer, and why. */
export function failure(kind: FailureKind, reason = ""): Outcome {
  return reason === ""
    ? FAILURES.get(kind)!
    : { kind: "failure", failure: kind, reason };
}

/** Whether an outcome is a failure of one kind, whatever its reason. */
export function isFailure(outcome: Outcome, kind: FailureKind): boolean {
  return outcome.kind === "failure" && outcome.failure === kind;
}
