import { jsonpath } from "json-p3";
import type { JsonLookup } from "./capture.ts";

/**
 * Compiles a JSONPath of RFC 9535. Loaded only where a plan has one.
 *
 * @throws {Error} for what is none
 */
export function compileJsonPath(path: string): JsonLookup {
  const query = jsonpath.compile(path);
  return (document) =>
    query.match(document as Parameters<typeof query.match>[0])?.value;
}
