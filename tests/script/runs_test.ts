/** The context of a script, without a process around it. */
import assert from "node:assert/strict";
import {
  type ScriptMain,
  ScriptRuns,
  type ScriptSays,
  type ScriptSetting,
  type ScriptStart,
} from "../../src/script/mod.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const SETTING: ScriptSetting = {
  source: {
    journey: "odd",
    file: "odd.ts",
    main: "",
    modules: [],
    words: new Set(["broken", "status"]),
  },
  steps: ["a", "b"],
  seed: 7,
  vars: { key: "k" },
};
const START: ScriptStart = {
  ...{ slot: 17_000_000_000, lane: 3, index: 1, offsetMs: 12.5, rank: NaN },
  ...{ rows: { users: { name: "ann" } }, captured: { token: "t" } },
};

/** Runs a script; `answer` says what comes of each request. */
async function ran(
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

function endOf(said: readonly ScriptSays[]): Any {
  const last = said.at(-1)!;
  assert.equal(last.kind, "done");
  return (last as Any).failure;
}

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

Deno.test("what a script does wrong fails its journey, in words without a value", async () => {
  const cases: readonly (readonly [(context: Any) => unknown, RegExp])[] = [
    [() => {
      throw new TypeError("broken status 503 hunter2");
    }, /^odd\.ts: TypeError: broken status 503 …$/],
    [
      ({ http }) => http("c", { path: "/" }),
      /the step must be one that the script exports: a, b$/,
    ],
    [({ http }) => http("a", { path: 1 }), /path must be a text/],
    [
      ({ http }) => http("a", { path: "/", method: 1 }),
      /method must be a text/,
    ],
    [
      ({ http }) => http("a", { path: "/", headers: { x: 1 } }),
      /headers must be texts/,
    ],
    [
      ({ http }) => http("a", { path: "/", bodyy: 1 }),
      /the keys of a request are/,
    ],
    [
      ({ http }) => http("a", { path: "/", json: 1, body: "" }),
      /one of json, form and body/,
    ],
    [
      ({ http }) => http("a", { path: "/", json: () => 1 }),
      /json must be what JSON can hold/,
    ],
    [({ http }) => http("a"), /the request must be an object/],
    [({ think }) => think(-1), /must be milliseconds/],
    [({ think }) => think("1s"), /must be milliseconds/],
    [async ({ http }) => {
      void http("a", { path: "/" });
      await http("a", { path: "/" });
    }, /one thing at a time/],
    [
      async ({ http }) => (await http("a", { path: "/" })).json(),
      /give the request keep: true/,
    ],
    [async ({ http }) => {
      (await http("a", { path: "/" })).status = 500;
    }, /TypeError/],
    [({ data }) => {
      data.users = 1;
      return Promise.reject(new Error("broken"));
    }, /broken/],
  ];
  for (const [main, reason] of cases) {
    const failure = endOf(await ran(main));
    assert.equal(failure?.kind, "script", `${reason}`);
    assert.match(failure.reason, reason);
    assert.doesNotMatch(failure.reason, /hunter2/);
  }
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
