import type { Selection, Threshold } from "./threshold.ts";

/** What stands for every target, or every step. */
export const EACH = "*";
/** Thresholds that a run is held against at most, once there is one for each. */
export const JUDGED_MAX = 500;

/** By what there may be a threshold for each. */
const EACH_OF = ["target", "step"] as const;

/**
 * A threshold of each target (`{target=*}`) or step as one for each of them:
 * each has a result of its own. Any other one is as it was.
 */
export function forEach(
  threshold: Threshold,
  names: Readonly<Record<typeof EACH_OF[number], readonly string[]>>,
): readonly Threshold[] {
  const key = EACH_OF.find((each) => isEach(threshold, each, names[each]));
  if (key === undefined) return [threshold];
  return names[key].flatMap((name) =>
    forEach(withName(threshold, key, name), names)
  );
}

/** A thing that has this name is meant, where there is one. */
function isEach(
  { measure: { select } }: Threshold,
  key: typeof EACH_OF[number],
  names: readonly string[],
): boolean {
  return select[key] === EACH && !names.includes(EACH);
}

function withName(
  { text, measure, ...rest }: Threshold,
  key: typeof EACH_OF[number],
  name: string,
): Threshold {
  const select: Selection = { ...measure.select, [key]: name };
  return {
    ...rest,
    text: text.replace(`${key}=${EACH}`, () => `${key}=${name}`),
    measure: { ...measure, select },
  };
}
