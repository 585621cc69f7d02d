import { History } from "./history.ts";

/** Runs so many random histories, each of a seed of its own, which a failure tells. */
export async function runHistories(
  firstSeed: number,
  count: number,
): Promise<void> {
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const parts = [1, 2, 3, 7][seed % 4]!;
    const onBusLoss = seed % 3 === 0 ? "hold" : "continue";
    const history = new History({ seed, parts, onBusLoss });
    await history.run();
    try {
      history.check();
    } catch (error) {
      throw new Error(`seed ${seed}:\n${history.log.join("\n")}`, {
        cause: error,
      });
    }
  }
}
