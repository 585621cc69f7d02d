import assert from "node:assert/strict";
import { parse as csvParse } from "csv-parse/sync";
import fc from "fast-check";
import {
  cellAt,
  cellPlace,
  cellsOf,
  type DataSet,
  type ReadTable,
  readTable,
  readValues,
  type TableFormat,
} from "../../../src/request/mod.ts";

const BOUNDS = { maxCellBytes: 1000 };

function shared(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === "string"
    ? new TextEncoder().encode(text)
    : text;
  const room = new Uint8Array(new SharedArrayBuffer(bytes.length));
  room.set(bytes);
  return room;
}

function read(text: string | Uint8Array, format: TableFormat = "csv") {
  return readTable(shared(text), format, BOUNDS);
}

/** All rows of a table as text, the names first. */
function rowsOf(read: ReadTable): string[][] {
  assert.equal(read.kind, "table");
  if (read.kind !== "table") return [];
  const { table } = read;
  const set: DataSet = {
    name: "x",
    table,
    pick: { kind: "random" },
    types: {},
    encoded: new Map(),
  };
  const columns = table.columns.map((name) => cellsOf(set, name, "raw"));
  const rows = Array.from(
    { length: table.rows },
    (_, row) =>
      columns.map((column) => {
        const { bytes, start, end } = cellAt(column, row);
        return new TextDecoder("utf-8", { ignoreBOM: true })
          .decode(bytes.slice(start, end));
      }),
  );
  return [[...table.columns], ...rows];
}

function wrongOf(read: ReadTable): string {
  assert.equal(read.kind, "wrong");
  if (read.kind !== "wrong") return "";
  const { at, message } = read;
  return at === null ? message : `${at.line}:${at.col} ${message}`;
}

const ORACLE = { record_delimiter: ["\r\n", "\n"], bom: true };

Deno.test("readTable() reads CSV as csv-parse does, and refuses what it refuses", () => {
  // Cut anywhere: any prefix of a text is one, too.
  const sign = fc.constantFrom(
    ...['"', '""', ",", "\n", "\r\n", "\r", "a", "ü", "漢", " ", "x,y", '"q"'],
  );
  const text = fc.array(sign, { maxLength: 30 }).map((signs) =>
    `k,l\n${signs.join("")}`
  );
  fc.assert(
    fc.property(text, (text) => {
      const ours = read(text);
      const theirs = oracle(text);
      if (theirs === null || theirs.length < 2) {
        assert.equal(ours.kind, "wrong");
      } else assert.deepEqual(rowsOf(ours), theirs);
    }),
    { numRuns: 3000 },
  );
});

function oracle(text: string): string[][] | null {
  try {
    return csvParse(text, ORACLE) as string[][];
  } catch {
    return null;
  }
}

Deno.test("readTable() reads any cells that are written with quotes", () => {
  const cell = fc.string({ unit: "binary", maxLength: 20 })
    .map((text) => text.toWellFormed());
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1 });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(rows, fc.constantFrom("\n", "\r\n"), (rows, end) => {
      const all = [["a", "b", "c"], ...rows];
      const text = all.map((row) => row.map(quoted).join(",") + end).join("");
      assert.deepEqual(rowsOf(read(`\ufeff${text}`)), all);
    }),
    { numRuns: 300 },
  );
});

const SAME: readonly (readonly [TableFormat, string])[] = [
  ["csv", 'id,name\n1,Ann\n2,"B ""b"""\n'],
  ["json", '[{"id": 1, "name": "Ann"}, {"id": 2, "name": "B \\"b\\""}]'],
  ["jsonl", '{"id":1,"name":"Ann"}\n\n{"name":"B \\"b\\"","id":"2"}'],
];

for (const [format, text] of SAME) {
  Deno.test(`readTable() reads rows from ${format}, with and without a byte order mark`, () => {
    const rows = [["id", "name"], ["1", "Ann"], ["2", 'B "b"']];
    assert.deepEqual(rowsOf(read(text, format)), rows);
    assert.deepEqual(rowsOf(read(`\ufeff${text}`, format)), rows);
  });
}

Deno.test("readTable() takes each line, and readValues() each value, for a row of one column", () => {
  const rows = [["value"], ["red"], [""], ["a b"]];
  assert.deepEqual(rowsOf(read("red\r\n\na b\n", "lines")), rows);
  assert.deepEqual(rowsOf(readValues(["red", "", "a b"], BOUNDS)), rows);
  assert.deepEqual(
    rowsOf(readValues([{ a: 1, b: true }, { b: "x", a: 1.5 }], BOUNDS)),
    [["a", "b"], ["1", "true"], ["1.5", "x"]],
  );
});

const WRONG: readonly (readonly [
  meaning: string,
  format: TableFormat,
  text: string | Uint8Array,
  told: RegExp,
])[] = [
  ["an empty file", "csv", "", /^is empty$/],
  ["names alone", "csv", "id,name\n", /^has no row/],
  ["too few cells", "csv", "a,b\n1,2\n3\n", /^3:1 has 1 cell, must have 2/],
  ["too many cells", "csv", "a\n1,2\n", /^2:1 has 2 cells, must have 1/],
  ["an open quote", "csv", 'a,b\n1,"2\n3', /^2:3 has a quote that is not/],
  ["text behind a quote", "csv", 'a\n"1"2\n', /^2:4 has text behind a quote/],
  ["a quote in a cell", "csv", 'a\nx"y\n', /^2:2 has a quote inside/],
  [
    "a name twice",
    "csv",
    "a,b,a\n1,2,3\n",
    /^1:1 two columns have the name a$/,
  ],
  ["a column without a name", "csv", "a,\n1,2\n", /^1:1 column 2 has no name/],
  ["a name with braces", "csv", "a}}\n1\n", /^1:1 the column "a}}" must/],
  [
    "what is no text",
    "csv",
    Uint8Array.of(0x61, 0x0a, 0x62, 0xff),
    /^2:2 is not text in UTF-8$/,
  ],
  [
    "a long cell",
    "csv",
    `a\n\n${"x".repeat(1001)}`,
    /^3:1 has a cell of 1001 bytes, must have at most 1000 \(limits/,
  ],
  ["no list", "json", '{"a": 1}', /^must be a list/],
  ["an empty list", "json", "[]", /^has no row$/],
  ["bad JSON", "json", "[{]", /^1:3 is not valid JSON from here on$/],
  ["bad JSON below", "json", '[{"ö": "ü"},\n {"ö":}]', /^2:8 is not valid/],
  ["a cut text", "json", '[{"a":1},\n', /^2:1 is not valid JSON/],
  ["more than JSON", "json", '[{"a":1}]\n x', /^2:2 is not valid JSON/],
  ["bad JSON in a line", "jsonl", '{"a":1}\n{"a":', /^2:6 is not valid JSON/],
  ["two in a line", "jsonl", '{"a":1} {"a":2}', /^1:9 is not valid JSON/],
  ["a missing name", "json", '[{"a":1},\n {"b":1}]', /^2:2 item 2 has no a$/],
  ["another name", "jsonl", '{"a":1}\n{"a":1,"b":2}', /^2:1 has b, which/],
  ["nesting", "json", '[{"a":[1]}]', /^1:2 item 1 has a a that is no text/],
];

for (const [meaning, format, text, told] of WRONG) {
  Deno.test(`readTable() says where ${format} has ${meaning}`, () => {
    assert.match(wrongOf(read(text, format)), told);
  });
}

Deno.test("readTable() takes exactly what a decoder takes for UTF-8", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.constantFrom(0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0x80, 0x9f, 0xa0, 0x61),
          fc.integer({ min: 0, max: 255 }),
        ),
        { minLength: 1, maxLength: 8 },
      ),
      (values) => {
        const bytes = Uint8Array.from(values);
        let isText = true;
        try {
          new TextDecoder("utf-8", { fatal: true }).decode(bytes);
        } catch {
          isText = false;
        }
        const table = read(bytes, "lines");
        const isRefused = table.kind === "wrong" &&
          table.message === "is not text in UTF-8";
        assert.equal(isRefused, !isText);
      },
    ),
    { numRuns: 3000 },
  );
});

/** Rows of a and b, with the line and column of each b. */
const PLACED: readonly (readonly [
  format: TableFormat,
  text: string,
  places: readonly (readonly [number, number])[],
])[] = [
  ["csv", 'a,b\r\n1,x\r\n"1 ""\n,",y\r\nö,"z"', [[2, 3], [4, 4], [5, 4]]],
  ["csv", "\ufeffa,b\n1,\n,2\n", [[2, 3], [3, 2]]],
  ["json", '[{"a":1,"b":2},\n {"b":"\\"","a":"ö"}, {"a":0, "b" : 3}]', [
    ...[[1, 13], [2, 7], [2, 37]] as const,
  ]],
  ["jsonl", '{"a":1,"b":2}\n\n{"b": 3,"a":1}\n', [[1, 12], [3, 7]]],
];

for (const [format, text, places] of PLACED) {
  Deno.test(`cellPlace() says where cells stand in ${format}: ${text.length} characters`, () => {
    const found = places.map((_, row) =>
      cellPlace(shared(text), format, { row, index: 1, column: "b" })
    );
    assert.deepEqual(found, places.map(([line, col]) => ({ line, col })));
    const beyond = { row: places.length, index: 1, column: "b" };
    assert.equal(cellPlace(shared(text), format, beyond), null);
  });
}

Deno.test("cellPlace() says where a line stands", () => {
  const cell = { row: 2, index: 0, column: "value" };
  assert.deepEqual(cellPlace(shared("a\nb\nc\n"), "lines", cell), {
    ...{ line: 3, col: 1 },
  });
});

Deno.test("a JSON text is said to be wrong where it is no JSON, and nowhere else", () => {
  const sign = fc.constantFrom(
    ...["{", "}", "[", "]", ",", ":", '"a"', '"', "1", "-0.5e3", "01", "true"],
    ...["null", " ", "\n", "\\", "\\u00e9", "x", "\u0001"],
  );
  const text = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(""));
  fc.assert(
    fc.property(text, (text) => {
      const isJson = isParsed(`[${text}]`);
      const result = read(`[${text}]`, "json");
      const told = result.kind === "wrong" ? wrongOf(result) : "";
      assert.equal(told.includes("is not valid JSON"), !isJson, told);
      if (!isJson) assert.match(told, /^[1-9]\d*:[1-9]\d* /);
    }),
    { numRuns: 2000 },
  );
});

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
