import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse as parseYaml } from "yaml";
import type { KubernetesObject } from "./chart.ts";

/*
 * What Kubernetes takes, by its own schemas. Those of PyPI's kubernetes-validate
 * are of all versions and 100 MB; a cut of the oldest and the newest that the
 * chart is for is kept: the kinds that it makes, without descriptions. Both are
 * strict: a key that is not known is wrong.
 */

const ROOT = new URL("../../", import.meta.url).pathname;

/** Versions whose cut is kept. */
export const KEPT_VERSIONS = ["1.29", "1.37"];
/** The first one that the chart is for. */
export const FIRST_MINOR = 29;
/** The operator whose definition of PodMonitor is kept. */
const OPERATOR =
  "github.com/prometheus-operator/prometheus-operator@v0.85.0/example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml";

const KINDS: Readonly<Record<string, string>> = {
  StatefulSet: "statefulset-apps-v1",
  Job: "job-batch-v1",
  Service: "service-v1",
  ConfigMap: "configmap-v1",
  Secret: "secret-v1",
};

type Schema = Record<string, unknown>;

/** The schemas of one version: of kinds, and what these refer to. */
export interface Schemas {
  readonly kinds: Readonly<Record<string, Schema>>;
  readonly $defs: Readonly<Record<string, Schema>>;
}

function read(path: string): string {
  return Deno.readTextFileSync(path);
}

/** Where the cut of a version is kept. */
export function keptFile(version: string): string {
  return `${ROOT}tests/golden/kubernetes_${version}.json`;
}

const KEPT = new Map<string, Schemas>();

/** The cut of a version that is kept. */
export function keptSchemas(version: string): Schemas {
  const kept = KEPT.get(version) ?? JSON.parse(read(keptFile(version)));
  KEPT.set(version, kept);
  return kept;
}

/** The folder of all versions, where `pip install kubernetes-validate` has put it; null = nowhere. */
export async function allVersionsFolder(): Promise<string | null> {
  const given = Deno.env.get("KAR_KUBERNETES_SCHEMAS");
  if (given !== undefined) return given;
  const code =
    "import importlib.util as u; print(u.find_spec('kubernetes_validate').submodule_search_locations[0])";
  try {
    const { success, stdout } = await new Deno.Command("python3", {
      args: ["-c", code],
      stderr: "null",
    }).output();
    const path = new TextDecoder().decode(stdout).trim();
    return success ? `${path}/kubernetes-json-schema` : null;
  } catch {
    return null;
  }
}

/** The cut of a version, from the folder of all. */
export function cutSchemas(folder: string, version: string): Schemas {
  const path = `${folder}/v${version}.0-local-strict`;
  const all = JSON.parse(read(`${path}/_definitions.json`)).$defs;
  const $defs: Record<string, Schema> = {};
  const need = (value: unknown): void => {
    for (const name of referred(value)) {
      if (Object.hasOwn($defs, name)) continue;
      $defs[name] = bare(all[name]) as Schema;
      need($defs[name]);
    }
  };
  const kinds = Object.fromEntries(
    Object.entries(KINDS).map(([kind, file]) => {
      const schema = bare(JSON.parse(read(`${path}/${file}.json`))) as Schema;
      need(schema);
      return [kind, schema];
    }),
  );
  return { kinds, $defs };
}

/** Names of definitions that a schema refers to. */
function referred(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"#\/\$defs\/([^"]+)"/g)]
    .map(([, name]) => name!);
}

/** A schema without what is said about it; references stay in one document. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key, below]) =>
    !(key === "description" && typeof below === "string") &&
    !key.startsWith("x-kubernetes-") && key !== "$schema"
  );
  return Object.fromEntries(
    kept.map((
      [key, below],
    ) => [
      key,
      key === "$ref"
        ? String(below).replace("/api/_definitions.json", "")
        : bare(below),
    ]),
  );
}

/** The operator's own definition, from Go's cache of modules; undefined where it is not there. */
export function operatorSchema(): Schema | undefined {
  const cache = Deno.env.get("GOMODCACHE") ??
    `${Deno.env.get("HOME")}/go/pkg/mod`;
  try {
    const { spec } = parseYaml(read(`${cache}/${OPERATOR}`));
    const { openAPIV3Schema } = spec.versions[0].schema;
    return bare(openAPIV3Schema) as Schema;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Where the operator's definition is kept. */
export const OPERATOR_FILE = `${ROOT}tests/golden/podmonitor_0.85.json`;

/** Made once for each kind of a version: that takes half a second. */
const VALIDATORS = new WeakMap<Schema, ValidateFunction>();

/** What is wrong with an object; empty = nothing. */
export function faultsOf(
  object: KubernetesObject,
  { kinds, $defs }: Schemas,
): string[] {
  const schema = kinds[object.kind];
  if (schema === undefined) return [`no schema of ${object.kind}`];
  const made = VALIDATORS.get(schema) ?? validator({ ...schema, $defs });
  VALIDATORS.set(schema, made);
  return faultsBy(object, made);
}

/** What is wrong with a PodMonitor, by the operator. */
export function monitorFaults(object: KubernetesObject): string[] {
  return faultsBy(
    object,
    validator(closed(JSON.parse(read(OPERATOR_FILE))) as Schema),
  );
}

/** A definition of the operator, in which a key that is not known is wrong. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const below = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, closed(each)]),
  );
  const isObject = below.type === "object" && below.properties !== undefined;
  // The cluster's own rules are for metadata.
  const isOpen = Object.keys((below.properties ?? {}) as object).length === 0;
  return isObject && !isOpen
    ? { ...below, additionalProperties: false }
    : below;
}

function validator(schema: Schema): ValidateFunction {
  return new Ajv2020({
    strict: false,
    allErrors: true,
    validateFormats: false,
  }).compile(schema);
}

function faultsBy(object: unknown, validate: ValidateFunction): string[] {
  if (validate(object)) return [];
  return validate.errors!.map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`
  );
}
