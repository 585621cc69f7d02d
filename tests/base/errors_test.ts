import assert from "node:assert/strict";
import {
  assert as guarantee,
  EXIT,
  KarError,
  messageOf,
  unreachable,
} from "../../src/base/mod.ts";

Deno.test("EXIT gives each meaning its documented code, and no code twice", () => {
  assert.deepEqual(EXIT, {
    done: 0,
    bug: 1,
    usage: 2,
    config: 3,
    cannotStart: 4,
    notRunning: 5,
    noAnswer: 6,
    failed: 7,
    invalid: 8,
    unknown: 9,
    stopped: 10,
    cancelled: 130,
  });
});

Deno.test("KarError keeps exit, message and cause", () => {
  const cause = new Error("below");
  const error = new KarError("config", "Cannot read x: no such file", {
    cause,
  });
  assert.equal(error.exit, "config");
  assert.equal(error.message, "Cannot read x: no such file");
  assert.equal(error.cause, cause);
  assert.equal(error.name, "KarError");
});

Deno.test("assert() throws only when the condition does not hold", () => {
  guarantee(1, "one");
  assert.throws(() => guarantee(0, "zero"), /Invariant broken: zero/);
});

Deno.test("unreachable() names the value that came there", () => {
  assert.throws(() => unreachable("x" as never), /"x"/);
});

Deno.test("messageOf() reads errors and anything else that was thrown", () => {
  assert.equal(messageOf(new TypeError("wrong")), "wrong");
  assert.equal(messageOf("text"), "text");
  assert.equal(messageOf(undefined), "undefined");
  assert.equal(messageOf({ toString: [] }), "object");
  assert.equal(messageOf(Object.create(null)), "object");
});
