import { type Finding, folderOf, lineAt } from "./finding.ts";
import type { Masked } from "./mask.ts";

/** Folders whose code depends on nothing but its arguments. */
export const PURE = [
  "protocol",
  "base",
  "access",
  "learn",
  "trace",
  "request",
  "config",
  "draft",
  "discover",
  "doctor",
  "import",
  "pattern",
  "plan",
  "arrivals",
  "merge",
  "fleet",
  "stats",
  "compare",
  "threshold",
  "verdict",
  "verify",
];

/** Each with a look-behind and look-ahead, so that properties of that name pass. */
const NAMES: readonly RegExp[] = [
  ...[
    "Deno",
    "Date",
    "performance",
    "process",
    "fetch",
    "console",
    "crypto",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "queueMicrotask",
    "globalThis",
  ].map((name) => new RegExp(`(?<![.\\w$#])${name}(?![\\w$]|\\s*\\??:)`, "g")),
  /\bMath\s*\.\s*random\b/g,
  /\bTemporal\s*\.\s*Now\b/g,
];

/** Modules that reach the system; `node:path` and the like do not. */
const SYSTEM_MODULE =
  /["']node:(?:fs|net|os|process|child_process|timers|perf_hooks|http2?|https|tls|dgram|worker_threads)\b/g;

/** Pure folders never touch the system, time, or chance. */
export function checkPurity(path: string, masked: Masked): Finding[] {
  const folder = folderOf(path);
  if (folder === undefined || !PURE.includes(folder)) return [];
  const hits = NAMES.flatMap((name) => [...masked.code.matchAll(name)]);
  const modules = [...masked.source.matchAll(SYSTEM_MODULE)]
    .filter(({ index }) => masked.code[index] !== " ");
  return [...hits, ...modules].map((match) => ({
    file: path,
    line: lineAt(masked.source, match.index),
    rule: "pure",
    text: `src/${folder} must not touch ${match[0].replace(/^["']/, "")}`,
  }));
}
