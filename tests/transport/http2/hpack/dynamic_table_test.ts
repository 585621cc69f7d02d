import assert from "node:assert/strict";
import fc from "fast-check";
import {
  DynamicTable,
  HpackDecoder,
  sliceOf,
  textOf,
} from "../../../../src/transport/http2/hpack/mod.ts";
import { type Field, ModelEncoder } from "./model_encoder.ts";

/** Chance that a failing test can replay. */
function chooser(seed: number) {
  let state = seed >>> 0;
  return (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 >>> 0;
    return (state >>> 8) % below;
  };
}

function entriesOf(table: DynamicTable): Field[] {
  const name = sliceOf("");
  const value = sliceOf("");
  return Array.from({ length: table.count }, (_, i) => {
    table.nameOf(i, name);
    table.valueOf(i, value);
    return [textOf(name), textOf(value)] as const;
  });
}

const anyName = fc.oneof(
  fc.constantFrom("x-a", "x-b", "date", "content-length", ":status", "server"),
  fc.string({ unit: "grapheme-ascii", minLength: 0, maxLength: 20 }),
);
const anyValue = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("", "1", "200", "now", "later") },
  {
    weight: 3,
    arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 60 }),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 5000 }).map((n) => "v".repeat(n)),
  },
);
const anyField = fc.tuple(anyName, anyValue);

Deno.test("DynamicTable holds what a plain list would hold", () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: anyField },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 4096 }) },
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
    const table = new DynamicTable();
    const model = new ModelEncoder(() => 0);
    for (const one of steps) {
      const { version } = table;
      const before = entriesOf(table);
      if (typeof one === "number") {
        assert.equal(table.resize(one), true);
        model.encode([], [one]);
      } else {
        table.insert(sliceOf(one[0]), sliceOf(one[1]));
        model.entries.unshift(one);
        while (model.bytes > model.maxBytes) model.entries.pop();
      }
      assert.deepEqual(entriesOf(table), model.entries);
      if (table.version === version) assert.deepEqual(entriesOf(table), before);
    }
  }));
});

Deno.test("DynamicTable takes no size above 4,096", () => {
  const table = new DynamicTable();
  assert.equal(table.resize(4096), true);
  assert.equal(table.resize(4097), false);
});

Deno.test("HpackDecoder reads whatever an encoder may write, over a whole connection", () => {
  const block = fc.record({
    fields: fc.array(anyField, { maxLength: 12 }),
    sizes: fc.oneof(
      { weight: 6, arbitrary: fc.constant<number[]>([]) },
      {
        weight: 1,
        arbitrary: fc.array(fc.integer({ min: 0, max: 4096 }), {
          maxLength: 3,
        }),
      },
    ),
  });
  fc.assert(
    fc.property(
      fc.array(block, { maxLength: 25 }),
      fc.nat(),
      (blocks, seed) => {
        const encoder = new ModelEncoder(chooser(seed));
        const decoder = new HpackDecoder(1_000_000);
        const table = new DynamicTable();
        for (const { fields, sizes } of blocks) {
          const bytes = encoder.encode(fields, sizes);
          const seen: Field[] = [];
          const slice = { bytes, start: 0, end: bytes.length };
          const result = decoder.decode(slice, table, (name, value) => {
            seen.push([textOf(name), textOf(value)]);
          });
          bytes.fill(0xee);
          assert.equal(result, "ok", decoder.fault);
          assert.deepEqual(seen, fields);
          assert.deepEqual(entriesOf(table), encoder.entries);
        }
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("HpackDecoder keeps the table in step behind a list that is too large", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(anyField, { maxLength: 20 }), { maxLength: 10 }),
      fc.nat(),
      (lists, seed) => {
        const encoder = new ModelEncoder(chooser(seed));
        // So small that most lists are too large for it.
        const decoder = new HpackDecoder(1024);
        const table = new DynamicTable();
        for (const fields of lists) {
          const bytes = encoder.encode(fields);
          const size = fields.reduce(
            (sum, [name, value]) => sum + name.length + value.length + 32,
            0,
          );
          const slice = { bytes, start: 0, end: bytes.length };
          let shown = 0;
          const result = decoder.decode(slice, table, (name, value) => {
            shown += 32 + name.end - name.start + value.end - value.start;
          });
          assert.equal(result, size > 1024 ? "too_large" : "ok");
          assert.ok(shown <= 1024);
          assert.deepEqual(entriesOf(table), encoder.entries);
        }
      },
    ),
    { numRuns: 300 },
  );
});
