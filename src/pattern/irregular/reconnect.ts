import { Delayed, delayOf, waitOf } from "./delays.ts";
import { addedShape, SLOT_SEC, trimmed } from "./shape.ts";
import {
  type IrregularShape,
  type ReconnectSpec,
  TABLE_SLOTS_MAX,
} from "./types.ts";

/** Tries that are told apart; later ones wait as long as the last of these. */
const ROUNDS_MAX = 32;
/** A slot with fewer tries than this share of the clients has rounding alone. */
const NOTHING = 1e-9;

/**
 * n clients that have lost their connections at once. Each waits for its
 * back-off and opens another; where the service takes only so many a second,
 * the rest of a slot's tries wait for their next one:
 *
 *   a_0 = n · wait_0        a_{k+1} = (a_k · (1 − taken)) ∗ wait_{k+1}
 *   taken = min(1, accept / Σ a_k)
 *
 * Everything follows from numbers of the plan: how the service really is makes
 * no difference. Each client that is back sends `then` requests by the mix.
 */
export function reconnectShape(spec: ReconnectSpec): IrregularShape {
  const { clients, accept, then } = spec;
  const waits = waitsOf(spec);
  const tries = waits.map(() => new Delayed(TABLE_SLOTS_MAX));
  const all = new Float64Array(TABLE_SLOTS_MAX);
  const back = new Float64Array(TABLE_SLOTS_MAX);
  tries[0]!.add(0, clients, waits[0]!);
  for (let slot = 0; slot < TABLE_SLOTS_MAX; slot++) {
    const rounds = tries.map((round) => round.take());
    const due = rounds.reduce((sum, amount) => sum + amount, 0);
    if (due < clients * NOTHING) continue;
    const taken = accept === null ? 1 : Math.min(1, accept * SLOT_SEC / due);
    all[slot] = due;
    back[slot] = due * taken * then;
    if (taken === 1) continue;
    rounds.forEach((amount, k) => {
      const next = Math.min(k + 1, rounds.length - 1);
      // What is refused in a slot comes in a later one, however short the wait.
      tries[next]!.add(slot + 1, amount * (1 - taken), waits[next]!);
    });
  }
  const used = trimmed(all);
  return addedShape(used, { mixed: back.slice(0, used.length) });
}

/** The wait before each try, as long as they grow. */
function waitsOf({ backoff, accept }: ReconnectSpec) {
  const waits = [delayOf(waitOf(backoff, 0))];
  if (accept === null) return waits;
  while (waits.length < ROUNDS_MAX) {
    const [last, next] = [waits.length - 1, waits.length]
      .map((tries) => waitOf(backoff, tries));
    if (last!.toMs === next!.toMs) break;
    waits.push(delayOf(next!));
  }
  return waits;
}
