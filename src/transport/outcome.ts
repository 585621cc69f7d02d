import { CODES, FAILURE_KINDS, type FailureKind } from "../protocol/mod.ts";

export { FAILURE_KINDS, type FailureKind };

/**
 * The outcome of a request, and why where that says more than the kind or the
 * code: in kar's words, or in the peer's as they came (whoever shows them must
 * use `printable`); empty = nothing to add.
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

/** The code of a target that was reached and asked nothing; gRPC has no such code. */
export const REACHED_CODE = 200;

/** An answer with its code; a code that no protocol has becomes 0, with a reason that names it. */
export function answer(code: number, reason = ""): Outcome {
  const known = code >= 0 && code < CODES ? code : OTHER_CODE;
  if (reason !== "") return { kind: "answer", code: known, reason };
  if (known !== code) return answer(known, `${code} is not a known code`);
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
