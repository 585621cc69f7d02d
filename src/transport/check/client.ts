import type { AnswerChecker } from "../../request/mod.ts";
import { type KeepSpec, KeptAnswer, SAMPLED_BYTES } from "../kept_answer.ts";
import { failure, type Outcome } from "../outcome.ts";
import type { Client, ClientContext, Exchange, Lease } from "../port.ts";

/** Says whether an answer's code is a success before any check is made. */
export type IsOkCode = (code: number) => boolean;

/**
 * Wraps a client so that its answers are checked: it keeps the parts of an
 * answer that the checks read. An answer that does not pass has failed as
 * `check`.
 *
 * @param open opens the client with another `done`
 */
export function withChecks(
  checker: AnswerChecker,
  { done, isOk }: {
    readonly done: ClientContext["done"];
    readonly isOk: IsOkCode;
  },
  open: (done: ClientContext["done"]) => Client,
): Client {
  const checks = new Checks(checker, isOk);
  const client = open((exchange, outcome) => {
    const { kept } = exchange;
    done(exchange, checks.judge(exchange, outcome));
    // Whoever was told may have looked at what was kept.
    checks.takeBack(exchange, kept);
  });
  return {
    frame: (request) => client.frame(request),
    send(exchange) {
      checks.prepare(exchange);
      const isSent = client.send(exchange);
      if (!isSent) checks.takeBack(exchange, exchange.kept);
      return isSent;
    },
    cancel: (exchange, outcome) => client.cancel(exchange, outcome),
    ...(client.release && {
      release: (lease: Lease) => client.release!(lease),
    }),
    close: () => client.close(),
  };
}

/** Kept for checks alone, and not for a journey. */
class OwnAnswer extends KeptAnswer {}

class Checks {
  readonly #checker: AnswerChecker;
  readonly #keep: KeepSpec;
  readonly #isOk: IsOkCode;
  /** Free ones, to use again; never more than were under way at once. */
  readonly #free: OwnAnswer[] = [];

  constructor(checker: AnswerChecker, isOk: IsOkCode) {
    const { headers, bodyBytes } = checker;
    this.#checker = checker;
    this.#keep = { headers, bodyBytes: Math.max(bodyBytes, SAMPLED_BYTES) };
    this.#isOk = isOk;
  }

  prepare(exchange: Exchange): void {
    const { kept } = exchange;
    // The last answer's own place is given back once that is over.
    const isFree = kept === null || kept instanceof OwnAnswer;
    if (!isFree) return kept.widen(this.#keep);
    exchange.kept = (this.#free.pop() ?? new OwnAnswer()).begin(this.#keep);
  }

  /** Takes back what an exchange carried, which may be under way again by now. */
  takeBack(exchange: Exchange, kept: KeptAnswer | null): void {
    if (!(kept instanceof OwnAnswer)) return;
    if (exchange.kept === kept) exchange.kept = null;
    this.#free.push(kept);
  }

  judge(exchange: Exchange, outcome: Outcome): Outcome {
    const { kept } = exchange;
    // It has failed already, with a reason of its own.
    if (outcome.kind === "failure" || !this.#isOk(outcome.code)) return outcome;
    const why = this.#checker.complaint(exchange, {
      code: outcome.code,
      header: (name) => kept?.header(name) ?? null,
      body: kept?.body ?? NOTHING,
      isCut: kept?.isCut ?? false,
    });
    return why === null ? outcome : failure("check", why);
  }
}

const NOTHING = new Uint8Array(0);
