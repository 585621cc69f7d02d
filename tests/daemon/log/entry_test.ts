import assert from "node:assert/strict";
import { formatEntry, type LogEntry } from "../../../src/daemon/mod.ts";

const ENTRY: LogEntry = {
  timeMs: Date.UTC(2026, 10, 24, 9, 0, 0, 50) + 0.7,
  level: "warn",
  message: "Pause",
  fields: { state: "paused", due: 7, p99Ms: null },
};

Deno.test("formatEntry() writes a line for people", () => {
  assert.equal(
    formatEntry(ENTRY, "text"),
    '2026-11-24T09:00:00.050Z warn  Pause state="paused" due=7 p99Ms=null\n',
  );
});

Deno.test("formatEntry() writes a line for machines", () => {
  const line = formatEntry(ENTRY, "json");
  assert.deepEqual(JSON.parse(line), {
    time: "2026-11-24T09:00:00.050Z",
    level: "warn",
    message: "Pause",
    state: "paused",
    due: 7,
    p99Ms: null,
  });
  assert.equal(line.indexOf("\n"), line.length - 1);
});

Deno.test("formatEntry() lets no control character reach a terminal, and keeps one line", () => {
  const message = "a\nb\x1b[2Jc\x9bd";
  const text = formatEntry({ ...ENTRY, message, fields: {} }, "text");
  assert.match(text, / a\\nb\\x1b\[2Jc\\x9bd\n$/);
  const json = formatEntry({ ...ENTRY, message }, "json");
  assert.equal(JSON.parse(json).message, message);
  assert.equal(json.trimEnd().includes("\n"), false);
});

Deno.test("formatEntry() bounds a line, and JSON stays JSON", () => {
  const message = "x".repeat(100_000);
  for (const format of ["text", "json"] as const) {
    const line = formatEntry({ ...ENTRY, message }, format);
    assert.ok(line.length < 17_000, `${line.length}`);
    if (format === "json") assert.equal(JSON.parse(line).level, "warn");
  }
});
