import assert from "node:assert/strict";
import fc from "fast-check";
import {
  floorTo,
  levelFor,
  LEVELS,
  piecesOf,
  type Rung,
} from "../../src/record/ladder/mod.ts";

/** A ladder as it is made: shorter intervals reach further, longer ones back. */
const anyRungs = fc.tuple(
  fc.array(fc.nat(30_000), { minLength: 6, maxLength: 6 }),
  fc.array(fc.nat(9_000), { minLength: 6, maxLength: 6 }),
).map(([froms, lates]): Rung[] => {
  const end = 400_000;
  let from = 120_000;
  let to = end;
  const rungs: Rung[] = [];
  LEVELS.forEach((level, i) => {
    to = floorTo(to - (i === 0 ? 0 : lates[i]! % (level * 3)), level);
    rungs.push({ level, from: 0, to });
  });
  // From the longest down, never before the next longer one was made.
  for (let i = LEVELS.length - 1; i >= 0; i--) {
    const longer = LEVELS[i + 1];
    const made = rungs[i + 1]?.to ?? Infinity;
    from = longer === undefined
      ? floorTo(from, LEVELS[i]!)
      : Math.min(floorTo(from + froms[i]!, longer), made);
    rungs[i] = { ...rungs[i]!, from };
  }
  return rungs;
});

Deno.test("piecesOf() covers every second of a span that is there, once, and no more of it than it must", () =>
  fc.assert(
    fc.property(
      anyRungs,
      fc.nat(420_000),
      fc.nat(320_000),
      (rungs, from, length) => {
        const pieces = piecesOf({ from, to: from + length }, rungs);
        let at = -Infinity;
        for (const piece of pieces) {
          assert.ok(piece.from >= at, "pieces overlap");
          assert.ok(piece.from < piece.to);
          assert.equal(piece.from % piece.level, 0);
          assert.equal(piece.to % piece.level, 0);
          const rung = rungs.find(({ level }) => level === piece.level)!;
          assert.ok(piece.from >= rung.from && piece.to <= rung.to);
          at = piece.to;
        }
        const covers = (t: number) =>
          pieces.some((piece) => piece.from <= t && t < piece.to);
        for (let t = from; t < from + length; t += 37) {
          const isThere = rungs.some((rung) =>
            floorTo(t, rung.level) >= rung.from &&
            floorTo(t, rung.level) + rung.level <= rung.to
          );
          assert.equal(covers(t), isThere, `second ${t}`);
        }
        // Wider only where the finest that is there is too coarse.
        const first = pieces[0];
        if (first !== undefined && first.from < from) {
          const finer = rungs.filter(({ level }) => level < first.level);
          assert.ok(finer.every((rung) => from < rung.from || from >= rung.to));
        }
      },
    ),
    { seed: 98, numRuns: 300 },
  ));

Deno.test("piecesOf() reads a year in few intervals", () => {
  const year = 365 * 24 * 3600;
  const rungs: Rung[] = LEVELS.map((level) => ({
    level,
    from: Math.max(0, year - level * 3600),
    to: floorTo(year, level),
  })).map((rung) => rung.level === 3600 ? { ...rung, from: 0 } : rung);
  const pieces = piecesOf({ from: 0, to: year }, rungs);
  const intervals = pieces.reduce(
    (n, { from, to, level }) => n + (to - from) / level,
    0,
  );
  assert.equal(intervals, 365);
});

Deno.test("levelFor() is the finest that is kept for the whole span and fits", () => {
  const rungs: Rung[] = LEVELS.map((level) => ({
    level,
    from: level === 1 ? 96_000 : 0,
    to: 100_000,
  }));
  assert.equal(levelFor({ from: 97_000, to: 99_000 }, rungs), 1);
  assert.equal(levelFor({ from: 90_000, to: 99_000 }, rungs), 10);
  assert.equal(levelFor({ from: 97_000, to: 99_000 }, rungs, 100), 60);
  assert.equal(levelFor({ from: 0, to: 100_000 }, rungs, 100), 3600);
});
