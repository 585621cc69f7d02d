import type { BlockSums } from "./sums.ts";

/** A measure of a run; of all of them less is better. */
export interface CompareMeasure {
  readonly name: string;
  readonly unit: "ms" | "share";
  readonly of: (sums: BlockSums) => number | null;
}

const SHARES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;

/** Every measure that is compared. */
export const COMPARE_MEASURES: readonly CompareMeasure[] = [
  ...SHARES.map((share) => timesMeasure("response", share)),
  ...SHARES.slice(0, 4).map((share) => timesMeasure("service", share)),
  timesMeasure("lag", 0.99),
  { name: "errors", unit: "share", of: (sums) => sums.errors },
  { name: "missed", unit: "share", of: (sums) => sums.missed },
];

function timesMeasure(
  name: "response" | "service" | "lag",
  share: number,
): CompareMeasure {
  return {
    name: `${name}.p${Number((share * 100).toFixed(1))}`,
    unit: "ms",
    of: (sums) => sums.quantile(name, share),
  };
}
