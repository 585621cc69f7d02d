/**
 * Weighted choice of a target.
 *
 * @param weights one for each target, ≥ 0, not all 0
 * @returns from a draw in [0, 1) to the target's index
 */
export function chooser(weights: readonly number[]): (u: number) => number {
  const last = weights.findLastIndex((weight) => weight > 0);
  const bounds = Float64Array.from(weights);
  for (let i = 1; i < bounds.length; i++) bounds[i]! += bounds[i - 1]!;
  const total = bounds[last]!;
  if (last === weights.findIndex((weight) => weight > 0)) return () => last;
  return (u) => {
    const at = u * total;
    let i = 0;
    while (i < last && at >= bounds[i]!) i++;
    return i;
  };
}
