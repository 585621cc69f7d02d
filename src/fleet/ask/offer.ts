import type { AuthorOptions, Unconfirmed } from "./author.ts";
import type { PartHead, StoredClaim } from "../types.ts";

/** Time that parts have to get a plan ready that is offered. */
const OFFER_MS = 15_000;
const LOOK_MS = 50;
/** Who has claimed its part so lately may not have told anything yet. */
const JOINING_MS = 5000;

/** A part that cannot send a plan, and why. */
export interface OfferRefusal extends Unconfirmed {
  readonly why: string;
}

/** What parts have made of a plan that was offered. */
export interface Offered {
  readonly refusals: readonly OfferRefusal[];
  /** Held, and heard of or claimed lately, but without an answer. */
  readonly slow: readonly Unconfirmed[];
  /** Held, and not heard of: they may be dead, or cut off. */
  readonly silent: readonly Unconfirmed[];
}

/** What is heard of the parts of a run. */
export interface HeardParts {
  readonly told: readonly PartHead[];
  /** Whether a part has told something of late and goes on. */
  isTelling(part: number): boolean;
}

/**
 * Waits until every part that is heard of has said whether it can send a plan,
 * or one of them cannot, or the time for it is over.
 */
export async function offered(
  { bus, clock, time, row }: AuthorOptions,
  plan: string,
  heard: HeardParts,
): Promise<Offered & { readonly claims: readonly StoredClaim[] }> {
  const claims = (await bus.claims()).filter(({ run }) => run === row.id);
  const untilMs = clock.now() + OFFER_MS;
  for (;;) {
    const nowMs = time.nowMs();
    const now = answersOf(claims, plan, { heard, nowMs });
    const isOver = now.refusals.length > 0 || now.slow.length === 0;
    if (isOver || clock.now() > untilMs) return { ...now, claims };
    await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
  }
}

/**
 * What is known now of who can send a plan.
 *
 * @param claims of the run, as they were when it was offered
 */
export function answersOf(
  claims: readonly StoredClaim[],
  plan: string,
  { heard, nowMs }: { readonly heard: HeardParts; readonly nowMs: number },
): Offered {
  const refusals: OfferRefusal[] = [];
  const slow: Unconfirmed[] = [];
  const silent: Unconfirmed[] = [];
  for (const { part, node, epoch, storedMs } of claims) {
    const told = heard.told.find((head) =>
      head.part === part && head.epoch >= epoch
    );
    if (told?.spans.at(-1)?.isOver) continue;
    const answer = told?.offers.find((offer) => offer.plan === plan);
    if (answer === undefined) {
      const isJoining = told === undefined && nowMs < storedMs + JOINING_MS;
      const isThere = isJoining || heard.isTelling(part);
      (isThere ? slow : silent).push({ part, node });
    } else if (answer.why !== null) {
      refusals.push({ part, node, why: answer.why });
    }
  }
  return { refusals, slow, silent };
}
