import { parseDocument } from "yaml";
import type { DraftTarget } from "../../draft/mod.ts";
import { literal } from "../../draft/mod.ts";
import { IMPORTED_TRAFFIC } from "../traffic.ts";
import { TargetNames } from "../names.ts";
import { operationBody } from "./body.ts";
import { securityOf } from "./security.ts";
import { headersWith, type Parameter, pathWith, queryOf } from "./url.ts";
import { listOf, literals, mapOf, type Resolve, sampleOf } from "./sample.ts";
import { type Imported, ImportFault, LeftOut } from "../types.ts";

/** What is taken of a document, and where it came from. */
export interface OpenApiOptions {
  readonly from: string;
  readonly tag?: string | undefined;
  readonly server?: string | undefined;
}

type Node = ReturnType<Resolve>;

const METHODS = [
  "get",
  "put",
  "post",
  "delete",
  "options",
  "head",
  "patch",
  "trace",
];
/** Hops of a `$ref`; more go in a circle. */
const HOPS_MAX = 32;
const OPERATIONS_MAX = 2000;
/** Where an API is that does not say. */
const USUAL_SERVER = "http://localhost:8080";

/**
 * Reads an OpenAPI document, 3.0 or 3.1, as JSON or YAML: one target for each
 * operation, with parameters and body from examples, enums and schemas.
 *
 * @throws {ImportFault}
 */
export function importOpenApi(text: string, options: OpenApiOptions): Imported {
  const root = rootOf(text);
  const left = new LeftOut();
  const resolve = resolver(root);
  const names = new TargetNames();
  const variables = new Set<string>();
  const targets: DraftTarget[] = [];
  for (
    const { path, method, operation, shared } of operationsOf(root, resolve)
  ) {
    if (
      options.tag !== undefined && !listOf(operation.tags).includes(options.tag)
    ) {
      continue;
    }
    const server = serverOf([operation, shared, root], options, left);
    const security = securityOf(root, operation, resolve);
    for (const name of security.variables) variables.add(name);
    const place = `${method.toUpperCase()} ${path}`;
    const wanted = typeof operation.operationId === "string"
      ? operation.operationId
      : place;
    const parameters = parametersOf(operation, shared, resolve);
    const body = operationBody(operation.requestBody, resolve);
    if (body.left !== null) left.add(`${place}: ${body.left}`);
    targets.push({
      name: names.free(wanted),
      url: server + pathWith(path, parameters) +
        withQuery(queryOf(parameters), security.query),
      ...(method !== "get" && { method: method.toUpperCase() }),
      headers: [
        ...headersWith(parameters),
        ...security.headers,
        ...body.headers,
      ],
      ...(body.body !== undefined && { body: body.body }),
      ...(body.content !== undefined && { content: body.content }),
      ...(security.basic && {
        basicAuth: { user: "${API_USER}", password: "${API_PASSWORD}" },
      }),
      comments: commentsOf(operation, place),
    });
  }
  if (targets.length === 0) throw nothing(options.tag);
  return {
    draft: {
      origin: "kar import openapi",
      notes: [
        "Operations that change data are sent like all others: weight: 0 switches one off.",
        ...[...variables].map((name) => `Set ${name} in the environment.`),
      ],
      targets,
      traffic: IMPORTED_TRAFFIC,
      isWatched: true,
    },
    left: left.told(),
  };
}

function nothing(tag: string | undefined): ImportFault {
  return new ImportFault(
    "paths",
    tag === undefined
      ? "has no operation"
      : `has no operation with the tag ${JSON.stringify(tag)}`,
  );
}

/** Characters of JSON: read, each takes some ten bytes. */
const JSON_CHARS_MAX = 16_000_000;
/** Characters of YAML: read, each takes some hundred bytes. */
const YAML_CHARS_MAX = 1_000_000;

function rootOf(text: string): Node {
  const root = mapOf(jsonOf(text) ?? yamlOf(text));
  const version = String(root.openapi ?? "");
  if (/^3\.[01](?:\.|$)/.test(version)) return root;
  throw new ImportFault(
    "",
    root.swagger !== undefined
      ? `is Swagger ${String(root.swagger)}: convert it to OpenAPI 3 first`
      : "is no OpenAPI document: openapi must be 3.0 or 3.1",
  );
}

/** Most large documents are JSON, which is read in a hundredth of YAML's time and memory. */
function jsonOf(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined;
  if (text.length > JSON_CHARS_MAX) {
    throw new ImportFault(
      "",
      `has ${text.length} characters of JSON, must have at most ${JSON_CHARS_MAX}: take a part of it`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    // YAML in braces, or wrong: then YAML's reader says where.
    return undefined;
  }
}

function yamlOf(text: string): unknown {
  if (text.length > YAML_CHARS_MAX) {
    throw new ImportFault(
      "",
      `has ${text.length} characters of YAML, must have at most ${YAML_CHARS_MAX}: convert it to JSON, or take a part of it`,
    );
  }
  const document = parseDocument(text, { prettyErrors: false, strict: false });
  const [error] = document.errors;
  if (error === undefined) return rootValue(document);
  const line = text.slice(0, error.pos[0]).split("\n").length;
  throw new ImportFault(`line ${line}`, `cannot be read: ${error.message}`);
}

function rootValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new ImportFault("", "has aliases of aliases, which grow without end");
  }
}

/** Follows references inside the document; others lead nowhere. */
function resolver(root: Node): Resolve {
  return (node) => {
    let at = mapOf(node);
    for (let hops = 0; typeof at.$ref === "string"; hops++) {
      if (hops >= HOPS_MAX || !at.$ref.startsWith("#/")) return {};
      at = mapOf(lookUp(root, at.$ref.slice(2)));
    }
    return at;
  };
}

/** JSON Pointer (RFC 6901). */
function lookUp(root: Node, pointer: string): unknown {
  return pointer.split("/").reduce((at: unknown, step) => {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const from = Array.isArray(at) ? { ...at } : mapOf(at);
    return Object.hasOwn(from, key) ? (from as Node)[key] : undefined;
  }, root);
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operation: Node;
  /** What all operations of a path have. */
  readonly shared: Node;
}

function* operationsOf(root: Node, resolve: Resolve): Generator<Operation> {
  let count = 0;
  for (const [path, item] of Object.entries(mapOf(root.paths))) {
    const shared = resolve(item);
    for (const method of METHODS) {
      const operation = shared[method];
      if (operation === undefined) continue;
      if (count++ >= OPERATIONS_MAX) return;
      yield { path, method, operation: mapOf(operation), shared };
    }
  }
}

function serverOf(
  places: readonly Node[],
  { from, server }: OpenApiOptions,
  left: LeftOut,
): string {
  if (server !== undefined) return server.replace(/\/+$/, "");
  const found = places.flatMap(({ servers }) => listOf(servers))[0];
  const { url, variables } = mapOf(found);
  if (typeof url !== "string") {
    left.add(`servers: none is named, so ${USUAL_SERVER}; --server names one`);
    return USUAL_SERVER;
  }
  const filled = url.replaceAll(
    /\{([^{}]*)\}/g,
    (_, name: string) => String(mapOf(mapOf(variables)[name]).default ?? ""),
  );
  if (/^https?:\/\//i.test(filled)) return literal(filled.replace(/\/+$/, ""));
  if (/^https?:\/\//i.test(from) && URL.canParse(filled, from)) {
    return literal(new URL(filled, from).href.replace(/\/+$/, ""));
  }
  left.add(
    `servers: ${filled} is relative, so ${USUAL_SERVER}; --server names one`,
  );
  return USUAL_SERVER +
    literal(`/${filled}`.replaceAll(/\/{2,}/g, "/").replace(/\/+$/, ""));
}

/** Those of the operation win over those of its path; what is optional and has no example is left out. */
function parametersOf(
  operation: Node,
  shared: Node,
  resolve: Resolve,
): Parameter[] {
  const byKey = new Map<string, Node>();
  for (
    const node of [
      ...listOf(shared.parameters),
      ...listOf(operation.parameters),
    ]
  ) {
    const parameter = resolve(node);
    byKey.set(`${String(parameter.in)} ${String(parameter.name)}`, parameter);
  }
  return [...byKey.values()].flatMap((node) => parameterOf(node, resolve));
}

function parameterOf(node: Node, resolve: Resolve): Parameter[] {
  const where = node.in as Parameter["where"];
  if (!["path", "query", "header", "cookie"].includes(where)) return [];
  const [media] = Object.values(mapOf(node.content));
  const schema = resolve(node.schema ?? resolve(media).schema);
  const [example] = Object.values(mapOf(node.examples));
  const given = node.example ?? resolve(example).value ??
    schema.example ?? schema.default;
  const isWanted = where === "path" || node.required === true ||
    given !== undefined;
  // OpenAPI says that these three are told elsewhere.
  const isOwn = where === "header" &&
    /^(?:accept|content-type|authorization)$/i.test(String(node.name));
  if (!isWanted || isOwn) return [];
  const value = given === undefined
    ? sampleOf(schema, resolve)
    : literals(given);
  const style = typeof node.style === "string"
    ? node.style
    : where === "query" || where === "cookie"
    ? "form"
    : "simple";
  return [{
    name: String(node.name),
    where,
    style,
    explode: typeof node.explode === "boolean"
      ? node.explode
      : style === "form",
    allowReserved: node.allowReserved === true,
    value: media === undefined ? value : JSON.stringify(value),
  }];
}

function withQuery(query: string, more: string): string {
  if (more === "") return query;
  return query === "" ? `?${more}` : `${query}&${more}`;
}

function commentsOf({ summary, deprecated }: Node, place: string): string[] {
  const about = typeof summary === "string" ? `: ${summary}` : "";
  return [`${place}${about}${deprecated === true ? " (deprecated)" : ""}`];
}
