/** Programs of random types are, byte for byte, what protobufjs makes of the same messages. */
import assert from "node:assert/strict";
import fc from "fast-check";
import protobuf from "protobufjs";
import type { Json } from "../../../../src/plan/mod.ts";
import { readRequest } from "../../../../src/request/mod.ts";
import { programJson } from "../../../../src/transport/grpc/json/mod.ts";
import { dataSet, render, sourcesOf } from "../../../request/support.ts";

/** One field of a random type: which, how often, and with what. */
interface Field {
  readonly type: string;
  readonly label: "one" | "many" | "map";
  readonly number: number;
  readonly values: readonly Value[];
  readonly key: string;
}

/** A scalar by its text, whether that comes from a column; or a message. */
type Value =
  | { readonly text: string; readonly isField: boolean }
  | { readonly fields: readonly Field[] };

const NARROW = ["int32", "sint32", "sfixed32"];
const UNSIGNED = ["uint32", "fixed32"];
const WIDE = ["int64", "sint64", "sfixed64"];
const WIDE_UNSIGNED = ["uint64", "fixed64"];
const SCALARS = [
  ...NARROW,
  ...UNSIGNED,
  ...WIDE,
  ...WIDE_UNSIGNED,
  ...["string", "bytes", "bool", "double", "float"],
];

function textOf(type: string): fc.Arbitrary<string> {
  const big = (min: bigint, max: bigint) => fc.bigInt({ min, max }).map(String);
  if (NARROW.includes(type)) return big(-(2n ** 31n), 2n ** 31n - 1n);
  if (UNSIGNED.includes(type)) return big(0n, 2n ** 32n - 1n);
  if (WIDE.includes(type)) return big(-(2n ** 63n), 2n ** 63n - 1n);
  if (WIDE_UNSIGNED.includes(type)) return big(0n, 2n ** 64n - 1n);
  if (type === "bool") return fc.boolean().map(String);
  if (type === "bytes") {
    return fc.uint8Array({ maxLength: 300 }).map((bytes) =>
      btoa(String.fromCharCode(...bytes))
    );
  }
  if (type === "string") {
    return fc.string({ unit: "grapheme", maxLength: 200 })
      .filter((text) => !/\{\{|\$|^true$|^false$/.test(text));
  }
  // No fraction that a decimal text would round.
  return fc.integer({ min: -1e6, max: 1e6 }).map(String);
}

const { fields: FIELDS } = fc.letrec<{ fields: Field[]; field: Field }>((
  tie,
) => ({
  field: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom(...SCALARS).chain((type) =>
      fieldOf(type, fc.record({ text: textOf(type), isField: fc.boolean() }))
    ),
    fieldOf("message", fc.record({ fields: tie("fields") })),
  ),
  fields: fc.uniqueArray(tie("field"), {
    minLength: 1,
    maxLength: 6,
    selector: ({ number }) => number,
  }),
}));

function fieldOf(
  type: string,
  value: fc.Arbitrary<Value>,
): fc.Arbitrary<Field> {
  return fc.record({
    type: fc.constant(type),
    label: fc.constantFrom("one", "many", "map"),
    number: fc.oneof(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 20_000, max: 2 ** 29 - 1 }),
    ),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
    key: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 5 })
      .filter((key) => !/[{$]/.test(key) && key !== "__proto__"),
  });
}

/** The declaration of a type, with those of its messages inside. */
function declaration(name: string, fields: readonly Field[]): string {
  const lines = fields.flatMap(({ type, label, number, values }) => {
    const own = `f${number}`;
    const [first] = values;
    const inner = type === "message" ? `T${number}` : type;
    const labelled = label === "many"
      ? `repeated ${inner}`
      : label === "map"
      ? `map<string, ${inner}>`
      : inner;
    return [
      ...("fields" in first! ? [declaration(inner, first.fields)] : []),
      `${labelled} ${own} = ${number};`,
    ];
  });
  return `message ${name} {\n${lines.join("\n")}\n}`;
}

/** A message whose columns are counted as they come. */
class Columns {
  readonly cells: Record<string, string> = {};

  take(text: string): string {
    const name = `c${Object.keys(this.cells).length}`;
    this.cells[name] = text;
    return `{{d.${name}}}`;
  }
}

/** All values of a field have the type of its first. */
function valuesOf({ values }: Field): Value[] {
  const [first] = values;
  return "fields" in first! ? values.map(() => first) : [...values];
}

function jsonOf(fields: readonly Field[], columns: Columns): Json {
  return Object.fromEntries(fields.map((field) => {
    const all = valuesOf(field).map((value) =>
      "fields" in value
        ? jsonOf(value.fields, columns)
        : value.isField
        ? columns.take(value.text)
        : value.text
    );
    return [`f${field.number}`, labelled(field, all) as Json];
  }));
}

function messageOf(fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => {
    const all = valuesOf(field).map((value) =>
      "fields" in value
        ? messageOf(value.fields)
        : typed(field.type, value.text)
    );
    return [`f${field.number}`, labelled(field, all)];
  }));
}

function labelled({ label, key }: Field, all: readonly unknown[]): unknown {
  if (label === "one") return all[0];
  return label === "many" ? all : { [key]: all[0] };
}

const LongOf = protobuf.util.Long as unknown as {
  fromString(text: string, isUnsigned: boolean): unknown;
};

function typed(type: string, text: string): unknown {
  if (type === "string") return text;
  if (type === "bool") return text === "true";
  if (type === "bytes") {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  }
  const isWide = WIDE.includes(type) || WIDE_UNSIGNED.includes(type);
  return isWide
    ? LongOf.fromString(text, WIDE_UNSIGNED.includes(type))
    : Number(text);
}

/** Booleans are no texts in JSON where no field stands. */
function withPlain(json: Json): Json {
  return JSON.parse(
    JSON.stringify(
      json,
      (_, value) => value === "true" ? true : value === "false" ? false : value,
    ),
  );
}

Deno.test("messages of random types with fields in them are what protobufjs makes of their values", () => {
  let checked = 0;
  fc.assert(
    fc.property(FIELDS, (fields) => {
      const proto = `syntax = "proto3";\n${declaration("M", fields)}`;
      const { root } = protobuf.parse(proto, { keepCase: true });
      root.resolveAll();
      const type = root.lookupType("M");
      const columns = new Columns();
      const json = withPlain(jsonOf(fields, columns));
      const program = programJson(type, json, {
        expand: (text: string) => text,
        find: () => undefined,
      });
      assert.equal(program.kind, "program", JSON.stringify(program));
      if (program.kind !== "program") return;
      const cells = { ...columns.cells, other: "x" };
      const request = readRequest({
        name: "api",
        protocol: "grpc",
        client: "wire",
        url: "http://localhost",
        method: "POST",
        headers: [],
        body: null,
        timeoutMs: 1000,
      }, {
        expand: (text) => text,
        userAgent: "kar/test",
        grpc: { path: "/t.S/M", messages: [], programs: [program.ops] },
        sources: sourcesOf([dataSet("d", [cells])]),
      });
      const ours = render(request).body.subarray(5);
      const theirs = type.encode(type.create(messageOf(fields))).finish();
      assert.deepEqual([...ours], [...theirs]);
      checked++;
    }),
    { numRuns: 200 },
  );
  assert.equal(checked, 200);
});
