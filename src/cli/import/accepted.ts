import type { Problem } from "../../config/mod.ts";
import {
  documentOf,
  type Draft,
  type Secret,
  withoutSecrets,
} from "../../draft/mod.ts";
import { parseText } from "../load_plan.ts";
import type { System } from "../system.ts";

/** Targets of a config. */
const TARGETS_MAX = 64;

/** A variable that is still to be set has some value. */
const LATER = "later";

/** A draft as a config that is accepted. */
export interface Accepted {
  readonly text: string;
  readonly secrets: readonly Secret[];
  readonly targets: number;
  /** What had to be left out for it. */
  readonly left: readonly string[];
}

/**
 * Makes a config of a draft. A target that the config's own rules refuse is left
 * out and told, so that one of hundreds does not cost the others.
 *
 * @param left what was left out before, for the file's comments
 */
export function acceptedOf(
  system: System,
  draft: Draft,
  left: readonly string[],
): Accepted {
  const told: string[] = [];
  const { targets } = draft;
  let kept = targets.slice(0, TARGETS_MAX);
  if (kept.length < targets.length) {
    told.push(
      `${
        targets.length - kept.length
      } of ${targets.length} targets: a config has ${TARGETS_MAX} at most`,
    );
  }
  for (;;) {
    const all = [...left, ...told];
    const notes = [...draft.notes, ...leftNotes(all)];
    const hidden = withoutSecrets({ ...draft, notes, targets: kept });
    const text = documentOf(hidden.draft, hidden.secrets);
    const faults = kept.length === 0
      ? []
      : faultsIn(system, text, hidden.secrets);
    if (faults.length === 0) {
      return {
        text,
        secrets: hidden.secrets,
        targets: kept.length,
        left: told,
      };
    }
    const faulty = new Map(faults.map((fault) => [indexOf(fault), fault]));
    const [other] = faults.filter((fault) => indexOf(fault) === null);
    if (other !== undefined) {
      // Not one target's: nothing can be kept.
      told.push(`${other.path}: ${other.message}`);
      kept = [];
    }
    for (const [i, { message, path }] of faulty) {
      if (i === null) continue;
      const key = path.replace(/^targets\.\d+\.?/, "");
      told.push(`target "${kept[i]?.name}": ${key} ${message}`);
    }
    kept = kept.filter((_, i) => !faulty.has(i));
  }
}

function leftNotes(left: readonly string[]): string[] {
  if (left.length === 0) return [];
  return ["Not taken over:", ...left.map((line) => `  ${line}`)];
}

function faultsIn(
  system: System,
  text: string,
  secrets: readonly Secret[],
): readonly Problem[] {
  const values = new Map(secrets.map(({ name, value }) => [name, value]));
  const own = {
    ...system,
    env: (name: string) => values.get(name) ?? system.env(name) ?? LATER,
  };
  return parseText(own, { text, file: "import" }).problems
    .filter(({ severity }) => severity === "error");
}

/** Which target a problem is one of. */
function indexOf({ path }: Problem): number | null {
  const index = /^targets\.(\d+)(?:\.|$)/.exec(path)?.[1];
  return index === undefined ? null : Number(index);
}
