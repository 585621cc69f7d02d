import {
  type MemberHead,
  type OfferAnswer,
  OWN_EVENTS_MAX,
  type StoredClaim,
  type ToldSpan,
} from "../../../fleet/mod.ts";
import { type SteeredRun, withoutCounts } from "../../../run/mod.ts";
import { SECONDS_TOLD } from "./told.ts";
import type { PartTold } from "./types.ts";

/** What a part knows of itself beside its run. */
export interface PartSelf {
  readonly claim: StoredClaim;
  /** Stretches of this part before. */
  readonly spans: readonly ToldSpan[];
  readonly offers: readonly OfferAnswer[];
  /** Whether it has ended as it should. */
  readonly isOver: boolean;
}

/** What a part has to tell of its run, now. */
export function toldOf(
  run: SteeredRun,
  { late, ...head }: MemberHead,
  { claim, spans, offers, isOver }: PartSelf,
): PartTold {
  const { node, host, incarnation } = claim;
  const measured = run.measured();
  const { plan: _, ...moment } = measured.moment;
  const own: ToldSpan = {
    ...{ node, host, incarnation, ...run.steering.progress() },
    ...{ eventSeq: head.eventSeq, late, isOver },
  };
  const levels = measured.changes.filter(({ control }, i, all) =>
    control.level !== (all[i - 1]?.control.level ?? 1)
  );
  return {
    ...head,
    offers,
    spans: [...spans, own],
    own: levels.slice(-OWN_EVENTS_MAX).map(({ slot, control }) => ({
      ...{ slot, kind: "level", value: control.level, durationMs: 0 },
    })),
    totals: measured.totals,
    seconds: measured.seconds.slice(-SECONDS_TOLD),
    moment,
    saved: withoutCounts(run.save()),
    without: "nothing",
  };
}
