import { parseAllDocuments } from "yaml";

/*
 * The chart, as Helm renders it: where Helm is found from the templates, and
 * everywhere from the files in which that was kept.
 */

const ROOT = new URL("../../", import.meta.url).pathname;
export const CHART = `${ROOT}deploy/helm/kar`;
export const PLAN = `${ROOT}tests/deploy/values/plan.yaml`;

/** Releases whose objects are kept; each has a file in `values`. */
export const RELEASES = ["service", "job", "fleet", "collect"] as const;
export type Release = (typeof RELEASES)[number];

/**
 * Helm 4, which words refusals as tests know them: on PATH, or where
 * `go install` puts it; null = nowhere.
 */
export const HELM = [
  ...(Deno.env.get("PATH") ?? "").split(":"),
  Deno.env.get("GOBIN") ?? "",
  `${Deno.env.get("HOME")}/go/bin`,
].map((folder) => `${folder}/helm`).find((path) =>
  isFile(path) && versionOf(path).startsWith("v4.")
) ?? null;

function versionOf(path: string): string {
  const { stdout } = new Deno.Command(path, { args: ["version", "--short"] })
    .outputSync();
  return new TextDecoder().decode(stdout);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** An object of Kubernetes, as far as tests look into it. */
// deno-lint-ignore no-explicit-any
export type KubernetesObject = Record<string, any>;

/** What a command of Helm came to. */
export interface HelmResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Helm; it asks no cluster and no network. */
export async function helm(...args: string[]): Promise<HelmResult> {
  const { code, stdout, stderr } = await new Deno.Command(HELM!, { args })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Renders a release, with more arguments where some are given. */
export function template(
  release: Release,
  ...more: string[]
): Promise<HelmResult> {
  return helm(
    ...["template", "--name-template=kar", CHART, "--namespace", "load"],
    ...["--kube-version", "1.29.0", "--set-file", `plan.text=${PLAN}`],
    ...["--values", `${ROOT}tests/deploy/values/${release}.yaml`, ...more],
  );
}

/** The objects of a rendered text. */
export function objectsIn(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map((document) => document.toJS());
}

/** The objects of a release as they were kept. */
export function keptObjects(release: Release): KubernetesObject[] {
  return objectsIn(
    Deno.readTextFileSync(`${ROOT}tests/golden/chart_${release}.golden`),
  );
}

/** The pod that a release makes for each part. */
export function podOf(objects: readonly KubernetesObject[]): KubernetesObject {
  const owner = objects.find(({ spec }) => spec?.template !== undefined)!;
  return owner.spec.template;
}
