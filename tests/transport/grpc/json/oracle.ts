/**
 * The message of `fields.ts` as @bufbuild/protobuf has it, which reads the same
 * JSON by code of its own.
 *
 * @module
 */
import {
  create,
  createFileRegistry,
  createRegistry,
  type DescMessage,
  fromJson,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  AnySchema,
  type DescriptorProtoSchema,
  DurationSchema,
  EmptySchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FieldDescriptorProtoSchema,
  FieldMaskSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  FileDescriptorProtoSchema,
  ListValueSchema,
  StringValueSchema,
  StructSchema,
  TimestampSchema,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import type { Json } from "../../../../src/plan/mod.ts";
import { FIELDS, IMPORTS } from "./fields.ts";

const GOOGLE_FILES = new Map([
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
].map((file) => [file.proto.name, file]));

const LABEL = FieldDescriptorProto_Label;
const KIND = FieldDescriptorProto_Type;
type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;
type MessageInit = MessageInitShape<typeof DescriptorProtoSchema>;

function fieldInit(
  name: string,
  type: string,
  { number, label = LABEL.OPTIONAL }: {
    readonly number: number;
    readonly label?: FieldDescriptorProto_Label;
  },
): FieldInit {
  const isEnum = type === "demo.Color" || type.endsWith(".NullValue");
  const scalar = KIND[type.toUpperCase() as keyof typeof KIND];
  return {
    name,
    number,
    label,
    type: scalar ?? (isEnum ? KIND.ENUM : KIND.MESSAGE),
    jsonName: name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()),
    ...(scalar === undefined && { typeName: `.${type}` }),
  };
}

function entryName(name: string): string {
  return name.replace(/(^|_)(.)/g, (_, _b, letter) => letter.toUpperCase()) +
    "Entry";
}

function allInit(): MessageInit {
  const optional = FIELDS.filter(({ how }) => how === "may");
  return {
    name: "All",
    field: FIELDS.map((field, i) => {
      const { name, type, how } = field;
      const number = i + 1;
      if (how === "map") {
        const entry = `demo.All.${entryName(name)}`;
        return fieldInit(name, entry, { number, label: LABEL.REPEATED });
      }
      const label = how === "list" ? LABEL.REPEATED : LABEL.OPTIONAL;
      return {
        ...fieldInit(name, type, { number, label }),
        ...(how === "choice" && { oneofIndex: 0 }),
        ...(how === "may" && {
          proto3Optional: true,
          oneofIndex: 1 + optional.indexOf(field),
        }),
      };
    }),
    oneofDecl: [
      { name: "choice" },
      ...optional.map(({ name }) => ({ name: `_${name}` })),
    ],
    nestedType: FIELDS.filter(({ how }) => how === "map").map((
      { name, type, key },
    ) => ({
      name: entryName(name),
      options: { mapEntry: true },
      field: [
        fieldInit("key", key, { number: 1 }),
        fieldInit("value", type, { number: 2 }),
      ],
    })),
  };
}

function oracleRegistry() {
  const file = create(FileDescriptorProtoSchema, {
    name: "demo.proto",
    package: "demo",
    syntax: "proto3",
    dependency: IMPORTS,
    enumType: [{
      name: "Color",
      value: [
        { name: "COLOR_NONE", number: 0 },
        { name: "RED", number: 1 },
        { name: "GREEN", number: 2 },
        { name: "DARK", number: -3 },
      ],
    }],
    messageType: [{
      name: "Inner",
      field: [
        fieldInit("label", "string", { number: 1 }),
        fieldInit("size", "int32", { number: 2 }),
        fieldInit("deeper", "demo.Inner", { number: 3 }),
      ],
    }, allInit()],
  });
  return createFileRegistry(file, (name) => GOOGLE_FILES.get(name));
}

const fileRegistry = oracleRegistry();
/** What an `Any` may hold. */
const registry = createRegistry(
  fileRegistry,
  AnySchema,
  DurationSchema,
  EmptySchema,
  FieldMaskSchema,
  ListValueSchema,
  StringValueSchema,
  StructSchema,
  TimestampSchema,
  ValueSchema,
);

function oracleType(name: string): DescMessage {
  return registry.getMessage(name) ??
    GOOGLE_FILES.values().flatMap(({ messages }) => messages)
      .find((message) => message.typeName === name)!;
}

/** What the oracle makes of JSON: bytes, or null where it refuses. */
export function oracle(name: string, json: Json): Uint8Array | null {
  const type = oracleType(name);
  try {
    // deno-lint-ignore no-explicit-any
    return toBinary(type, fromJson(type, json as any, { registry }));
  } catch {
    return null;
  }
}
