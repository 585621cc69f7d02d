import type protobuf from "protobufjs";
import type { Json } from "../../../plan/mod.ts";
import type { ConfigFault } from "../../faults.ts";
import type { ProtoProgram } from "../../../request/mod.ts";
import {
  encodeJson,
  type EncodeOptions,
  hasFields,
  programJson,
  type Programmed,
  takesList,
} from "../json/mod.ts";
import { googleType } from "./descriptors.ts";
import { type FoundMethod, typeIn } from "./method.ts";

/** Upper bound of messages of one call. */
const MESSAGES_MAX = 1_000;

/** The encoded messages of a call, or all that is wrong with them. */
export type Messages =
  | {
    readonly kind: "messages";
    readonly messages: readonly Uint8Array[];
    /** One for each message; null = no message has fields. */
    readonly programs: readonly ProtoProgram[] | null;
  }
  | { readonly kind: "faults"; readonly faults: readonly ConfigFault[] };

/** A message, and where it stands below `grpc.message`. */
interface Item {
  readonly json: Json | undefined;
  readonly path: readonly number[];
}

const PATH = ["grpc", "message"];

/**
 * Encodes what a call sends. A list is one message each for a call that streams
 * several; otherwise it is one message where its type has lists in JSON.
 */
export function encodeMessages(
  json: Json | undefined,
  { kind, input }: FoundMethod,
  { root, expand }: {
    readonly root: protobuf.Root;
    readonly expand: (text: string) => string;
  },
): Messages {
  const isMany = kind === "client_streaming" || kind === "bidi_streaming";
  const items = itemsOf(json, { isMany, input });
  if (typeof items === "string") {
    return { kind: "faults", faults: [{ path: PATH, message: items }] };
  }
  const find = (name: string) => typeIn(root, name) ?? googleType(name);
  const faults: ConfigFault[] = [];
  const programs: ProtoProgram[] = [];
  for (const { json, path } of items) {
    const encoded = programOf(input, json, { expand, find });
    if (encoded.kind === "program") programs.push(encoded.ops);
    else {
      faults.push(...encoded.mistakes.map((mistake) => ({
        path: [...PATH, ...path, ...mistake.path],
        message: mistake.message,
      })));
    }
  }
  if (faults.length > 0) return { kind: "faults", faults };
  const isFixed = programs.every((ops) =>
    ops.every(({ op }) => op === "bytes")
  );
  return {
    kind: "messages",
    messages: isFixed
      ? programs.map((ops) =>
        ops.flatMap((op) => op.op === "bytes" ? [op.bytes] : [])
      )
        .map((pieces) => pieces[0] ?? new Uint8Array(0))
      : [],
    programs: isFixed ? null : programs,
  };
}

/** The same for JSON that is data: nothing in it is a field or a variable, and faults hold no value. */
export function encodeLiteral(
  json: Json,
  { kind, input }: FoundMethod,
  root: protobuf.Root,
): Messages {
  const isMany = kind === "client_streaming" || kind === "bidi_streaming";
  const items = itemsOf(json, { isMany, input });
  if (typeof items === "string") {
    return { kind: "faults", faults: [{ path: ["message"], message: items }] };
  }
  const options: EncodeOptions = {
    expand: (text) => text,
    find: (name) => typeIn(root, name) ?? googleType(name),
    hidesValues: true,
  };
  const encoded = items.map(({ json, path }) => ({
    path,
    made: encodeJson(input, json, options),
  }));
  const faults = encoded.flatMap(({ path, made }) =>
    made.kind === "bytes" ? [] : made.mistakes.map((mistake) => ({
      path: ["message", ...path, ...mistake.path],
      message: mistake.message,
    }))
  );
  if (faults.length > 0) return { kind: "faults", faults };
  const messages = encoded.flatMap(({ made }) =>
    made.kind === "bytes" ? [made.bytes] : []
  );
  return { kind: "messages", messages, programs: null };
}

/** What is written for a message: its bytes, where it has no fields. */
function programOf(
  input: protobuf.Type,
  json: Json | undefined,
  options: EncodeOptions,
): Programmed {
  if (json !== undefined && hasFields(json)) {
    return programJson(input, json, options);
  }
  const encoded = encodeJson(input, json, options);
  return encoded.kind === "mistakes"
    ? encoded
    : { kind: "program", ops: [{ op: "bytes", bytes: encoded.bytes }] };
}

/** The messages one by one, or why there are none. */
function itemsOf(
  json: Json | undefined,
  { isMany, input }: {
    readonly isMany: boolean;
    readonly input: protobuf.Type;
  },
): readonly Item[] | string {
  if (!Array.isArray(json) || (!isMany && takesList(input))) {
    return [{ json, path: [] }];
  }
  const { length } = json;
  if (!isMany && length !== 1) {
    return `must be one message, which the method takes, got a list of ${length}`;
  }
  if (length === 0 || length > MESSAGES_MAX) {
    return `must have from 1 to ${MESSAGES_MAX} messages, got ${length}`;
  }
  return (json as readonly Json[]).map((item, i) => ({
    json: item,
    path: [i],
  }));
}
