import protobuf from "protobufjs";

/** What a type's values come from: a message, an enum, or one of protobuf's scalars. */
export type Resolved = protobuf.Type | protobuf.Enum | null;

const PREFIX = ".google.protobuf.";

/** A type's full name as users write it, without the leading dot. */
export function nameOf({ fullName }: protobuf.ReflectionObject): string {
  return fullName.replace(/^\./, "");
}

/** The name of one of Google's own types, such as `Value`; undefined for others. */
export function googleName(type: Resolved): string | undefined {
  return type?.fullName.startsWith(PREFIX)
    ? type.fullName.slice(PREFIX.length)
    : undefined;
}

/** Whether null is a value of a type, and not the lack of one. */
export function hasNull(type: Resolved): boolean {
  const name = googleName(type);
  return name === "Value" || name === "NullValue";
}

/** Whether a JSON list may be one message of a type. */
export function takesList(type: protobuf.Type): boolean {
  const name = googleName(type);
  return name === "Value" || name === "ListValue";
}

/** What each of a message's fields may be called in JSON. */
export function fieldsByName(
  type: protobuf.Type,
): ReadonlyMap<string, protobuf.Field> {
  const byName = new Map<string, protobuf.Field>();
  const fields = type.fieldsArray.map((field) => field.resolve());
  // Where names clash, the one that JSON has comes first.
  for (const names of [ownNames, protoNames, jsonNames]) {
    for (const field of fields) {
      for (const name of names(field)) byName.set(name, field);
    }
  }
  return byName;
}

function jsonNames(field: protobuf.Field): string[] {
  return isExtension(field) ? [extensionName(field)] : [field.jsonName];
}

function protoNames(field: protobuf.Field): string[] {
  return isExtension(field) ? [] : [field.protoName];
}

/** The library's name, which descriptors of careless servers have only. */
function ownNames(field: protobuf.Field): string[] {
  return isExtension(field) ? [] : [field.name];
}

function isExtension({ name, declaringField }: protobuf.Field): boolean {
  return declaringField !== null || name.startsWith(".");
}

/** `[package.field]`, by the name in the file. */
function extensionName(field: protobuf.Field): string {
  const declared = field.declaringField ?? field;
  const name = declared.resolve().protoName;
  return `[${nameOf(declared).replace(/[^.]+$/, name)}]`;
}
