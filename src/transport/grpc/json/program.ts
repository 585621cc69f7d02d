import protobuf from "protobufjs";
import type { Json } from "../../../plan/mod.ts";
import {
  isTemplate,
  type ProtoOp,
  type ProtoScalar,
} from "../../../request/mod.ts";
import {
  encodeField,
  encodeJson,
  type EncodeOptions,
  encodeValue,
} from "./message.ts";
import { fieldsByName, nameOf } from "./names.ts";
import { isObject, type JsonPath, type Mistake } from "./reading.ts";
import { RANGES } from "./numbers.ts";
import { readerOf } from "./well_known.ts";
import { tag, WIRE, type WireType } from "./wire.ts";

/** What to write for a message whose JSON has fields in it, or what is wrong with it. */
export type Programmed =
  | { readonly kind: "program"; readonly ops: readonly ProtoOp[] }
  | { readonly kind: "mistakes"; readonly mistakes: readonly Mistake[] };

/** Whether fields stand anywhere in a value of JSON. */
export function hasFields(json: Json | undefined): boolean {
  return json !== undefined && JSON.stringify(json).includes("{{");
}

/**
 * Compiles a message's JSON: all that is fixed to bytes, each text with fields
 * to what its type makes of it. Runs in the main thread; workers need no type.
 */
export function programJson(
  type: protobuf.Type,
  json: Json,
  options: EncodeOptions,
): Programmed {
  type.root.resolveAll();
  const walk = new ProgramWalk(options);
  const message = walk.message(type, json, []);
  if (walk.mistakes.length > 0) {
    return { kind: "mistakes", mistakes: walk.mistakes };
  }
  // Checks the rules between fields, and encodes what is fixed, with samples in
  // the place of fields.
  const checked = encodeJson(type, message.sample, options);
  return checked.kind === "mistakes"
    ? checked
    : { kind: "program", ops: message.ops };
}

/** A value as it is written, and one that its type accepts. */
interface Walked {
  readonly ops: readonly ProtoOp[];
  readonly sample: Json;
}

type AnyField = protobuf.Field | protobuf.MapField;

class ProgramWalk {
  readonly mistakes: Mistake[] = [];
  readonly #options: EncodeOptions;

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  message(type: protobuf.Type, json: Json, path: JsonPath): Walked {
    if (readerOf(type) !== undefined || !isObject(json)) {
      const what = `must not have fields: kar cannot write them into ${
        nameOf(type)
      }`;
      return this.#wrong(path, what);
    }
    const byName = fieldsByName(type);
    const sample: Record<string, Json> = {};
    const parts: { readonly id: number; readonly ops: readonly ProtoOp[] }[] =
      [];
    for (const [key, value] of Object.entries(json)) {
      const field = byName.get(key);
      sample[key] = value;
      // Reported when the sample is encoded.
      if (field === undefined) continue;
      const walked = this.#field(field, value, [...path, key]);
      sample[key] = walked.sample;
      parts.push({ id: field.id, ops: walked.ops });
    }
    const ops = parts.toSorted((a, b) => a.id - b.id).flatMap(({ ops }) => ops);
    return { ops, sample };
  }

  #field(field: protobuf.Field, json: Json, path: JsonPath): Walked {
    if (!hasFields(json)) return this.#fixed(field, json);
    if (field instanceof protobuf.MapField) return this.#map(field, json, path);
    if (!field.repeated) return this.#tagged(field, json, path);
    if (!Array.isArray(json)) return this.#wrong(path, "must be a list");
    const items = (json as readonly Json[]).map((item, i) =>
      this.#item(field, item, [...path, i])
    );
    const sample = items.map(({ sample }) => sample);
    if (field.packed && wireOf(field) !== WIRE.bytes) {
      const inner = items.flatMap(({ ops }) => ops);
      const ops = [bytesOp(tag(field.id, WIRE.bytes)), nested(inner)];
      return { ops, sample };
    }
    const head = bytesOp(tag(field.id, wireOf(field)));
    return { ops: items.flatMap(({ ops }) => [head, ...ops]), sample };
  }

  #tagged(field: AnyField, json: Json, path: JsonPath): Walked {
    const { ops, sample } = this.#item(field, json, path);
    const head = bytesOp(tag(field.id, wireOf(field)));
    const isImplicit = typeof json === "string" &&
      field instanceof protobuf.Field && !field.hasPresence;
    return isImplicit && ops.length === 1
      ? { ops: [{ op: "implicit", ops: [head, ...ops] }], sample }
      : { ops: [head, ...ops], sample };
  }

  #map(field: protobuf.MapField, json: Json, path: JsonPath): Walked {
    if (!isObject(json)) return this.#wrong(path, "must be a mapping");
    const sample: Record<string, Json> = {};
    const ops = Object.entries(json).flatMap(([key, value]) => {
      const item = this.#item(field, value, [...path, key]);
      sample[key] = item.sample;
      const name = encodeValue(
        keyField(field),
        keyOf(field, key),
        this.#options,
      );
      if (name === null) return [];
      const inner = [
        bytesOp(tag(1, name.wire)),
        bytesOp(name.bytes),
        bytesOp(tag(2, wireOf(field))),
        ...item.ops,
      ];
      return [bytesOp(tag(field.id, WIRE.bytes)), nested(inner)];
    });
    return { ops, sample };
  }

  /** A value without its tag. */
  #item(field: AnyField, json: Json, path: JsonPath): Walked {
    const type = field.resolvedType;
    if (!hasFields(json)) {
      const value = encodeValue(field, json, this.#options);
      return {
        ops: value === null ? [] : [bytesOp(value.bytes)],
        sample: json,
      };
    }
    if (type instanceof protobuf.Type) {
      if (field instanceof protobuf.Field && field.delimited) {
        return this.#wrong(
          path,
          "must not have fields: kar writes none into groups",
        );
      }
      const { ops, sample } = this.message(type, json, path);
      return { ops: [nested(ops)], sample };
    }
    if (typeof json !== "string" || !isTemplate(json)) {
      return this.#wrong(path, "must be text");
    }
    const values = type instanceof protobuf.Enum ? type.values : null;
    const scalar = values === null ? field.type as ProtoScalar : "enum";
    return {
      ops: [{
        op: "scalar",
        scalar,
        text: json,
        path: path.join("."),
        ...(values && { values: { ...values } }),
      }],
      sample: sampleOf(scalar, values),
    };
  }

  #fixed(field: protobuf.Field, json: Json): Walked {
    const bytes = encodeField(field, json, this.#options);
    return { ops: bytes === null ? [] : [bytesOp(bytes)], sample: json };
  }

  #wrong(path: JsonPath, message: string): Walked {
    this.mistakes.push({ path, message });
    return { ops: [], sample: null };
  }
}

function bytesOp(bytes: Uint8Array): ProtoOp {
  return { op: "bytes", bytes };
}

function nested(ops: readonly ProtoOp[]): ProtoOp {
  return { op: "nested", ops };
}

/** A value that any field of a type takes. */
function sampleOf(
  scalar: ProtoScalar,
  values: Readonly<Record<string, number>> | null,
): Json {
  if (values !== null) return Object.keys(values)[0] ?? 0;
  if (scalar === "bool") return true;
  return scalar === "string" || scalar === "bytes" ? "" : 0;
}

const FIXED: Readonly<Record<string, WireType>> = {
  fixed32: WIRE.fixed32,
  sfixed32: WIRE.fixed32,
  float: WIRE.fixed32,
  fixed64: WIRE.fixed64,
  sfixed64: WIRE.fixed64,
  double: WIRE.fixed64,
};

function wireOf({ type, resolvedType }: AnyField): WireType {
  if (resolvedType instanceof protobuf.Enum) return WIRE.varint;
  if (resolvedType !== null) return WIRE.bytes;
  if (type in FIXED) return FIXED[type]!;
  return type === "bool" || RANGES.has(type) ? WIRE.varint : WIRE.bytes;
}

/** The key of a map as a field of its own. */
function keyField({ keyType }: protobuf.MapField): protobuf.Field {
  return new protobuf.Field("key", 1, keyType);
}

function keyOf({ keyType }: protobuf.MapField, key: string): Json {
  return keyType === "bool" ? key === "true" : key;
}
