import type { Path, Role } from "../source/mod.ts";

/*
 * Strings that are written into requests, or name files or targets: they keep
 * `${NAME}` in the config and in the plan. `*` stands for any one step.
 */
const FILES = [
  "targets.*.tls.ca",
  "targets.*.tls.cert",
  "targets.*.tls.key",
  "targets.*.grpc.proto.*",
  "targets.*.grpc.proto_path.*",
  "targets.*.grpc.descriptor_set",
].map(split);

const TEXTS = [
  "targets.*.name",
  "targets.*.url",
  "targets.*.headers.*",
  "targets.*.headers.*.*",
  "targets.*.body",
  "targets.*.tls.server_name",
  "targets.*.grpc.method",
  "health.url",
  "safety.webhook",
].map(split);

/** Texts of requests, which could hold values that are other ones each time. */
const SENT = [
  "targets.*.url",
  "targets.*.headers.*",
  "targets.*.headers.*.*",
  "targets.*.body",
  "health.url",
  "safety.webhook",
].map(split);

const MESSAGE = split("targets.*.grpc.message");

/** How the scalar at a path is taken. */
export function roleOf(path: Path): Role {
  if (MESSAGE.every((step, i) => fits(step, path[i]))) return "json";
  return [...TEXTS, ...FILES].some((pattern) => matches(pattern, path))
    ? "text"
    : "value";
}

/** Whether the text at a path is sent. */
export function isSentText(path: Path): boolean {
  return roleOf(path) === "json" ||
    SENT.some((pattern) => matches(pattern, path));
}

/** Whether the string at a path keeps its variables. */
export function keepsVariables(path: Path): boolean {
  const role = roleOf(path);
  return role === "text" || role === "json";
}

/** Whether null is a value at a path, and not the lack of one: in JSON. */
export function keepsNull(path: Path): boolean {
  return roleOf(path) === "json";
}

/** Whether a path names a file. */
export function isFilePath(path: Path): boolean {
  return FILES.some((pattern) => matches(pattern, path));
}

function matches(pattern: readonly string[], path: Path): boolean {
  return pattern.length === path.length &&
    pattern.every((step, i) => fits(step, path[i]));
}

function fits(step: string, actual: string | number | undefined): boolean {
  return step === "*" ? actual !== undefined : step === String(actual);
}

function split(pattern: string): readonly string[] {
  return pattern.split(".");
}
