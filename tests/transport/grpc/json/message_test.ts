import assert from "node:assert/strict";
import fc from "fast-check";
import type { Json } from "../../../../src/plan/mod.ts";
import { GOOGLE, KEYS, SCALARS } from "./fields.ts";
import { oracle } from "./oracle.ts";
import { bytesOf, encoded, mistakesIn } from "./support.ts";

const RUNS = { seed: 98, numRuns: 400 };

function hex(bytes: Uint8Array | null): string {
  return bytes === null ? "refused" : bytes.toHex();
}

function assertSame(type: string, json: Json): void {
  const told = mistakesIn(type, json).join("; ");
  const text = `${type} ${JSON.stringify(json)} ${told}`;
  assert.equal(hex(bytesOf(type, json)), hex(oracle(type, json)), text);
}

/** Values that one type or another takes, and that others refuse. */
const ODD: readonly Json[] = [
  ...[null, true, false, {}, [], [null], { a: null }, { a: 1 }, [[1]], ""],
  ...[0, -0, 1, -1, 0.5, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1],
  ...[2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 53), 2 ** 63, 2 ** 64, 1e300],
  ...[3.4028234663852886e38, 3.5e38, 5e-324, 1e-46],
  ...["0", "-0", "5", "-5", "05", "1.5", "x", "true", "NaN", "Infinity"],
  ...["-Infinity", "inf", "9223372036854775807", "9223372036854775808"],
  ...["-9223372036854775808", "-9223372036854775809", "18446744073709551615"],
  ...["18446744073709551616", "AAEC", "_-8=", "AA", "AA==", "A", "a b", "héé"],
  ...["\ud800", "RED", "red", "COLOR_NONE", "NULL_VALUE", 3, 7, -3],
  ...["1s", "-1.5s", "0.000000001s", "1.0000000001s", "1", "s", ".5s", "-0s"],
  ...["315576000000s", "315576000001s", "-315576000000s"],
  ...["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.678901234Z"],
  ...["2024-01-02T03:04:05+01:30", "1969-12-31T23:59:59.5Z"],
  ...["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"],
  ...["0000-12-31T23:59:59Z", "2024-01-02", "2024-01-02t03:04:05z"],
  ...["0001-01-01T00:00:00+01:00", "2024-01-02 03:04:05Z", "a.bC,dE", "a_b"],
  ...[{ label: "x" }, { label: null }, { size: "7" }, { sice: 1 }],
  { deeper: { deeper: { label: "deep" } } },
  { deeper: { deeper: { label: 5 } } },
  { "@type": "type.googleapis.com/demo.Inner", label: "x" },
  { "@type": "type.googleapis.com/demo.Inner", lable: "x" },
  { "@type": "demo.Inner" },
  { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1s" },
  { "@type": "type.googleapis.com/google.protobuf.Value", value: null },
  { "@type": "type.googleapis.com/google.protobuf.Empty", value: {} },
  { "@type": "type.googleapis.com/demo.Nothing" },
  { "@type": 5 },
  { n: null, l: [null, [null], { n: null }], s: "x", b: true, d: -0.5 },
  [1, "a", null, { k: [{}] }],
];

/** What the oracle takes against the mapping's own words: lower case in an instant, half a character. */
function isDisputed(name: string, value: Json): boolean {
  return name === "Timestamp"
    ? value === "2024-01-02t03:04:05z"
    : ["FieldMask", "Value"].includes(name) && value === "\ud800";
}

const NAMES = [
  ...SCALARS,
  "Color",
  "Inner",
  ...GOOGLE.map((name) => name),
];

Deno.test("encodeJson() takes, refuses and encodes any value at any field as @bufbuild/protobuf does", () => {
  for (const name of NAMES) {
    for (const value of ODD) {
      if (isDisputed(name, value)) continue;
      for (const how of ["one", "may"]) {
        if (how === "may" && !isScalar(name)) continue;
        assertSame("demo.All", { [`${how}_${name}`]: value });
      }
      assertSame("demo.All", { [`list_${name}`]: [value, value] });
      assertSame("demo.All", { [`list_${name}`]: value });
      assertSame("demo.All", { [`map_${name}`]: { k: value, "": value } });
      assertSame("demo.All", { [`map_${name}`]: value });
    }
  }
});

function isScalar(name: string): boolean {
  return name === "Color" || SCALARS.includes(name as "bool");
}

Deno.test("encodeJson() takes any value as a whole message of Google's types as @bufbuild/protobuf does", () => {
  for (const name of GOOGLE) {
    // An enum is no message.
    if (name === "NullValue") continue;
    for (const value of ODD) {
      // What is not given at all is a message without anything.
      const isNothing = value === null && name !== "Value";
      if (isNothing || isDisputed(name, value)) continue;
      assertSame(`google.protobuf.${name}`, value);
    }
  }
});

Deno.test("encodeJson() takes and refuses keys of maps as @bufbuild/protobuf does", () => {
  const keys = ["true", "false", "True", "0", "1", "-1", "x", "", "1.5", "1e2"];
  const large = ["2147483648", "4294967296", "18446744073709551616"];
  for (const type of KEYS) {
    for (const key of [...keys, ...large, "9223372036854775807"]) {
      // The oracle reads more than digits as a key: JavaScript's own numbers.
      if (type !== "string" && ["", "1e2"].includes(key)) continue;
      assertSame("demo.All", { [`key_${type}`]: { [key]: 5 } });
    }
  }
});

Deno.test("encodeJson() encodes whole messages, in any order of keys, as @bufbuild/protobuf does (property)", () => {
  const plain = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
  const whole = fc.record({
    one_int32: fc.integer(),
    oneUint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
    list_sint64: fc.array(fc.maxSafeInteger()),
    listDouble: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
    one_string: fc.string({ unit: "grapheme" }),
    map_Value: fc.dictionary(fc.string({ unit: "grapheme" }), plain),
    one_Struct: fc.dictionary(fc.string({ unit: "grapheme" }), plain),
    list_Value: fc.array(plain),
    orValue: plain,
    one_Inner: fc.record({ size: fc.integer({ min: -9, max: 9 }) }),
    may_bool: fc.boolean(),
    list_Color: fc.array(fc.constantFrom("RED", "GREEN", -3, 1, 99)),
  }, { requiredKeys: [] });
  fc.assert(
    fc.property(
      whole.chain((json) =>
        fc.shuffledSubarray(Object.entries(json), {
          minLength: Object.keys(json).length,
        })
      ),
      (entries) => assertSame("demo.All", Object.fromEntries(entries) as Json),
    ),
    RUNS,
  );
});

Deno.test("encodeJson() reads whole numbers with an exponent, exactly, in text too", () => {
  for (const type of ["int32", "uint64", "sfixed64", "sint32"]) {
    for (const same of ["1e3", "1.0e3", "1000.00", "10000e-1", 1e3, "+1000"]) {
      assert.equal(
        hex(bytesOf("demo.All", { [`one_${type}`]: same })),
        hex(oracle("demo.All", { [`one_${type}`]: 1000 })),
      );
    }
    for (const none of ["1e-1", "1.5e0", "1e999", "1e9999999", ".", "0x10"]) {
      assert.equal(bytesOf("demo.All", { [`one_${type}`]: none }), null, none);
    }
  }
});

Deno.test("encodeJson() refuses dates that no calendar has", () => {
  for (
    const date of ["2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z"].concat(
      "2024-13-01T00:00:00Z",
      "2024-01-01T24:00:00Z",
      "2024-01-01T00:00:60Z",
    )
  ) assert.equal(bytesOf("google.protobuf.Timestamp", date), null, date);
});

Deno.test("encodeJson() refuses half a character wherever text may stand", () => {
  const half = "a\ud800";
  for (
    const json of [
      { one_string: half },
      { one_StringValue: half },
      { one_Value: { a: [half] } },
      { one_Struct: { [half]: 1 } },
      { one_FieldMask: half },
      { map_string: { [half]: "" } },
    ]
  ) assert.equal(bytesOf("demo.All", json), null, JSON.stringify(json));
});

Deno.test("encodeJson() tells every mistake at once, each at its place, in its own words", () => {
  const told = mistakesIn("demo.All", {
    one_int32: 3_000_000_000,
    oneStrng: "x",
    list_Inner: [{ size: 1 }, { size: "x", lable: "y" }, null],
    map_bool: { yes: 1 },
    key_int32: { "01": 1, "1": 2, x: 3 },
    one_Color: "REED",
    one_bytes: "é",
    one_Duration: "5 s",
    either: "a",
    or_inner: {},
    one_bool: true,
    oneBool: false,
    one_Any: { "@type": "t/demo.None" },
  });
  assert.deepEqual(
    told,
    [
      "one_int32: must be a whole number from -2147483648 to 2147483647 (int32), got 3000000000",
      "oneStrng: is not a field of demo.All, did you mean one_string?",
      'list_Inner.1.size: must be a whole number from -2147483648 to 2147483647 (int32), got "x"',
      "list_Inner.1.lable: is not a field of demo.Inner, did you mean label?",
      "list_Inner.2: must have a value, got null",
      "map_bool.yes: must be true or false, got 1",
      'key_int32.x: must be a whole number as key (int32), got "x"',
      "key_int32.01: is given twice",
      'one_Color: must be a value of demo.Color: COLOR_NONE, RED, GREEN, DARK, got "REED"',
      'one_bytes: must be bytes in base64, as text, got "é"',
      'one_Duration: must be a duration in seconds such as "1.5s", got "5 s"',
      "or_inner: must not be given beside either: one of them",
      "oneBool: must not be given beside one_bool: one of them",
      "one_Any.@type: names a type that is not described: t/demo.None",
    ].toSorted((a, b) => told.indexOf(a) - told.indexOf(b)),
  );
  assert.equal(told.length, 14);
});

Deno.test("encodeJson() tells no more than fifty mistakes", () => {
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [`no_such_field_${i}`, 1]),
  );
  assert.equal(mistakesIn("demo.All", many).length, 50);
});

Deno.test("encodeJson() replaces variables in texts, and never shows what they hold", () => {
  assert.equal(
    hex(bytesOf("demo.All", { one_string: "a-${SECRET}" })),
    hex(oracle("demo.All", { one_string: "a-hunter2" })),
  );
  const json = {
    one_int32: "${SECRET}",
    one_Color: "${SECRET}",
    one_Timestamp: "${SECRET}",
    one_FieldMask: "${SECRET}_",
    one_Any: { "@type": "${SECRET}" },
  };
  const told = mistakesIn("demo.All", json);
  assert.equal(told.length, 5);
  assert.doesNotMatch(told.join(), /hunter2/);
  assert.match(told[0]!, /\$\{SECRET\}/);
});

Deno.test("encodeJson() of nothing at all is the empty message, whatever its type", () => {
  for (const type of ["demo.All", "google.protobuf.StringValue"]) {
    assert.deepEqual(encoded(type, undefined), {
      kind: "bytes",
      bytes: new Uint8Array(0),
    });
  }
  assert.equal(hex(bytesOf("google.protobuf.Value", null)), "0800");
  assert.equal(hex(bytesOf("google.protobuf.StringValue", null)), "");
});
