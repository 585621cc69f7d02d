import type { PageData } from "../../contract.ts";
import type { Key } from "../dom.ts";
import { phaseColor } from "../theme.ts";

/** Which phases there are to see, by the colours of their bands. */
export function phaseKeys({ phases, run, forecast }: PageData): Key[] {
  const seen = new Set([...run.phase, ...forecast?.phase ?? []]);
  const bands = phases.flatMap((name, i): Key[] => {
    const color = phaseColor(name);
    return color === null || !seen.has(i) ? [] : [{ color, name }];
  });
  return run.doubtful.includes(1) ? [...bands, DOUBTFUL] : bands;
}

/** Where the target's times are not to be trusted. */
const DOUBTFUL: Key = {
  color: "--soft",
  name: "kar was the limit",
  mark: "hatch",
};
