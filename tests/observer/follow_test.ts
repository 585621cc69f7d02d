import assert from "node:assert/strict";
import fc from "fast-check";
import { KarError } from "../../src/base/mod.ts";
import {
  follow,
  type Observer,
  Observers,
  withTimeout,
} from "../../src/observer/mod.ts";
import { FakeRun } from "../daemon/support.ts";

/** What an observer can do to whoever calls it, the thread left alone. */
const DEEDS = ["works", "throws", "rejects", "hangs"] as const;
type Deed = (typeof DEEDS)[number];

const PARTS = ["line", "begun", "look", "ended", "close"] as const;
type Part = (typeof PARTS)[number];

/** Writes down what it is called with, and misbehaves as it is told. */
class Recording implements Observer {
  readonly heard: string[] = [];
  readonly lines: string[] = [];
  readonly look = { everyMs: 1000, at: () => this.#do("look") };

  constructor(
    readonly name: string,
    readonly deeds: Readonly<Partial<Record<Part, Deed>>> = {},
  ) {}

  line({ message }: { readonly message: string }): void | Promise<void> {
    this.lines.push(message);
    return this.#do("line");
  }

  begun(): void | Promise<void> {
    return this.#do("begun");
  }

  ended(): void | Promise<void> {
    return this.#do("ended");
  }

  close(): void | Promise<void> {
    return this.#do("close");
  }

  #do(part: Part): void | Promise<void> {
    if (part !== "line") this.heard.push(part);
    switch (this.deeds[part] ?? "works") {
      case "throws":
        throw new Error(`no ${part}`);
      case "rejects":
        return Promise.reject(new Error(`no ${part}`));
      case "hangs":
        return new Promise(() => {});
    }
  }
}

/** Observers of a run, with a time and a signal that come when the test says so. */
class Stage {
  readonly run = new FakeRun();
  readonly ticks = new Set<() => void>();
  readonly signals = new Set<() => void>();
  readonly observers = new Observers({
    every: (_, task) => {
      this.ticks.add(task);
      return () => this.ticks.delete(task);
    },
    patienceMs: 2,
  });

  constructor(...all: readonly Observer[]) {
    this.observers.add(...all);
  }

  follow(prepare?: () => Promise<void>) {
    return follow(Promise.resolve(this.run), {
      observers: this.observers,
      onStopSignal: (task) => {
        this.signals.add(task);
        return () => this.signals.delete(task);
      },
      ...(prepare && { prepare }),
    });
  }

  signal(): void {
    for (const task of this.signals) task();
  }

  async tick(): Promise<void> {
    for (const task of this.ticks) task();
    await settled();
  }
}

/** Lets everything that waits for nothing run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** A whole run, from lines before its start to its end. */
async function watched(stage: Stage) {
  stage.observers.say("before");
  const following = stage.follow();
  await settled();
  await stage.tick();
  stage.run.stop();
  return await following;
}

const WHOLE = ["begun", "look", "ended", "close"];

Deno.test("follow() calls each observer from the beginning to the end, and looks in between", async () => {
  const one = new Recording("one");
  const stage = new Stage(one);
  assert.equal((await watched(stage)).state, "stopped");
  assert.deepEqual(one.heard, WHOLE);
  assert.deepEqual(one.lines, ["before"]);
  assert.equal(stage.ticks.size + stage.signals.size, 0, "nothing goes on");
});

Deno.test("No observer ends a run, holds it up, or keeps another one from it, whatever it does where", async () => {
  const deeds = fc.record(
    Object.fromEntries(PARTS.map((part) => [part, fc.constantFrom(...DEEDS)])),
  ) as fc.Arbitrary<Record<Part, Deed>>;
  const some = fc.array(deeds, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(some, fc.nat(4), async (bad, place) => {
      const all = bad.map((deeds, i) => new Recording(`bad ${i}`, deeds));
      const good = new Recording("good");
      all.splice(place % (all.length + 1), 0, good);
      const stage = new Stage(...all);
      assert.equal((await watched(stage)).state, "stopped");
      assert.deepEqual(good.heard, WHOLE);
      assert.equal(good.lines.filter((line) => line === "before").length, 1);
      for (const each of all) {
        const { name, deeds, heard } = each;
        assert.equal(heard.filter((part) => part === "close").length, 1, name);
        const told = good.lines.filter((line) =>
          line.startsWith(`The ${name} `)
        );
        const isBad = PARTS.some((part) =>
          deeds[part] === "throws" || deeds[part] === "rejects" ||
          // A line and a look that go on forever are waited for by nobody.
          (deeds[part] === "hangs" && part !== "line" && part !== "look")
        );
        assert.ok(told.length <= 1, `${name} is told of once`);
        if (!isBad) assert.equal(told.length, 0, name);
        if (each !== good && deeds.begun === "throws") {
          assert.equal(told.length, 1, name);
        }
      }
      assert.equal(stage.ticks.size + stage.signals.size, 0, "nothing goes on");
    }),
    { seed: 98, numRuns: 100 },
  );
});

Deno.test("Observers tell the others once what is wrong with one, and not itself", async () => {
  const bad = new Recording("log", { look: "rejects", ended: "throws" });
  const good = new Recording("person");
  await watched(new Stage(bad, good));
  assert.deepEqual(good.lines, [
    "before",
    "The log failed: no look; the run goes on",
  ]);
  assert.deepEqual(bad.lines, ["before"]);
  assert.deepEqual(bad.heard, WHOLE);
});

Deno.test("Observers do not wait for one that takes long, and say so", async () => {
  const slow = new Recording("report", { ended: "hangs" });
  const good = new Recording("person");
  await watched(new Stage(slow, good));
  assert.equal(
    good.lines.at(-1),
    "The report takes over 0.002 s and is no longer waited for",
  );
  assert.equal(slow.heard.at(-1), "close");
});

Deno.test("Observers do not end one that has not begun yet, and it never looks", async () => {
  const beginning = Promise.withResolvers<void>();
  const slow = new Recording("slow");
  slow.begun = () => beginning.promise;
  const stage = new Stage(slow);
  await watched(stage);
  beginning.resolve();
  await settled();
  assert.deepEqual(slow.heard, ["close"]);
  assert.equal(stage.ticks.size, 0);
});

Deno.test("Observers leave out a look while the last one goes on", async () => {
  const slow = new Recording("slow", { look: "hangs" });
  const stage = new Stage(slow);
  const following = stage.follow();
  await settled();
  for (let i = 0; i < 3; i++) await stage.tick();
  stage.run.stop();
  await following;
  assert.deepEqual(slow.heard, WHOLE);
});

Deno.test("A snapshot that cannot be taken is a failed look, and no more", async () => {
  const one = new Recording("one");
  const person = new Recording("person");
  const stage = new Stage(one, person);
  const following = stage.follow();
  await settled();
  const { snapshot } = stage.run;
  stage.run.snapshot = () => {
    throw new Error("not now");
  };
  await stage.tick();
  stage.run.snapshot = snapshot;
  stage.run.stop();
  await following;
  assert.deepEqual(one.heard, ["begun", "ended", "close"]);
  assert.deepEqual(person.lines, ["The one failed: not now; the run goes on"]);
});

Deno.test("follow() drains at the first signal, says so, and stops at the second", async () => {
  const one = new Recording("one");
  const stage = new Stage(one);
  const following = stage.follow();
  stage.signal();
  await settled();
  assert.equal(stage.run.state, "draining");
  assert.match(one.lines.join(), /^Draining: /);
  stage.signal();
  assert.equal((await following).state, "stopped");
});

Deno.test("follow() ends a run that lacks what it must have, and closes all", async () => {
  const one = new Recording("one");
  const stage = new Stage(one);
  const error = new KarError("cannotStart", "no socket");
  await assert.rejects(stage.follow(() => Promise.reject(error)), error);
  assert.equal(stage.run.state, "stopped");
  assert.deepEqual(one.heard, ["close"]);
});

Deno.test("follow() closes all where no run begins, and each once", async () => {
  const one = new Recording("one");
  const { observers } = new Stage(one);
  const error = new KarError("config", "no such file");
  await assert.rejects(
    follow(Promise.reject(error), { observers, onStopSignal: () => () => {} }),
    error,
  );
  await observers.close();
  assert.deepEqual(one.heard, ["close"]);
});

Deno.test("withTimeout() tells whether the task has ended in time, and throws what it throws", async () => {
  assert.equal(await withTimeout(60_000, Promise.resolve()), true);
  assert.equal(await withTimeout(1, new Promise(() => {})), false);
  const error = new Error("no");
  await assert.rejects(withTimeout(60_000, Promise.reject(error)), error);
});
