/**
 * What tests of resolving share: a target, and files for a while.
 *
 * @module
 */
import { join } from "node:path";
import type { GrpcPlan, TargetPlan } from "../../../../src/plan/mod.ts";
import { resolveGrpc } from "../../../../src/transport/grpc/resolve/mod.ts";
import { testTarget } from "../../support.ts";

/** The sample server's own file. */
export const ECHO_PROTO = new URL(
  "../../../../proto/kar/v1/echo.proto",
  import.meta.url,
).pathname;
const NO_TLS = { ca: null, cert: null, key: null };

/** Resolves a call of the sample server, or of what is given. */
export function resolve(
  grpc: Partial<GrpcPlan>,
  change: Partial<TargetPlan> = {},
) {
  const target = testTarget({
    ...change,
    url: "http://127.0.0.1:1",
    protocol: "grpc",
    grpc: {
      method: "kar.v1.Echo/Echo",
      source: { kind: "proto", files: [ECHO_PROTO], paths: [] },
      ...grpc,
    },
  });
  const expand = (text: string) => text.replaceAll("${SECRET}", "hunter2");
  return resolveGrpc(target, { expand, tls: NO_TLS });
}

/** A folder that is gone after the test. */
export async function folder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  for (const [name, content] of Object.entries(files)) {
    await Deno.mkdir(join(path, name, ".."), { recursive: true });
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    await Deno.writeFile(join(path, name), bytes);
  }
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
