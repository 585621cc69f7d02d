import type { z } from "zod";
import { suggest } from "../base/mod.ts";
import { keyNames, keysAt, pathsTo } from "./schema/mod.ts";
import {
  isGiven,
  keyPlaceOf,
  nodeAt,
  type Path,
  pathText,
  placeOf,
  type Problem,
  shown,
  type TreeNode,
} from "./source/mod.ts";

type TooSmallIssue = Extract<z.core.$ZodRawIssue, { code: "too_small" }>;

/** What is said of a value that has the wrong type. */
const TYPES: Readonly<Record<string, string>> = {
  number: "must be a number",
  int: "must be a whole number",
  string: "must be text; put it in quotes",
  boolean: "must be true or false",
  array: "must be a list",
  object: "must be a mapping of keys to values",
  record: "must be a mapping of keys to values",
};

/** Words for what zod found, where the schema has none of its own. */
export function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : TYPES[issue.expected];
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return `must ${sized("at most", issue.maximum, issue.origin)}`;
    case "invalid_value":
      return `must be ${listed(issue.values.map(String))}`;
    default:
      return undefined;
  }
}

function tooSmall({ minimum, inclusive, origin }: TooSmallIssue): string {
  if (origin !== "number" && minimum === 1) return "must not be empty";
  return `must ${
    sized(inclusive === false ? "above" : "at least", minimum, origin)
  }`;
}

function sized(relation: string, bound: number | bigint, origin: string) {
  if (origin === "string") return `have ${relation} ${bound} characters`;
  if (origin === "array") return `have ${relation} ${bound} items`;
  return `be ${relation} ${bound}`;
}

function listed(words: readonly string[]): string {
  const last = words.at(-1);
  return words.length < 2
    ? `${last}`
    : `${words.slice(0, -1).join(", ")} or ${last}`;
}

/** Problems for one finding of zod, each with its place in the file. */
export function explain(issue: z.core.$ZodIssue, root: TreeNode): Problem[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey([...path, key], root));
  }
  const isSecret = issue.code === "custom" && issue.params?.isSecret === true;
  return [{
    ...placeOf(root, path),
    path: pathText(path),
    severity: "error",
    message: issue.message + (isSecret ? "" : valuePart(issue, root)),
  }];
}

function valuePart(issue: z.core.$ZodIssue, root: TreeNode): string {
  const path = issue.path as Path;
  const node = nodeAt(root, path);
  if (isGiven(root, path)) {
    return node?.kind === "scalar" ? `, got ${shown(node)}` : "";
  }
  // Only a rule between keys can fail on a key that is not there.
  return issue.code === "custom"
    ? "; it is not given, so its default counts"
    : "";
}

function unknownKey(path: Path, root: TreeNode): Problem {
  return {
    ...keyPlaceOf(root, path),
    path: pathText(path),
    severity: "error",
    message: keyComplaint(path) ?? "unknown key",
  };
}

/** Why the last step of a path cannot stand there; null = it can. */
function keyComplaint(path: Path): string | null {
  const keys = keysAt(path.slice(0, -1));
  const key = String(path.at(-1));
  if (keys === null || keys.taken.includes(key)) return null;
  const near = suggest(key, keys.told);
  if (near !== undefined) return `unknown key, did you mean ${near}?`;
  const elsewhere = pathsTo(suggest(key, keyNames()) ?? key);
  return elsewhere.length > 0
    ? `unknown key here, did you mean ${listed(elsewhere)}?`
    : `unknown key, must be ${listed(keys.told)}`;
}

/** As `keyComplaint`, for each step of a path. */
export function pathComplaint(path: Path): string | null {
  for (let length = 1; length <= path.length; length++) {
    const step = path.slice(0, length);
    const complaint = keyComplaint(step);
    if (complaint !== null) return `${pathText(step)}: ${complaint}`;
  }
  return null;
}
