import assert from "node:assert/strict";
import { parseRetryAfter } from "../../src/transport/retry_after.ts";

Deno.test("parseRetryAfter() reads seconds and dates, and nothing else", () => {
  const wallMs = Date.UTC(2026, 10, 23, 12);
  const table: readonly [text: string, ms: number | null][] = [
    ["0", 0],
    [" 120 ", 120_000],
    ["Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
    ["Monday, 23-Nov-26 12:01:00 GMT", 60_000],
    ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
    ["", null],
    ["-5", null],
    ["1.5", null],
    ["2026", 2_026_000],
    ["2026-11-23", null],
    ["Mon, 99 Foo 2026", null],
    ["99999999999999", null],
    ["soon", null],
  ];
  for (const [text, ms] of table) {
    assert.equal(parseRetryAfter(text, wallMs), ms, text);
  }
});
