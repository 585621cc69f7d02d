/** The context of a script, without a process around it. */
import assert from "node:assert/strict";
import { isValidMessage } from "../../src/script/valid_message.ts";
import {
  type ScriptMain,
  ScriptRuns,
  type ScriptSays,
  type ScriptStart,
} from "../../src/script/mod.ts";
import { type Any, endOf, ran, SETTING, START } from "./scripted.ts";

Deno.test("a script sends, thinks and ends in its order", async () => {
  const seen: unknown[] = [];
  const said = await ran(async ({ http, think, vars, data, arrival }) => {
    const a = await http("a", {
      method: "post",
      path: "/x",
      json: { u: data.users.name },
      keep: true,
    });
    seen.push(
      a.status,
      a.header("ETag"),
      a.json(),
      a.header("none"),
      vars,
      arrival.intendedMs,
    );
    await think(500);
    await http("b", { path: "/y", form: { q: "ä &", n: 1 }, mayFail: true });
  });
  assert.equal(endOf(said), null);
  const [first, think, second] = said as Any[];
  assert.equal(first.asked.method, "POST");
  assert.equal(new TextDecoder().decode(first.asked.body), '{"u":"ann"}');
  assert.deepEqual(first.asked.headers, [["content-type", "application/json"]]);
  assert.deepEqual(think, { kind: "think", ms: 500 });
  assert.equal(
    new TextDecoder().decode(second.asked.body),
    "q=%C3%A4%20%26&n=1",
  );
  assert.equal(second.asked.step, 1);
  assert.deepEqual(seen, [
    200,
    "x",
    { n: 1 },
    null,
    { key: "k", token: "t" },
    1_700_000_000_012,
  ]);
});

Deno.test("chance is the arrival's: the same again, another for another arrival", async () => {
  const draws = async (start: ScriptStart) => {
    const drawn: unknown[] = [];
    await ran(({ random }) => {
      drawn.push(
        random.unit(),
        random.int(1, 6),
        random.pick(["x", "y", "z"]),
        random.uuid(),
        random.exponential(2),
      );
    }, start);
    return drawn;
  };
  const first = await draws(START);
  assert.deepEqual(await draws(START), first);
  assert.notDeepEqual(await draws({ ...START, index: 2 }), first);
  assert.match(
    String(first[3]),
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

Deno.test("int and pick give every value about as often", async () => {
  const counts = new Map<number, number>();
  for (let index = 0; index < 300; index++) {
    await new Promise<void>((resolve) => {
      const runs = new ScriptRuns(
        (({ random }: Any) => {
          for (let i = 0; i < 20; i++) {
            const n = random.int(1, 6);
            counts.set(n, (counts.get(n) ?? 0) + 1);
          }
        }) as ScriptMain,
        SETTING,
        () => resolve(),
      );
      runs.begin(0, { ...START, index });
    });
  }
  assert.deepEqual([...counts.keys()].sort(), [1, 2, 3, 4, 5, 6]);
  for (const count of counts.values()) {
    assert.ok(count > 850 && count < 1150, `${count}`);
  }
});

Deno.test("a script says which codes are right, and what it calls", async () => {
  const said = await ran(async ({ http, grpc }) => {
    await http("a", { path: "/", ok: [404, "200-299"] });
    await grpc("rate", {
      message: [{ sku: "x" }, { sku: "y" }],
      metadata: { authorization: "Bearer t" },
      ok: [5],
      mayFail: true,
    });
    await grpc("rate", {});
  });
  assert.equal(endOf(said), null);
  const [first, call, empty] = (said as Any[]).map(({ asked }) => asked);
  assert.deepEqual(first.ok, [[404, 404], [200, 299]]);
  assert.deepEqual(call, {
    ...{ kind: "call", step: 2, keep: false, mayFail: true, ok: [[5, 5]] },
    headers: [["authorization", "Bearer t"]],
    message: '[{"sku":"x"},{"sku":"y"}]',
  });
  assert.deepEqual([empty.message, empty.ok], ["{}", null]);
  for (const one of said) assert.ok(isValidMessage(one, SETTING.steps.length));
});

Deno.test("what a script's process says is taken only where it is sound", () => {
  const http = {
    ...{ kind: "http", step: 0, method: "GET", path: "/", body: null },
    ...{ headers: [["a", "b"]], keep: false, mayFail: false, ok: null },
  };
  const call = { ...http, kind: "call", message: "{}" };
  const isTaken = (asked: object) => isValidMessage({ kind: "http", asked }, 1);
  assert.ok(
    isTaken(http) && isTaken(call) && isTaken({ ...http, ok: [[1, 2]] }),
  );
  const wrongs: readonly object[] = [
    { ...http, kind: "other" },
    { ...http, ok: [[1]] },
    { ...http, ok: [["1", "2"]] },
    { ...http, ok: 1 },
    { ...http, step: 1 },
    { ...http, headers: [["a"]] },
    { ...call, message: 1 },
    { ...call, message: undefined },
  ];
  for (const wrong of wrongs) assert.ok(!isTaken(wrong), JSON.stringify(wrong));
});

Deno.test("a check that does not hold fails its journey as check, and names it", async () => {
  const failure = endOf(
    await ran(({ check }) => {
      assert.equal(check("fine", true), true);
      assert.equal(check("status hunter2", false), false);
      check("broken", false);
    }),
  );
  assert.deepEqual(failure, {
    kind: "check",
    reason: "check status … has failed",
  });
});

Deno.test("a journey that is ended hears so, and is heard no more", async () => {
  const heard: unknown[] = [];
  const said: ScriptSays[] = [];
  const runs = new ScriptRuns(
    (async ({ http, think, signal }: Any) => {
      signal.addEventListener("abort", () => heard.push("abort"));
      heard.push(await http("a", { path: "/" }));
      heard.push(await http("b", { path: "/" }));
      await think(5);
    }) as ScriptMain,
    SETTING,
    (_, one) => said.push(one),
  );
  runs.begin(1, START);
  await Promise.resolve();
  runs.end(1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const cancelled = { kind: "failure", failure: "cancelled" };
  assert.deepEqual(heard, ["abort", cancelled, cancelled]);
  assert.deepEqual(said.map(({ kind }) => kind), ["http"]);
});

Deno.test("a loop that does not ask what came of its requests stands still once its journey has ended", async () => {
  const counts = [0, 0];
  const runs = new ScriptRuns(
    (async ({ http, think, arrival }: Any) => {
      const ask = () =>
        arrival.index === 0 ? http("a", { path: "/" }) : think(1);
      // More would never give way: then the test ends instead.
      while (counts[arrival.index]! < 10_000) {
        await ask();
        counts[arrival.index]!++;
      }
    }) as ScriptMain,
    SETTING,
    () => {},
  );
  for (const index of [0, 1]) runs.begin(index, { ...START, index });
  await Promise.resolve();
  for (const index of [0, 1]) runs.end(index);
  await new Promise((resolve) => setTimeout(resolve, 5));
  for (const count of counts) assert.ok(count > 0 && count < 100, `${count}`);
});

Deno.test("a context can be changed nowhere but in vars, which are the journey's own", async () => {
  const seen: unknown[] = [];
  const main = (context: Any) => {
    for (const key of ["http", "random", "arrival"]) {
      assert.throws(() => context[key] = 1);
    }
    assert.throws(() => context.random.unit = () => 0);
    assert.throws(() => context.arrival.lane = 9);
    context.vars.key += "!";
    seen.push(context.vars.key);
  };
  assert.equal(endOf(await ran(main)), null);
  assert.equal(endOf(await ran(main)), null);
  assert.deepEqual(seen, ["k!", "k!"]);
});
