import { FAILURE_KINDS } from "../../protocol/mod.ts";
import { TALLY } from "../layout.ts";
import { MISSED_REASONS } from "../snapshot.ts";
import type { SeriesGrowth } from "./growth.ts";

const missedCell = (reason: typeof MISSED_REASONS[number]) =>
  TALLY.missed + MISSED_REASONS.indexOf(reason);
const failedCell = (kind: typeof FAILURE_KINDS[number]) =>
  TALLY.failed + FAILURE_KINDS.indexOf(kind);
const LATE = missedCell("late");
const WORKER_LOST = missedCell("worker_lost");
const STOPPED = missedCell("stopped");
const GENERATOR = failedCell("generator");
const ABORTED = failedCell("aborted");

/** What judging needs of the counts of a tally. */
export function countsOf(
  tally: ArrayLike<number>,
): Omit<
  SeriesGrowth,
  "target" | "phase" | "scenario" | "response" | "service"
> {
  const sum = (from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += tally[i]!;
    return sum;
  };
  const failed = sum(TALLY.failed, TALLY.width) - tally[GENERATOR]! -
    tally[ABORTED]!;
  return {
    sent: tally[TALLY.sent]!,
    missed: sum(TALLY.missed, TALLY.failed) - tally[STOPPED]!,
    late: tally[LATE]!,
    workerLost: tally[WORKER_LOST]!,
    completed: tally[TALLY.ok]! + failed,
    failed,
    generator: tally[GENERATOR]!,
  };
}
