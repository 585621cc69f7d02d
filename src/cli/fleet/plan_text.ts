import { KarError } from "../../base/mod.ts";
import { canonicalJson } from "../../plan/build/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { planOf } from "../../record/mod.ts";
import { filesOf, readSources } from "../../transport/clients/mod.ts";
import type { LoadedPlan } from "../load_plan.ts";
import { NO_SOURCES, type PlanSources } from "../../transport/mod.ts";
import { readPlanScripts } from "../scripts.ts";
import type { System } from "../system.ts";

/** Keys of a plan that are each machine's own: two members may differ in them. */
type OwnKey = "workers" | "pacing" | "metrics" | "ui";

/** A plan as members share it: the text whose hash says whether two have the same. */
export function planText(plan: Plan): string {
  return canonicalJson({ ...plan, ...sharedDefaults(plan) });
}

/** What stands in the place of a machine's own keys, so that the text is a whole plan. */
function sharedDefaults({ metrics }: Plan): Pick<Plan, OwnKey> {
  return {
    workers: "auto",
    pacing: "auto",
    metrics: { enabled: true, address: null, path: metrics.path },
    ui: { enabled: false, address: null, control: false, token: null },
  };
}

/**
 * The plan of a run that another member has opened, with the data and the
 * variables that this machine has for it.
 *
 * @throws {KarError} `cannotStart` for a text that is no plan of this kar;
 *   `config` when a file that the plan names is not here, or another one
 */
export async function loadedFrom(
  system: System,
  text: string,
  { isToSend = true }: { readonly isToSend?: boolean } = {},
): Promise<Omit<LoadedPlan, "config">> {
  const plan = readPlan(text);
  const variables = Object.fromEntries(
    plan.variables.map((name) => [name, system.env(name) ?? ""]),
  );
  const unset = plan.variables.filter((name) => system.env(name) === undefined);
  if (isToSend && unset.length > 0) {
    throw new KarError(
      "config",
      `The plan uses ${unset.map((name) => `\${${name}}`).join(", ")}: set ${
        unset.length === 1 ? "it" : "them"
      } in this machine's environment`,
    );
  }
  const sources = isToSend ? await sourcesOf(plan, variables) : NO_SOURCES;
  return {
    plan,
    variables,
    sources,
    warnings: [],
    located: (error) => error,
  };
}

function readPlan(text: string): Plan {
  try {
    return planOf(text);
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `The plan of the run is none that this kar can read: ${
        (error as Error).message
      }`,
      { cause: error },
    );
  }
}

async function sourcesOf(
  plan: Plan,
  variables: Readonly<Record<string, string>>,
): Promise<PlanSources> {
  const [read, scripts] = await Promise.all([
    readFiles(plan, variables),
    readPlanScripts(plan, variables),
  ]);
  const faults = [...read.faults, ...scripts.faults];
  if (faults.length > 0) throw new KarError("config", faults.join("\n"));
  return {
    ...read.sources,
    ...(scripts.sources.length > 0 && { scripts: scripts.sources }),
  };
}

/** Data and the files of bodies: each must be here as it was where the plan was made. */
async function readFiles(
  plan: Plan,
  variables: Readonly<Record<string, string>>,
): Promise<{
  readonly sources: PlanSources;
  readonly faults: readonly string[];
}> {
  const { data = [], limits, targets } = plan;
  const files = targets.flatMap((target) =>
    filesOf(target).map(({ file, path }) => ({ file, path }))
  );
  if (data.length === 0 && files.length === 0) {
    return { sources: NO_SOURCES, faults: [] };
  }
  const read = await readSources({ data, files, limits, variables });
  const others = [
    ...data.filter(({ name, digest }) =>
      digest !== undefined && read.digests.get(name) !== digest
    ).map(({ name }) => `data ${name} differs here from the plan's`),
    ...Object.entries(plan.files ?? {}).filter(([file, digest]) =>
      read.fileDigests.get(file) !== digest
    ).map(([file]) => `${file} differs here from the plan's`),
  ];
  const faults = [...read.faults.map(({ message }) => message), ...others];
  return { sources: read.sources, faults };
}
