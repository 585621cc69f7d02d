import { jsonpath } from "json-p3";
import type { FindJson } from "../../request/mod.ts";

/**
 * Compiles a JSONPath (RFC 9535) that finds the first value. @throws for an
 * invalid path
 */
export function compileJson(path: string): FindJson {
  const query = jsonpath.compile(path);
  return (document) =>
    query.match(document as Parameters<typeof query.match>[0])?.value;
}
