import { KarError } from "../../base/mod.ts";
import { type Place, type Problem, SET_FLAG } from "./problem.ts";
import { type Environment, readTree, type Role } from "./read.ts";
import type { MapNode, Path, TreeNode } from "./tree.ts";

/** One `--set path=value`: the path as `pathText` writes it, the value as YAML; and the flag that is short for it. */
export type Override = readonly [path: string, value: string, flag?: string];

/** Options of applying overrides. */
export interface OverrideOptions {
  readonly environment: Environment;
  readonly role: (path: Path) => Role;
  readonly holdsFields?: (path: Path) => boolean;
  /** Why a path is none of the schema's; null = it is one. */
  readonly complaint: (path: Path) => string | null;
}

/** The tree with all overrides in place. */
export interface Overridden {
  readonly root: TreeNode;
  readonly problems: readonly Problem[];
}

const NOWHERE: Place = { file: SET_FLAG, line: 0, col: 0 };

/**
 * Puts what `--set` says over what the file says, in order.
 *
 * @throws {KarError} `usage` when a path or a value cannot be read
 */
export function applyOverrides(
  root: TreeNode,
  overrides: readonly Override[],
  options: OverrideOptions,
): Overridden {
  const problems: Problem[] = [];
  let tree = root;
  for (const [text, value, flag = SET_FLAG] of overrides) {
    const path = readPath(text, options);
    const read = readValue([value, flag], path, options);
    problems.push(...read.problems);
    tree = replaced(tree, path, { text, depth: 0, leaf: read.node });
  }
  return { root: tree, problems };
}

/**
 * A copy of the tree whose list under a key has more items, at its end. What
 * is no list stays, for whoever checks it.
 */
export function withItems(
  root: TreeNode,
  key: string,
  { flag, texts }: {
    readonly flag: string;
    readonly texts: readonly string[];
  },
): TreeNode {
  if (root.kind !== "map" || texts.length === 0) return root;
  const placeOf = (text: string): Place => (
    { file: `${flag} '${text}'`, line: 0, col: 0 }
  );
  const at = placeOf(texts[0]!);
  const before = root.entries.get(key);
  const isNone = before === undefined ||
    (before.node.kind === "scalar" && before.node.value === null);
  if (!isNone && before.node.kind !== "list") return root;
  const added = texts.map((value): TreeNode => ({
    kind: "scalar",
    at: placeOf(value),
    value,
    template: null,
  }));
  const kept = before?.node.kind === "list" ? before.node.items : [];
  const node: TreeNode = {
    kind: "list",
    at: before?.node.at ?? at,
    items: [...kept, ...added],
  };
  const entry = { keyAt: before?.keyAt ?? at, node };
  return { ...root, entries: new Map(root.entries).set(key, entry) };
}

function readPath(text: string, options: OverrideOptions): Path {
  const path = text.split(".").map((step) =>
    /^\d+$/.test(step) ? Number(step) : step
  );
  if (path.includes("")) throw refused(text, "the path has an empty step");
  const complaint = options.complaint(path);
  if (complaint !== null) throw refused(text, complaint);
  return path;
}

function readValue(
  [value, flag]: readonly [value: string, flag: string],
  path: Path,
  options: OverrideOptions,
) {
  const read = readTree(quoted(value, options.role(path)), {
    file: flag,
    inFile: false,
    environment: options.environment,
    role: options.role,
    ...(options.holdsFields && { holdsFields: options.holdsFields }),
    base: path,
  });
  if (read.node !== null) return { ...read, node: read.node };
  const why = read.problems[0]?.message ?? "no value";
  if (flag !== SET_FLAG) throw new KarError("usage", `${flag}: ${why}`);
  throw refused(path.join("."), why);
}

/** Text is taken as it stands on the command line, without YAML's own signs. */
function quoted(value: string, role: Role): string {
  return role === "text" ? JSON.stringify(value) : value;
}

interface Graft {
  readonly text: string;
  readonly depth: number;
  readonly leaf: TreeNode;
}

/** A copy of `node` in which the value at `path` is another; missing maps are made. */
function replaced(
  node: TreeNode | undefined,
  path: Path,
  graft: Graft,
): TreeNode {
  const step = path[graft.depth];
  if (step === undefined) return graft.leaf;
  const deeper = { ...graft, depth: graft.depth + 1 };
  if (node?.kind === "list") {
    const at = Number(step);
    if (!(at < node.items.length)) {
      throw refused(
        graft.text,
        `${
          path.slice(0, graft.depth).join(".")
        } has ${node.items.length} items, counted from 0`,
      );
    }
    const items = node.items.with(at, replaced(node.items[at], path, deeper));
    return { ...node, items };
  }
  const map = asMap(node, graft.text);
  const before = map.entries.get(String(step));
  const entry = {
    keyAt: before?.keyAt ?? NOWHERE,
    node: replaced(before?.node, path, deeper),
  };
  return { ...map, entries: new Map(map.entries).set(String(step), entry) };
}

function asMap(node: TreeNode | undefined, text: string): MapNode {
  if (node?.kind === "map") return node;
  if (node === undefined || (node.kind === "scalar" && node.value === null)) {
    return { kind: "map", at: NOWHERE, entries: new Map() };
  }
  throw refused(text, "the path goes through a single value");
}

function refused(path: string, why: string): KarError {
  return new KarError(
    "usage",
    `--set ${path}: ${why}; write it like --set controller.base_tps=50 or --set targets.0.weight=5`,
  );
}
