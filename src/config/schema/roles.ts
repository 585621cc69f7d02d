import type { FieldPlace } from "../../request/mod.ts";
import type { Path, Role } from "../source/mod.ts";
import { VERBS } from "./journey/mod.ts";

/*
 * Strings that are written into requests, or name files or targets: they keep
 * `${NAME}` in the config and in the plan. `*` stands for any one step, `**`
 * for any number of them.
 */

/** Where the keys of a request stand: see `requestKeys`. */
const REQUESTS = ["targets.*", "journeys.*.steps.*", "setup.steps.*"];

const FILES = [
  ...["targets.*", "journeys.*", "setup"].flatMap((at) =>
    ["ca", "cert", "key"].map((key) => `${at}.tls.${key}`)
  ),
  "data.*.file",
  "journeys.*.script",
  ...inRequests("body.file", "multipart.*.file"),
  ...inRequests("grpc.proto.*", "grpc.proto_path.*", "grpc.descriptor_set"),
  ...["proto.*", "proto_path.*", "descriptor_set"].map((key) =>
    `journeys.*.grpc.*.${key}`
  ),
].map(split);

/** What may hold fields, and what place of a request it is; an address is a path and a query. */
const FIELDS:
  readonly (readonly [pattern: readonly string[], place: FieldPlace])[] = [
    ...rows("path", "url", ...VERBS),
    ...rows("header", "headers.*", "headers.*.*"),
    ...rows("body", "body", "multipart.*", "basic_auth.*"),
    ...rows("body", "check.header.*", "check.body.contains"),
    ...rows("form", "form.*", "form.*.*"),
    ...rows("json", "json.**", "check.json.*.**"),
    ...rows("grpc", "grpc.message.**"),
    [split("setup.headers.*"), "header"],
    [split("setup.headers.*.*"), "header"],
  ];

const TEXTS = [
  "targets.*.name",
  "targets.*.tls.server_name",
  "journeys.*.name",
  "journeys.*.base",
  "journeys.*.vars.*",
  "journeys.*.grpc.*.method",
  "journeys.*.tls.server_name",
  "journeys.*.steps.*.name",
  "setup.base",
  "setup.tls.server_name",
  "setup.steps.*.name",
  ...inRequests("grpc.method"),
  "health.url",
  "safety.webhook",
  "ui.token",
  "metrics.otlp.endpoint",
  "data.*.values.**",
  ...inRequests("multipart.*.filename", "multipart.*.type"),
  ...inRequests("check.body.matches"),
].map(split);

/** Texts that are sent without fields. */
const SENT = [
  "health.url",
  "safety.webhook",
  "ui.token",
  "metrics.otlp.endpoint",
].map(split);

/** Values of JSON: what is not text stays what it is. */
const JSON_VALUES = inRequests("grpc.message.**", "json.**", "check.json.*.**")
  .map(split);

/** How the scalar at a path is taken. */
export function roleOf(path: Path): Role {
  if (JSON_VALUES.some((pattern) => matches(pattern, path))) return "json";
  return placeAt(path) !== null ||
      [...TEXTS, ...FILES].some((pattern) => matches(pattern, path))
    ? "text"
    : "value";
}

/** The place of a request in which the text at a path stands; null = it holds no fields. */
export function placeAt(path: Path): FieldPlace | null {
  return FIELDS.find(([pattern]) => matches(pattern, path))?.[1] ?? null;
}

/** Whether the text at a path is sent as it stands. */
export function isSentText(path: Path): boolean {
  return SENT.some((pattern) => matches(pattern, path));
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

function inRequests(...keys: readonly string[]): string[] {
  return REQUESTS.flatMap((request) => keys.map((key) => `${request}.${key}`));
}

function rows(place: FieldPlace, ...keys: readonly string[]) {
  return inRequests(...keys).map((key) => [split(key), place] as const);
}

function matches(pattern: readonly string[], path: Path): boolean {
  const isOpen = pattern.at(-1) === "**";
  const steps = isOpen ? pattern.slice(0, -1) : pattern;
  return (isOpen
    ? path.length >= steps.length
    : path.length === steps.length) &&
    steps.every((step, i) => fits(step, path[i]));
}

function fits(step: string, actual: string | number | undefined): boolean {
  return step === "*" ? actual !== undefined : step === String(actual);
}

function split(pattern: string): readonly string[] {
  return pattern.split(".");
}
