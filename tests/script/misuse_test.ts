/** What a script may do wrong with its context. */
import assert from "node:assert/strict";
import { type Any, endOf, ran } from "./scripted.ts";

/** What a script does, and what is told of it. */
const MISUSES: readonly (readonly [(context: Any) => unknown, RegExp])[] = [
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
  [
    ({ http }) => http("rate", { path: "/" }),
    /^odd\.ts: http: the step must be one that the script exports: a, b$/,
  ],
  [
    ({ grpc }) => grpc("a", {}),
    /^odd\.ts: grpc: the step must be one that the journey's grpc has: rate$/,
  ],
  [({ grpc }) => grpc("rate"), /grpc: the request must be an object/],
  [
    ({ grpc }) => grpc("rate", { path: "/" }),
    /grpc: the keys of a request are message, metadata, mayFail, ok$/,
  ],
  [
    ({ grpc }) => grpc("rate", { metadata: { a: 1 } }),
    /grpc: metadata must be texts by their names/,
  ],
  [
    ({ grpc }) => grpc("rate", { message: () => 1 }),
    /grpc: message must be what JSON can hold/,
  ],
  ...[[], 200, ["2xx"], [99], [600], ["300-200"], [20.5], [null]].map((
    ok,
  ): readonly [(context: Any) => unknown, RegExp] => [
    ({ http }) => http("a", { path: "/", ok }),
    /http: ok must be a list of codes from 100 to 599, such as \[100, "100-599"\]$/,
  ]),
  [
    ({ grpc }) => grpc("rate", { ok: [17] }),
    /grpc: ok must be a list of codes from 0 to 16/,
  ],
  [
    ({ random }) => random.int(5, 1),
    /int: must be two whole numbers, the smaller one first, got 5 and 1$/,
  ],
  [({ random }) => random.int(1), /got 1 and undefined$/],
  [({ random }) => random.int("hunter2", 1.5), /got a text and 1\.5$/],
  [({ random }) => random.int(NaN, 123_456), /got NaN and a number$/],
  [
    ({ random }) => random.pick([]),
    /pick: must have a list with something in it, got an empty list$/,
  ],
  [({ random }) => random.pick(), /got undefined$/],
  [({ random }) => random.pick("hunter2"), /got a text$/],
  [
    ({ random }) => random.exponential(-1),
    /exponential: must have a mean of 0 or more, got -1$/,
  ],
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

Deno.test("what a script does wrong fails its journey, in words without a value", async () => {
  for (const [main, reason] of MISUSES) {
    const failure = endOf(await ran(main));
    assert.equal(failure?.kind, "script", `${reason}`);
    assert.match(failure.reason, reason);
    assert.doesNotMatch(failure.reason, /hunter2/);
  }
});
