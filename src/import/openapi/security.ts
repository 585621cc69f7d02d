import type { DraftHeader } from "../../draft/mod.ts";
import { listOf, mapOf, type Resolve } from "./sample.ts";

type SchemaNode = ReturnType<Resolve>;

/** How an operation says who asks: variables in the place of secrets. */
export interface OperationSecurity {
  readonly headers: readonly DraftHeader[];
  readonly query: string;
  readonly basic: boolean;
  readonly variables: readonly string[];
}

/** The first way that an operation allows, else that the document does. */
export function securityOf(
  root: SchemaNode,
  operation: SchemaNode,
  resolve: Resolve,
): OperationSecurity {
  const [first] = listOf(operation.security ?? root.security);
  const schemes = mapOf(mapOf(root.components).securitySchemes);
  const headers: DraftHeader[] = [];
  const query: string[] = [];
  let basic = false;
  for (const name of Object.keys(mapOf(first))) {
    const scheme = resolve(schemes[name]);
    const type = String(scheme.type);
    if (type === "apiKey" && scheme.in === "query") {
      query.push(`${encodeURIComponent(String(scheme.name))}=\${API_KEY}`);
    } else if (type === "apiKey" && scheme.in === "cookie") {
      headers.push(["cookie", `${String(scheme.name)}=\${API_KEY}`]);
    } else if (type === "apiKey") {
      headers.push([String(scheme.name), "${API_KEY}"]);
    } else if (type === "http" && /^basic$/i.test(String(scheme.scheme))) {
      basic = true;
    } else if (["http", "oauth2", "openIdConnect"].includes(type)) {
      headers.push(["authorization", "Bearer ${API_TOKEN}"]);
    }
  }
  const all = [...headers.flat(), ...query].join(" ");
  const used = ["API_KEY", "API_TOKEN"].filter((name) =>
    all.includes(`{${name}}`)
  );
  return {
    headers,
    query: query.join("&"),
    basic,
    variables: basic ? [...used, "API_USER", "API_PASSWORD"] : used,
  };
}
