import { basename, resolve } from "node:path";
import type { BenchOptions } from "./options.ts";
import { ROOT } from "./process.ts";

/** A checkout that takes part, and how its rows are told from this one's. */
export interface Root {
  readonly root: string;
  readonly suffix: string;
}

/**
 * This checkout, and the one it is measured against. A packaged file has no
 * scripts, so it takes part in paced rows only.
 */
export function rootsOf({ against }: BenchOptions): Root[] {
  const here = { root: ROOT, suffix: "" };
  if (against === null || Deno.statSync(against).isFile) return [here];
  const root = resolve(against);
  return [here, { root, suffix: ` of ${basename(root)}` }];
}
