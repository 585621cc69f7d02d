import assert from "node:assert/strict";
import fc from "fast-check";
import { printable, Unfit, Untrusted } from "../../src/base/mod.ts";

const untrusted = (value: unknown) => new Untrusted(value, "state");

Deno.test("Untrusted gives a value as what it must be", () => {
  const value = untrusted({ a: [1, 2.5], b: "x", c: null, d: true });
  assert.deepEqual(value.at("a").items(2).map((item) => item.number(0, 3)), [
    1,
    2.5,
  ]);
  assert.equal(value.at("a").items(2)[0]!.whole(1, 1), 1);
  assert.equal(value.at("b").text(1), "x");
  assert.equal(value.at("b").oneOf(["y", "x"]), "x");
  assert.equal(value.at("c").orNull((c) => c.number(0, 1)), null);
  assert.equal(value.at("d").flag(), true);
  assert.deepEqual(value.entries().map(([key]) => key), ["a", "b", "c", "d"]);
});

Deno.test("Untrusted names place, value and what would be right", () => {
  const value = untrusted({ a: [1, -3], b: "long", n: 1e8 });
  const cases: [read: () => unknown, message: string][] = [
    [
      () => value.at("n").number(0, 1e6),
      "state.n is 100000000, must be from 0 to 1000000",
    ],
    [
      () => value.at("a").items(2)[1]!.whole(0, 9),
      "state.a.1 is -3, must be from 0 to 9",
    ],
    [
      () => value.at("a").items(1),
      "state.a is [1,-3], must be a list of at most 1",
    ],
    [
      () => value.at("b").text(3),
      'state.b is "long", must be a text of at most 3 characters',
    ],
    [() => value.at("x").flag(), "state.x is missing, must be true or false"],
    [() => value.at("a").at("0"), "state.a is [1,-3], must be an object"],
    [() => value.at("b").oneOf(["c"]), 'state.b is "long", must be one of c'],
  ];
  for (const [read, message] of cases) {
    assert.throws(read, { name: "Unfit", message });
  }
});

Deno.test("Untrusted finds only what an object has itself, whatever its keys are", () => {
  const value = untrusted(JSON.parse('{"__proto__": 1}'));
  assert.equal(value.has("constructor"), false);
  assert.throws(() => value.at("toString").text(9), /is missing/);
  assert.equal(value.at("__proto__").number(0, 1), 1);
});

Deno.test("Untrusted refuses anything else in one short printable line", () => {
  fc.assert(fc.property(fc.anything(), fc.string(), (anything, key) => {
    const value = untrusted({ [key]: anything }).at(key);
    const reads = [
      () => value.number(0, 5),
      () => value.whole(0, 5),
      () => value.text(3),
      () => value.flag(),
      () => value.items(2),
      () => value.entries(),
    ];
    for (const read of reads) {
      try {
        read();
      } catch (error) {
        assert.ok(error instanceof Unfit);
        assert.ok(error.message.length < 300);
        assert.equal(printable(error.message), error.message);
      }
    }
  }));
});
