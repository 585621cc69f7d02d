/**
 * What tests of protobuf's JSON share: what kar makes of a value.
 *
 * @module
 */
import protobuf from "protobufjs";
import type { Json } from "../../../../src/plan/mod.ts";
import {
  type Encoded,
  encodeJson,
} from "../../../../src/transport/grpc/json/mod.ts";
import { IMPORTS, PROTO } from "./fields.ts";

const root = new protobuf.Root();
for (const name of IMPORTS) {
  root.addJSON(protobuf.common.get(name)?.nested ?? {});
}
protobuf.parse(PROTO, root);
root.resolveAll();

/** A type of kar's by its full name. */
export function karType(name: string): protobuf.Type {
  return root.lookupType(name);
}

/** What kar makes of it. */
export function encoded(name: string, json: Json | undefined): Encoded {
  return encodeJson(karType(name), json, {
    expand: (text) => text.replaceAll("${SECRET}", "hunter2"),
    find: (name) => {
      const found = root.lookup(name, [protobuf.Type]);
      return found instanceof protobuf.Type ? found : undefined;
    },
  });
}

/** What kar makes of it, as the oracle says it. */
export function bytesOf(name: string, json: Json): Uint8Array | null {
  const made = encoded(name, json);
  return made.kind === "bytes" ? made.bytes : null;
}

/** The sentences with which kar refuses it. */
export function mistakesIn(name: string, json: Json | undefined): string[] {
  const made = encoded(name, json);
  return made.kind === "bytes"
    ? []
    : made.mistakes.map(({ path, message }) => `${path.join(".")}: ${message}`);
}
