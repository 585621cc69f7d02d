import assert from "node:assert/strict";
import fc from "fast-check";
import { shuffled } from "../../../src/request/mod.ts";
import {
  arrival,
  dataSet,
  render,
  requestWith,
  sourcesOf,
} from "../support.ts";

const USERS = Array.from({ length: 100 }, (_, i) => ({ id: i, name: `n${i}` }));

Deno.test("a request is a function of its arrival's key alone", () => {
  const body =
    "{{uuid}} {{int 1 1000}} {{hex 9}} {{d.id}} {{pick a b c}} {{id}}";
  const texts = [arrival(), arrival({ index: 1 }), arrival()].map((key) =>
    render(
      requestWith({ body }, sourcesOf([dataSet("d", USERS)])),
      key,
    ).text
  );
  assert.equal(texts[0], texts[2]);
  assert.notEqual(texts[0], texts[1]);
  assert.match(
    texts[0]!,
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} \d{1,4} [0-9a-f]{9} \d{1,2} [abc] [0-9a-f]{15}$/,
  );
});

Deno.test("the columns of a row agree in all places of a request", () => {
  const request = requestWith({
    url: "http://localhost/{{d.id}}?n={{d.name}}",
    headers: [["x", "{{d.name}}"]],
    content: { kind: "json", value: ["{{d.id}}", "{{d.name}}"] },
  }, sourcesOf([dataSet("d", USERS)]));
  for (let index = 0; index < 50; index++) {
    const { path, headers, text } = render(request, arrival({ index }));
    const [id, name] = JSON.parse(text);
    assert.equal(path, `/${id}?n=n${id}`);
    assert.equal(name, `n${id}`);
    assert.ok(headers.some(([key, value]) => key === "x" && value === name));
  }
});

Deno.test("a field that is added changes no other draw", () => {
  const field = fc.constantFrom(
    ...["{{uuid}}", "{{int 1 1000000}}", "{{hex 8}}", "{{d.id}}", "{{now}}"],
  );
  fc.assert(
    fc.property(
      fc.array(field, { minLength: 1, maxLength: 5 }),
      fc.nat({ max: 5 }),
      fc.nat({ max: 1000 }),
      (fields, at, index) => {
        const added = "{{pick red green blue}}";
        const more = [...fields.slice(0, at), added, ...fields.slice(at)];
        const [before, after] = [fields, more].map((all) =>
          render(
            requestWith(
              { body: all.join(" "), headers: [["x", all.join(" ")]] },
              sourcesOf([dataSet("d", USERS)]),
            ),
            arrival({ index }),
          ).text.split(" ")
        );
        const position = Math.min(at, fields.length);
        assert.deepEqual(after!.toSpliced(position, 1), before);
      },
    ),
  );
});

Deno.test("repeats of a step draw anew and keep their rows", () => {
  const request = requestWith(
    { body: "{{d.id}} {{hex 16}}" },
    sourcesOf([dataSet("d", USERS)]),
  );
  const [first, second] = [0, 1].map((iteration) =>
    render(request, arrival({ iteration })).text.split(" ")
  );
  assert.equal(first![0], second![0]);
  assert.notEqual(first![1], second![1]);
});

Deno.test("in_order and shuffle give each row once before any comes again", () => {
  for (const kind of ["in_order", "shuffle"] as const) {
    const request = requestWith(
      { body: "{{d.id}}" },
      sourcesOf([dataSet("d", USERS, { kind, atEnd: "repeat" })]),
    );
    const ids = Array.from(
      { length: 300 },
      (_, rank) => Number(render(request, arrival({ rank })).text),
    );
    for (const cycle of [0, 1, 2]) {
      const seen = ids.slice(100 * cycle, 100 * (cycle + 1));
      assert.deepEqual(
        seen.toSorted((a, b) => a - b),
        USERS.map(({ id }) => id),
      );
      if (kind === "in_order") {
        assert.deepEqual(
          seen,
          USERS.map(({ id }) => id),
        );
      }
    }
    if (kind === "shuffle") {
      assert.notDeepEqual(ids.slice(0, 100), ids.slice(100, 200));
    }
  }
});

Deno.test("shuffled() is a permutation for any number of rows and any key", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.nat(),
      fc.nat(),
      (count, stream, cycle) => {
        const seen = new Set(
          Array.from(
            { length: count },
            (_, i) => shuffled(i, count, [stream, cycle]),
          ),
        );
        assert.equal(seen.size, count);
        assert.ok(Math.max(...seen) < count);
      },
    ),
  );
});

Deno.test("zipf picks row k by 1/k^skew", () => {
  const request = requestWith(
    { body: "{{d.id}}" },
    sourcesOf([dataSet("d", USERS, { kind: "zipf", skew: 1.1 })]),
  );
  const counts = new Array<number>(100).fill(0);
  const draws = 20_000;
  for (let slot = 0; slot < draws; slot++) {
    counts[Number(render(request, arrival({ slot })).text)]!++;
  }
  const sum = USERS.reduce((all, _, i) => all + (i + 1) ** -1.1, 0);
  for (const row of [0, 1, 4, 20]) {
    const expected = draws * (row + 1) ** -1.1 / sum;
    const sigma = Math.sqrt(expected);
    assert.ok(Math.abs(counts[row]! - expected) < 5 * sigma, `row ${row}`);
  }
});

Deno.test("int covers its bounds evenly, negative ones too", () => {
  const request = requestWith({ body: "{{int -3 3}}" });
  const counts = new Map<string, number>();
  for (let slot = 0; slot < 7000; slot++) {
    const { text } = render(request, arrival({ slot }));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  assert.deepEqual([...counts.keys()].map(Number).toSorted((a, b) => a - b), [
    -3,
    -2,
    -1,
    0,
    1,
    2,
    3,
  ]);
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 160);
});

Deno.test("now iso is the instant that Date writes", () => {
  const request = requestWith({ body: "{{now iso}} {{now}}" });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_534_023_007_99 }), (slot) => {
      const { text } = render(request, arrival({ slot, offsetMs: 7 }));
      const ms = slot * 100 + 7;
      assert.equal(text, `${new Date(ms).toISOString()} ${ms}`);
    }),
  );
});
