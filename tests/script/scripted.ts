/**
 * Scripts that run in their context, without a process around it.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type ScriptMain,
  ScriptRuns,
  type ScriptSays,
  type ScriptSetting,
  type ScriptStart,
} from "../../src/script/mod.ts";

// deno-lint-ignore no-explicit-any
export type Any = any;

export const SETTING: ScriptSetting = {
  source: {
    journey: "odd",
    file: "odd.ts",
    main: "",
    modules: [],
    words: new Set(["broken", "status"]),
  },
  steps: ["a", "b", "rate"],
  calls: ["rate"],
  seed: 7,
  vars: { key: "k" },
};
export const START: ScriptStart = {
  ...{ slot: 17_000_000_000, lane: 3, index: 1, offsetMs: 12.5, rank: NaN },
  ...{ rows: { users: { name: "ann" } }, captured: { token: "t" } },
};

/** Runs a script; `answer` says what comes of each request. */
export async function ran(
  main: (context: Any) => unknown,
  start: ScriptStart = START,
): Promise<ScriptSays[]> {
  const said: ScriptSays[] = [];
  const runs = new ScriptRuns(main as ScriptMain, SETTING, (id, one) => {
    said.push(one);
    queueMicrotask(() => {
      if (one.kind === "think") runs.thought(id);
      if (one.kind !== "http") return;
      const { keep } = one.asked;
      const body = keep ? new TextEncoder().encode('{"n":1}') : null;
      runs.answer(id, {
        kind: "answer",
        status: 200,
        headers: [["etag", "x"], ["etag", "y"]],
        body,
      });
    });
  });
  runs.begin(1, start);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return said;
}

export function endOf(said: readonly ScriptSays[]): Any {
  const last = said.at(-1)!;
  assert.equal(last.kind, "done");
  return (last as Any).failure;
}
