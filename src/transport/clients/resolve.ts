import { expand, KarError, messageOf } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import type { ResolvedTarget } from "../mod.ts";

/**
 * Reads a target's certificates and looks its gRPC call up, once, before
 * anything is sent.
 *
 * @throws {KarError} `config` for a file, method or message that cannot be
 *   used; `noAnswer` when a server cannot be asked for its methods
 */
export async function resolveTarget(
  target: TargetPlan,
  variables: Readonly<Record<string, string>>,
): Promise<ResolvedTarget> {
  const read = (key: "ca" | "cert" | "key") => readPem(target, key);
  const tls = {
    ca: await read("ca"),
    cert: await read("cert"),
    key: await read("key"),
  };
  if (target.protocol !== "grpc") return { tls, grpc: null };
  // The message types come with a protobuf library that HTTP does not need.
  const { resolveGrpc } = await import("../grpc/resolve/mod.ts");
  const grpc = await resolveGrpc(target, {
    tls,
    expand: (text) => expand(text, variables),
  });
  return { tls, grpc };
}

async function readPem(
  { name, tls }: TargetPlan,
  key: "ca" | "cert" | "key",
): Promise<string | null> {
  const path = tls?.[key] ?? null;
  if (path === null) return null;
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new KarError(
      "config",
      `target ${name}: tls.${key}: cannot read ${path}: ${
        error instanceof Deno.errors.NotFound
          ? "there is no such file"
          : messageOf(error)
      }; it must be a PEM file`,
      { cause: error },
    );
  }
}
