import { checkHistory } from "./history/check.ts";
import { History } from "./history/history.ts";
import { runRandom } from "./history/troubles.ts";

/**
 * Runs so many random histories, each of a seed of its own, which a failure
 * tells.
 *
 * @returns what happened how often
 */
export async function runHistories(
  firstSeed: number,
  count: number,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const parts = [1, 2, 3, 7][seed % 4]!;
    const onBusLoss = seed % 3 === 0 ? "hold" : "continue";
    const arrivals = seed % 5 < 2 ? "uniform" : "poisson";
    const history = new History({ seed, parts, onBusLoss, arrivals });
    await runRandom(history);
    try {
      await checkHistory(history);
    } catch (error) {
      throw new Error(`seed ${seed}:\n${history.log.join("\n")}`, {
        cause: error,
      });
    }
    for (const [what, times] of history.counts) {
      counts.set(what, (counts.get(what) ?? 0) + times);
    }
  }
  return counts;
}
