import { codeText } from "../protocol/mod.ts";
import type { FailureKind, Outcome } from "./outcome.ts";
import type { Exchange } from "./port.ts";

/** The reason for a kind of failure where nothing more is known. */
const WORDS: Readonly<Record<FailureKind, string>> = {
  status: "the answer reports an error",
  dns: "its name has no address",
  refused: "the connection was refused",
  unreachable: "no route leads to it",
  reset: "the connection was reset",
  closed: "the connection was closed before an answer came",
  timeout: "no answer came within its timeout",
  tls: "the TLS handshake failed",
  protocol: "the answer breaks the rules of its protocol",
  truncated: "the connection ended in the middle of the answer",
  too_large: "the answer is larger than the limits allow",
  goaway: "the server takes no more requests on the connection (GOAWAY)",
  aborted: "it had no answer yet when the run ended",
  generator: "kar had no file descriptor, port or memory left",
  other: "the system does not say why",
  check: "the answer is not as a check wants it",
  capture: "the answer lacks what the step captures",
  unsent: "a step could not be sent",
  script: "its script did not come to an end",
};

/** The outcome of a request whose answer had begun. */
const BEGUN: Readonly<Partial<Record<FailureKind, string>>> = {
  timeout: "the answer began and did not end within its timeout",
  aborted: "the answer had begun and had not ended when the run ended",
};

/** Why a request has no success, in words that are always there. */
export function reasonOf(
  outcome: Outcome,
  exchange?: Pick<Exchange, "firstByteMs">,
): string {
  if (outcome.reason !== "") return outcome.reason;
  if (outcome.kind === "answer") return codeText(outcome.code);
  const hasBegun = exchange !== undefined && exchange.firstByteMs >= 0;
  const begun = hasBegun ? BEGUN[outcome.failure] : undefined;
  return begun ?? WORDS[outcome.failure];
}
