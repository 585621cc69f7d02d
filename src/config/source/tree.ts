import { printable, printableJson } from "../../base/mod.ts";
import type { Place } from "./problem.ts";
import type { CoreValue } from "./yaml.ts";

/** Keys and list indexes from the root to a value. */
export type Path = readonly (string | number)[];

/** A value of the file and the place at which it stands. */
export type TreeNode = ScalarNode | MapNode | ListNode;

/** A single value; null = a key without one, which is as good as no key. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly at: Place;
  readonly value: CoreValue;
  /** What the user wrote, where `${` or a field stands in it: shown instead of the value. */
  readonly template: string | null;
}

/** Keys in the order in which they were written. */
export interface MapNode {
  readonly kind: "map";
  readonly at: Place;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** The value of a key, and where the key stands. */
export interface MapEntry {
  readonly keyAt: Place;
  readonly node: TreeNode;
}

/** Items in order. */
export interface ListNode {
  readonly kind: "list";
  readonly at: Place;
  readonly items: readonly TreeNode[];
}

/** How much of a key or a value a message shows. */
const SHOWN_CHARS = 60;

/** A path as `--set` takes it: `targets.0.weight`. */
export function pathText(path: Path): string {
  return path.map((step) => cut(escaped(String(step)))).join(".");
}

/** What a terminal would obey is shown as JSON has it. */
function escaped(text: string): string {
  return printable(text) === text ? text : printableJson(text);
}

function cut(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

/** The value at a path; `undefined` = nothing was written there. */
export function nodeAt(root: TreeNode, path: Path): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const step of path) {
    if (node === undefined) return undefined;
    node = childOf(node, step);
  }
  return node;
}

function childOf(node: TreeNode, step: string | number): TreeNode | undefined {
  if (node.kind === "map") return node.entries.get(String(step))?.node;
  if (node.kind === "list") return node.items[Number(step)];
  return undefined;
}

/** Whether a value was written at a path. */
export function isGiven(root: TreeNode, path: Path): boolean {
  const node = nodeAt(root, path);
  return node !== undefined && !(node.kind === "scalar" && node.value === null);
}

/** Where to point for a path: its value, else what comes nearest above it. */
export function placeOf(root: TreeNode, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return node.at;
  }
  return root.at;
}

/** Where the key at the end of a path stands. */
export function keyPlaceOf(root: TreeNode, path: Path): Place {
  const parent = nodeAt(root, path.slice(0, -1));
  const entry = parent?.kind === "map"
    ? parent.entries.get(String(path.at(-1)))
    : undefined;
  return entry?.keyAt ?? placeOf(root, path);
}

/**
 * The tree as plain values; a key without a value is `undefined`, but `null`
 * where `keepsNull` says that null is a value of its own.
 */
export function plainOf(
  node: TreeNode,
  keepsNull: (path: Path) => boolean,
  path: Path = [],
): unknown {
  if (node.kind === "scalar") {
    return node.value ?? (keepsNull(path) ? null : undefined);
  }
  const below = (child: TreeNode, step: string | number) =>
    plainOf(child, keepsNull, [...path, step]);
  if (node.kind === "list") return node.items.map(below);
  return Object.fromEntries(
    Array.from(node.entries, ([key, { node }]) => [key, below(node, key)]),
  );
}

/** All scalars below a node that have a value, each with its path. */
export function* scalarsOf(
  node: TreeNode,
  path: Path = [],
): Generator<readonly [Path, ScalarNode]> {
  if (node.kind === "scalar") {
    if (node.value !== null) yield [path, node];
  } else if (node.kind === "list") {
    for (const [i, item] of node.items.entries()) {
      yield* scalarsOf(item, [...path, i]);
    }
  } else {
    for (const [key, entry] of node.entries) {
      yield* scalarsOf(entry.node, [...path, key]);
    }
  }
}

/** A scalar as a message may show it: never what a variable holds. */
export function shown(node: ScalarNode): string {
  const value = node.template ?? node.value;
  return cut(typeof value === "string" ? printableJson(value) : `${value}`);
}
