import assert from "node:assert/strict";
import {
  InWindow,
  NoTrace,
  TraceCursor,
  TraceReader,
} from "../../src/trace/mod.ts";
import { packed, poissonTrace, readerOf } from "./memory_trace.ts";

Deno.test("what is packed is read again, in some four bytes an arrival", () => {
  const made = [...poissonTrace(50_000, 100)];
  const bytes = packed(made);
  const reader = readerOf(bytes);
  assert.equal(reader.head.count, made.length);
  assert.ok(bytes.length < 5 * made.length, `${bytes.length / made.length}`);
  const cursor = new TraceCursor(reader);
  cursor.seek(0);
  for (const { us, form, part } of made) {
    assert.equal(cursor.us, us - made[0]!.us);
    assert.deepEqual([cursor.form, cursor.part], [form, part]);
    cursor.next();
  }
  assert.equal(cursor.us, Infinity);
});

Deno.test("a cursor finds the first arrival at or behind any instant, in any order", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  // Gaps of minutes, and many at one microsecond.
  const made = [...poissonTrace(3000, 0.2, seed)]
    .flatMap((arrival, i) => i % 7 === 0 ? [arrival, arrival] : [arrival]);
  const reader = readerOf(packed(made));
  const cursor = new TraceCursor(reader);
  const since = made.map(({ us }) => us - made[0]!.us);
  for (let k = 0; k < 3000; k++) {
    const at = since[(k * 7919 + seed) % since.length]!;
    const wanted = at + [-1, 0, 1, 0.5][k % 4]!;
    cursor.seek(Math.max(0, wanted));
    const found = since.findIndex((us) => us >= Math.max(0, wanted));
    assert.equal(cursor.us, found < 0 ? Infinity : since[found]);
    if (found >= 0) assert.equal(cursor.index, found);
    for (let n = 0; n < k % 3; n++) cursor.next();
  }
});

Deno.test("the same arrivals have the same digest, others another", () => {
  const digest = (seed: number) =>
    readerOf(packed(poissonTrace(1000, 50, seed))).head.digest;
  assert.equal(digest(1), digest(1));
  assert.notEqual(digest(1), digest(2));
});

Deno.test("an empty trace and one of a single arrival are traces", () => {
  for (const count of [0, 1]) {
    const reader = readerOf(packed(poissonTrace(count, 1)));
    const cursor = new TraceCursor(reader);
    cursor.seek(0);
    assert.equal(cursor.us, count === 0 ? Infinity : 0);
    cursor.seek(1e9);
    assert.equal(cursor.us, Infinity);
  }
});

Deno.test("bytes that are no trace, or a damaged one, are refused", () => {
  const bytes = packed(poissonTrace(100, 10));
  for (const length of [0, 10, bytes.length - 1, bytes.length >> 1]) {
    assert.throws(() => readerOf(bytes.subarray(0, length)), NoTrace);
  }
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  for (let k = 0; k < 300; k++) {
    const wrong = bytes.slice();
    wrong[(k * 131 + seed) % bytes.length]! ^= 1 << (k % 8);
    try {
      const cursor = new TraceCursor(readerOf(wrong));
      cursor.seek(0);
      for (let n = 0; n < 200; n++) cursor.next();
    } catch (error) {
      assert.ok(error instanceof NoTrace, String(error));
    }
  }
});

Deno.test("a trace whose instants are not those of its digest is not whole", () => {
  const bytes = packed(poissonTrace(30_000, 100));
  assert.equal(readerOf(bytes).isWhole(), true);
  const wrong = bytes.slice();
  wrong[70_000]! ^= 1;
  assert.equal(readerOf(wrong).isWhole(), false);
});

Deno.test("a trace that is cut short while it is read ends its reader, and not all that is missing lies at one instant", () => {
  let bytes = packed(poissonTrace(50_000, 100));
  const reader = new TraceReader((offset, into) => {
    const part = bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }, bytes.length);
  const cursor = new TraceCursor(reader);
  cursor.seek(0);
  bytes = bytes.subarray(0, 70_000);
  assert.throws(() => cursor.seek(Infinity), NoTrace);
});

Deno.test("a window puts instants in order, and counts what is too late for its place", () => {
  const out: number[] = [];
  const window = new InWindow(10, (us) => out.push(us));
  for (const us of [5, 3, 9, 1, 14, 12, 25, 13, 24, 40, 20]) window.add(us, us);
  window.end();
  assert.deepEqual(out, [1, 3, 5, 9, 12, 14, 24, 25, 40]);
  assert.equal(window.late, 2);
});
