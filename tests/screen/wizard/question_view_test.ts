import assert from "node:assert/strict";
import fc from "fast-check";
import {
  dim,
  type Line,
  lineWidth,
  paintLine,
} from "../../../src/report/mod.ts";
import {
  type Asked,
  pictureOf,
} from "../../../src/screen/wizard/question_view.ts";

const PAGE: readonly Line[] = [["title"], ["rule"], ["one"], ["two"]];
const WIDE = { columns: 40, rows: 20 };

function text(changes: Partial<Asked & { kind: "text" }> = {}): Asked {
  return {
    kind: "text",
    question: { message: "How much?", initial: "", example: "7" },
    typed: "42",
    cursor: 2,
    complaint: null,
    ...changes,
  };
}

function choice(at: number, count = 5): Asked {
  const options = Array.from({ length: count }, (_, i) => ({
    value: `${i}`,
    label: `option ${i}`,
    ...(i === 1 && { hint: "the good one" }),
  }));
  return { kind: "choice", choice: { message: "Which?", options }, at };
}

function drawn(asked: Asked | null, size = WIDE, unicode = true): string[] {
  return pictureOf(PAGE, asked, size).lines.map((line) =>
    paintLine(line, { color: "none", unicode }, size.columns).trimEnd()
  );
}

Deno.test("pictureOf() shows page, message, field and an example", () => {
  assert.deepEqual(drawn(text()), [
    ...["title", "rule", "one", "two"],
    ...["│", "◆  How much?", "│  42", "└  such as 7"],
  ]);
  const { cursor } = pictureOf(PAGE, text(), WIDE);
  assert.deepEqual(cursor, { row: 6, column: 5 });
});

Deno.test("pictureOf() says in the place of the example why an answer is wrong, wrapped beside its sign", () => {
  const complaint = "must be something that takes more than a line to say";
  assert.deepEqual(drawn(text({ complaint })).slice(5), [
    "▲  How much?",
    "│  42",
    "└  must be something that takes more",
    "   than a line to say",
  ]);
});

Deno.test("pictureOf() shows the part of a long answer that the cursor is in", () => {
  const typed = "0123456789".repeat(5);
  const field = (cursor: number) => {
    const picture = pictureOf([], text({ typed, cursor }), WIDE);
    return [
      picture.cursor!.column,
      paintLine(picture.lines[2]!, {
        color: "none",
        unicode: true,
      }, WIDE.columns),
    ];
  };
  assert.deepEqual(field(50), [39, "│  …56789012345678901234567890123456789"]);
  assert.deepEqual(field(0), [3, "│  012345678901234567890123456789012345…"]);
  assert.deepEqual(
    field(40),
    [39, "│  …567890123456789012345678901234567890…"]
      .map((part) => typeof part === "string" ? part.slice(0, 39) + "…" : part),
  );
});

Deno.test("pictureOf() marks the chosen option, and keeps it in sight", () => {
  assert.deepEqual(drawn(choice(1, 3)).slice(4), [
    ...["│", "◆  Which?", "│  ○ option 0"],
    ...["│  ● option 1  the good one", "│  ○ option 2", "└"],
  ]);
  for (let at = 0; at < 5; at++) {
    const lines = drawn(choice(at), { columns: 20, rows: 4 });
    assert.equal(lines.length, 4);
    const chosen = lines.find((line) => line.startsWith("│  ● "));
    assert.match(chosen!, new RegExp(`option ${at}`));
  }
});

Deno.test("pictureOf() has a sign for everything without Unicode", () => {
  const complaint = "no";
  for (const asked of [text(), text({ complaint }), choice(0)]) {
    assert.doesNotMatch(
      drawn(asked, WIDE, false).join("\n"),
      /[^ -~\n]|^\?|\| {2}\?/m,
    );
  }
});

Deno.test("pictureOf() dims what the first letter would replace, and nothing that is edited", () => {
  const question = { message: "How much?", initial: "42" };
  const fieldOf = (changes: Partial<Asked & { kind: "text" }>) =>
    pictureOf([], text({ question, ...changes }), WIDE).lines[2];
  const dimmed = fieldOf({});
  assert.deepEqual(dimmed?.[1], dim("  42"));
  assert.deepEqual(fieldOf({ cursor: 1 })?.[1], "  42");
  assert.deepEqual(fieldOf({ typed: "43" })?.[1], "  43");
  assert.deepEqual(fieldOf({ complaint: "too much" })?.[1], "  42");
});

Deno.test("pictureOf() gives a small screen the question, then the title, then the page's end", () => {
  assert.deepEqual(drawn(text(), { columns: 40, rows: 6 }), [
    ...["title", "two", "│", "◆  How much?", "│  42", "└  such as 7"],
  ]);
  assert.equal(drawn(text(), { columns: 40, rows: 4 })[2], "│  42");
});

Deno.test("pictureOf() fits any size, with the cursor inside, whatever is typed", () => {
  const typed = fc.string({ unit: "grapheme", maxLength: 60 });
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 50 }),
    rows: fc.integer({ min: 1, max: 12 }),
  });
  const asked = fc.oneof(
    fc.record({
      kind: fc.constant("text" as const),
      question: fc.record({ message: typed, initial: typed, example: typed }),
      typed,
      cursor: fc.constant(0),
      complaint: fc.option(typed),
    }).chain((asked) =>
      fc.nat(asked.typed.length).map((cursor) => ({ ...asked, cursor }))
    ),
    fc.integer({ min: 0, max: 4 }).map((at) => choice(at)),
    typed.map((message) => ({ kind: "wait" as const, message })),
  );
  fc.assert(
    fc.property(asked, size, (asked, size) => {
      const { lines, cursor } = pictureOf(PAGE, asked, size);
      assert.ok(lines.length <= size.rows, `${lines.length} rows`);
      if (cursor === null) return;
      assert.ok(cursor.row < lines.length);
      if (size.columns < 6) return;
      assert.ok(cursor.column < size.columns, `column ${cursor.column}`);
      const before = lineWidth(lines[cursor.row]!);
      assert.ok(cursor.column <= before);
    }),
    { seed: 98, numRuns: 500 },
  );
});
