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

/** A variable that is still to be set has some value, which may well be an address. */
const LATER = "http://later.example";

/** A draft as a config that is accepted. */
export interface Accepted {
  readonly text: string;
  readonly secrets: readonly Secret[];
  /** Targets and journeys. */
  readonly count: number;
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
  const all = draft.targets.length;
  let targets = draft.targets.slice(0, TARGETS_MAX);
  if (targets.length < all) {
    told.push(
      `${
        all - targets.length
      } of ${all} targets: a config has ${TARGETS_MAX} at most`,
    );
  }
  let journeys = draft.journeys ?? [];
  for (;;) {
    const notes = [...draft.notes, ...leftNotes([...left, ...told])];
    const kept: Draft = { ...draft, notes, targets, journeys };
    const hidden = withoutSecrets(kept);
    const text = documentOf(hidden.draft, hidden.secrets);
    const count = targets.length + journeys.length;
    const faults = count === 0 ? [] : faultsIn(system, text, hidden.secrets);
    if (faults.length === 0) {
      return { text, secrets: hidden.secrets, count, left: told };
    }
    const without = withoutFaulty(kept, faults);
    told.push(...without.told);
    ({ targets, journeys } = without);
  }
}

/** A draft without what the problems are about; without all of it where they are about none. */
function withoutFaulty(
  { targets, journeys = [] }: Draft,
  faults: readonly Problem[],
) {
  const told = new Set<string>();
  const isFaulty = (place: string, name: string) => {
    const found = faults.find(({ path }) =>
      path === place || path.startsWith(`${place}.`)
    );
    if (found === undefined) return false;
    const key = found.path.slice(place.length + 1);
    told.add(`"${name}": ${key === "" ? "" : `${key} `}${found.message}`);
    return true;
  };
  const kept = {
    targets: targets.filter(({ name }, i) => !isFaulty(`targets.${i}`, name)),
    journeys: journeys.map((journey, i) => ({
      ...journey,
      steps: journey.steps.filter(({ name }, j) =>
        !isFaulty(`journeys.${i}.steps.${j}`, name)
      ),
    })).filter(({ steps }) => steps.length > 0),
  };
  if (told.size > 0) return { ...kept, told: [...told] };
  const all = faults.map(({ path, message }) => `${path}: ${message}`);
  return { targets: [], journeys: [], told: all };
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
