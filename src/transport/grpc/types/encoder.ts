import protobuf from "protobufjs";
import { assert } from "../../../base/mod.ts";
import type { Json } from "../../../plan/mod.ts";
import type { EncodeCall } from "../../../request/mod.ts";
import type { ConfigFault } from "../../faults.ts";
import type { CallTypes, ResolvedGrpcCall } from "../../resolved.ts";
import { encodeLiteral } from "./messages.ts";
import { typeIn } from "./method.ts";

/** Mistakes that are told of one call. */
const TOLD_MAX = 3;

/**
 * Makes what encodes a script's messages, from JSON that is data: nothing in
 * it is a field or a variable, and no complaint holds a value of it.
 */
export function openEncoder(
  { path, kind, types }: Pick<ResolvedGrpcCall, "path" | "kind"> & {
    readonly types: CallTypes;
  },
): EncodeCall {
  const root = protobuf.Root.fromJSON(JSON.parse(types.root));
  const input = typeIn(root, types.input);
  assert(input, "types of a call hold that of its message");
  let names: ReadonlySet<string> | null = null;
  const shown = (path: ConfigFault["path"]) => {
    names ??= namesIn(types.root);
    return path.map((key) =>
      typeof key === "number" || names!.has(key) ? key : "…"
    ).join(".");
  };
  return (text) => {
    try {
      const json = JSON.parse(text) as Json;
      const made = encodeLiteral(json, { path, kind, input }, root);
      if (made.kind === "messages") return { messages: made.messages };
      const told = made.faults.slice(0, TOLD_MAX).map(({ path, message }) =>
        `${shown(path)}: ${message}`
      );
      return { why: told.join("; ") };
    } catch {
      return { why: "message: must be JSON that is not nested too deeply" };
    }
  };
}

/** All names that types have: what else is a key may be a value. */
function namesIn(root: string): ReadonlySet<string> {
  const names = root.matchAll(/"([^"\\]+)"/g);
  return new Set([
    "message",
    "@type",
    ...Array.from(names, ([, name]) => name!),
  ]);
}
