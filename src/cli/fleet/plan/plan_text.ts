import { KarError } from "../../../base/mod.ts";
import { canonicalJson } from "../../../plan/build/mod.ts";
import type { Plan } from "../../../plan/mod.ts";
import { planOf } from "../../../record/mod.ts";
import { requestsOf } from "../../config_place.ts";
import { filesOf, readSources } from "../../../transport/clients/mod.ts";
import type { LoadedPlan } from "../../load_plan.ts";
import { NO_SOURCES, type PlanSources } from "../../../transport/mod.ts";
import { readPlanScripts } from "../../scripts.ts";
import type { System } from "../../system.ts";
import { checkOwnFiles } from "./own_files.ts";
import { checkPlanNumbers } from "./plan_numbers.ts";

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

/** What of this machine a plan may use that another one has made. */
export interface TrustedHere {
  /** Whether somebody here has said that a file may be read of which the plan has no hash; absent = none may. */
  readonly mayRead?: (file: string) => boolean;
}

/**
 * The plan of a run that another member has opened, with the data and the
 * variables that this machine has for it.
 *
 * @throws {KarError} `cannotStart` for a text that is no plan of this kar;
 *   `config` when a file that the plan names is not here, or another one, or
 *   may not be read for it
 */
export async function loadedFrom(
  system: System,
  text: string,
  { mayRead = () => false }: TrustedHere = {},
): Promise<Omit<LoadedPlan, "config">> {
  const plan = readPlan(text);
  const variables = Object.fromEntries(
    plan.variables.map((name) => [name, system.env(name) ?? ""]),
  );
  checkVariables(system, plan);
  checkOwnFiles(plan, mayRead);
  const sources = await sourcesOf(plan, variables);
  return {
    plan,
    variables,
    sources,
    warnings: [],
    located: (error) => error,
  };
}

function checkVariables(system: System, { variables }: Plan): void {
  const unset = variables.filter((name) => system.env(name) === undefined);
  if (unset.length === 0) return;
  throw new KarError(
    "config",
    `The plan uses ${unset.map((name) => `\${${name}}`).join(", ")}: set ${
      unset.length === 1 ? "it" : "them"
    } in this machine's environment`,
  );
}

/** @throws {KarError} `cannotStart` for a text that is no plan of this kar */
export function readPlan(text: string): Plan {
  try {
    const plan = planOf(text);
    checkPlanNumbers(plan);
    if (plan.replay !== undefined) {
      throw new Error("it sends a trace again, which a fleet cannot");
    }
    return plan;
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

/** Data and the files of bodies: each must be here as it was where the plan was made, or it is not looked into. */
async function readFiles(
  plan: Plan,
  variables: Readonly<Record<string, string>>,
): Promise<{
  readonly sources: PlanSources;
  readonly faults: readonly string[];
}> {
  const { data = [], limits, files: digests = {} } = plan;
  const files = requestsOf(plan).flatMap((request) =>
    filesOf(request).map(({ file, path }) => ({ file, path }))
  );
  if (data.length === 0 && files.length === 0) {
    return { sources: NO_SOURCES, faults: [] };
  }
  const expected = new Map([
    ...Object.entries(digests),
    ...data.flatMap(({ source, digest }): [string, string][] =>
      source.kind === "file" && digest !== undefined
        ? [[source.file, digest]]
        : []
    ),
  ]);
  const wanted = { data, files, limits, variables, expected };
  const { sources, faults } = await readSources(wanted);
  return { sources, faults: faults.map(({ message }) => message) };
}
