/**
 * A message with a field of every sort, as data and as a `.proto` file.
 *
 * @module
 */

/** Protobuf's scalars. */
export const SCALARS = [
  "double",
  "float",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "bool",
  "string",
  "bytes",
] as const;

/** Scalars that may be the key of a map. */
export const KEYS = SCALARS.filter((type) =>
  !["double", "float", "bytes"].includes(type)
);

/** Google's types that have a JSON of their own, or an empty one. */
export const GOOGLE = [
  "Any",
  "BoolValue",
  "BytesValue",
  "DoubleValue",
  "Duration",
  "Empty",
  "FieldMask",
  "FloatValue",
  "Int32Value",
  "Int64Value",
  "ListValue",
  "NullValue",
  "StringValue",
  "Struct",
  "Timestamp",
  "UInt32Value",
  "UInt64Value",
  "Value",
] as const;

/** The files that `PROTO` imports. */
export const IMPORTS = [
  "any",
  "duration",
  "empty",
  "field_mask",
  "struct",
  "timestamp",
  "wrappers",
].map((name) => `google/protobuf/${name}.proto`);

/** A field of the message `All`. */
export interface FieldOf {
  readonly name: string;
  readonly type: string;
  readonly how: "one" | "list" | "map" | "may" | "choice";
  /** Of a map. */
  readonly key: string;
}

const TYPES = [
  ...SCALARS,
  "demo.Color",
  "demo.Inner",
  ...GOOGLE.map((name) => `google.protobuf.${name}`),
];

/** Fields are called by how and what: `one_int32`, `map_Value`, `key_bool`. */
export const FIELDS: readonly FieldOf[] = [
  ...TYPES.flatMap((type) => {
    const name = type.split(".").at(-1)!;
    const hows = type.includes(".") && name !== "Color"
      ? ["one", "list", "map"] as const
      : ["one", "list", "map", "may"] as const;
    return hows.map((how) => ({
      name: `${how}_${name}`,
      type,
      how,
      key: "string",
    }));
  }),
  ...KEYS.map((key) => ({
    name: `key_${key}`,
    type: "int32",
    how: "map" as const,
    key,
  })),
  ...[
    ["either", "string"],
    ["orValue", "google.protobuf.Value"],
    ["or_null", "google.protobuf.NullValue"],
    ["or_inner", "demo.Inner"],
  ].map(([name = "", type = ""]) => ({
    name,
    type,
    how: "choice" as const,
    key: "",
  })),
];

const PREFIXES = { one: "", list: "repeated ", may: "optional ", choice: "" };

function protoLine({ name, type, how, key }: FieldOf, i: number): string {
  const start = how === "map" ? `map<${key}, ${type}>` : PREFIXES[how] + type;
  return `${start} ${name} = ${i + 1};`;
}

const LINES = FIELDS.map(protoLine);
const CHOICES = FIELDS.flatMap(({ how }, i) => how === "choice" ? [i] : []);

/** The same message in the language of protobuf. */
export const PROTO = `syntax = "proto3"; package demo;
${IMPORTS.map((file) => `import "${file}";`).join("\n")}
enum Color { COLOR_NONE = 0; RED = 1; GREEN = 2; DARK = -3; }
message Inner { string label = 1; int32 size = 2; Inner deeper = 3; }
message All {
  ${LINES.slice(0, CHOICES[0]).join("\n  ")}
  oneof choice { ${CHOICES.map((i) => LINES[i]).join(" ")} }
}`;
