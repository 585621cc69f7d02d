import { assert } from "../base/mod.ts";
import type { ParsedConfig } from "../config/mod.ts";
import { forecast } from "../pattern/mod.ts";
import type { TargetPlan } from "../plan/mod.ts";
import { writeFailure } from "../report/mod.ts";
import type { DataSet } from "../request/mod.ts";
import type { ReadSources } from "../transport/clients/mod.ts";
import {
  type Host,
  type Preview,
  type Saved,
  type WizardDeps,
} from "../screen/wizard/mod.ts";
import { hostOf } from "./follow/hosts.ts";
import { reached } from "./checking/mod.ts";
import { judgedBy, type LoadedConfig } from "./load_data.ts";
import {
  type LoadedPlan,
  parseText,
  planOf,
  withSources,
} from "./load_plan.ts";
import type { System } from "./system.ts";

const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;
/** The files, the network and the parser, as the wizard asks for them. */
export function wizardDeps(system: System): WizardDeps {
  let rows: ReadSources | undefined;
  const parse = (text: string) => judged(parseOf(system, text), rows);
  const load = (text: string) => planOf(system, parse(text));
  return {
    problems: (text) => parse(text).problems,
    readRows: async (text) => {
      const loaded = await withSources(system, parseOf(system, text));
      rows = loaded.read;
      return loaded.config === null ? loaded.problems[0]!.message : null;
    },
    rowFields: () => rows?.sources.data.flatMap(fieldsOf) ?? [],
    preview: (text) => previewOf(load(text), system.wallMs()),
    host: (text) => targetHost(load(text)),
    reach: (text) => {
      const loaded = load(text);
      return reached(system, loaded, targetOf(loaded));
    },
    save: (path, text, mode) => save(system, path, { text, mode }),
  };
}

function parseOf(system: System, text: string): ParsedConfig {
  return parseText(system, { text, file: "kar start" });
}

/** A config, with the rows that were read for it where it has any. */
function judged(
  parsed: ParsedConfig,
  rows: ReadSources | undefined,
): LoadedConfig {
  const hasRows = Object.keys(parsed.config?.data ?? {}).length > 0;
  return hasRows && rows !== undefined ? judgedBy(parsed, rows) : parsed;
}

/** The only column of a set goes by the set's name. */
function fieldsOf({ name, table: { columns } }: DataSet): string[] {
  return columns.map((column) =>
    columns.length === 1 ? name : `${name}.${column}`
  );
}

function previewOf({ plan: { pattern } }: LoadedPlan, nowMs: number): Preview {
  const startMs = Math.floor(nowMs / STEP_MS) * STEP_MS;
  const span = { startMs, durationMs: HOUR_MS, stepMs: STEP_MS };
  return { forecast: forecast(pattern, span), zone: pattern.zone };
}

function targetOf({ plan }: LoadedPlan): TargetPlan {
  const [target] = plan.targets;
  assert(target !== undefined, "the wizard's config has a target");
  return target;
}

async function targetHost(loaded: LoadedPlan): Promise<Host> {
  const host = await hostOf(targetOf(loaded).url, loaded.variables);
  assert(host !== null, "a plan's addresses were checked with its config");
  return host;
}

async function save(
  { isFolder }: System,
  path: string,
  { text, mode }: { readonly text: string; readonly mode: "new" | "replace" },
): Promise<Saved> {
  const refused = (why: string): Saved => ({
    kind: "refused",
    why: `Cannot write ${path}: ${why}`,
  });
  try {
    if (await isFolder(path)) return refused("it is a folder");
    await Deno.writeTextFile(path, text, { createNew: mode === "new" });
    return { kind: "saved" };
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return { kind: "exists" };
    return refused(writeFailure(error));
  }
}
