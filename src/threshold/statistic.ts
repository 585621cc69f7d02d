import type { MeasureName } from "./measures.ts";
import { Wrong } from "./scan.ts";
import type { Statistic } from "./threshold.ts";

/** What may stand behind the name of a duration. */
const STATISTICS_HINT = "p50 to p99.999, mean or max";

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,3})?)$/;

/**
 * The statistic of a duration: `p99.9`, `mean`, `max`.
 *
 * @throws {Wrong} for what is none
 */
export function readStatistic(
  name: MeasureName,
  part: string | null,
): Statistic {
  if (part === null) {
    throw new Wrong(
      `${name} needs a statistic, such as ${name}.p99: ${STATISTICS_HINT}`,
    );
  }
  if (part === "mean" || part === "max") return { kind: part };
  const percent = Number(PERCENTILE.exec(part)?.[1]);
  if (percent >= 50 && percent < 100) {
    return { kind: "percentile", share: Number((percent / 100).toFixed(6)) };
  }
  throw new Wrong(`${name} has no statistic "${part}": ${STATISTICS_HINT}`);
}
