import type { TraceTarget } from "../../trace/mod.ts";
import { fitMix } from "../visitors/mix.ts";
import type { LogFacts } from "../read/facts.ts";
import { Paths } from "./paths.ts";

/** Which forms of paths a trace names. */
export interface FormsOptions {
  /** Whether words of paths are kept that few clients asked for. */
  readonly keepPaths: boolean;
  /** How many different ones, at most. */
  readonly targetsMax: number;
}

/**
 * The forms of a log's paths, as a packed trace names them: like those of a
 * learned plan they hold no word that fewer than five clients asked for. Forms
 * that came to one have one name, and the count stands with the first.
 */
export function formsOf(
  facts: LogFacts,
  { keepPaths, targetsMax }: FormsOptions,
): TraceTarget[] {
  const { targets } = fitMix(facts, { keepPaths, targetsMax, shareMin: 0 });
  const paths = new Paths();
  const named = targets.map((target) => ({ target, ...paths.of(target) }));
  return named.flatMap(({ target, path, data }) => {
    const rows = [...facts.rowOf].filter(([, row]) => row === target.row);
    return rows.map(([form], i) => ({
      ...{ form, name: target.name, method: target.method, path, data },
      count: i === 0 ? target.count : 0,
    }));
  });
}
