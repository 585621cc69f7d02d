import assert from "node:assert/strict";
import { single, stack, type StackBlock } from "../../src/screen/stack.ts";

function block(name: string, overrides: Partial<StackBlock>): StackBlock {
  return {
    ...single(0, [name]),
    draw: (rows) => Array.from({ length: rows }, () => [name]),
    ...overrides,
  };
}

function stacked(blocks: readonly StackBlock[], rows: number): string {
  return stack(blocks, rows).map((line) => line[0] ?? ".").join("");
}

Deno.test("stack() keeps the order and gives rows by priority", () => {
  const blocks = [
    block("a", { priority: 2 }),
    block("b", { priority: 0 }),
    block("c", { priority: 1, maxRows: 3 }),
  ];
  assert.equal(stacked(blocks, 1), "b");
  assert.equal(stacked(blocks, 3), "bcc");
  assert.equal(stacked(blocks, 5), "abccc");
  assert.equal(stacked(blocks, 7), "abccc..");
});

Deno.test("stack() leaves out what has no room and goes on with the next", () => {
  const blocks = [
    block("a", {}),
    block("b", { priority: 1, minRows: 3, maxRows: 5 }),
    block("c", { priority: 2 }),
  ];
  assert.equal(stacked(blocks, 3), "ac.");
  assert.equal(stacked(blocks, 4), "abbb");
});

Deno.test("stack() spends what is left on empty lines between blocks", () => {
  const blocks = [
    block("a", {}),
    block("b", { isSpaced: true }),
    block("c", { isSpaced: true }),
  ];
  assert.equal(stacked(blocks, 3), "abc");
  assert.equal(stacked(blocks, 4), "a.bc");
  assert.equal(stacked(blocks, 6), "a.b.c.");
});

Deno.test("stack() without rows draws nothing", () => {
  assert.deepEqual(stack([block("a", {})], 0), []);
});
