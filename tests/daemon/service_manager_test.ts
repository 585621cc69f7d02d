import assert from "node:assert/strict";
import { serviceManager } from "../../src/daemon/service_manager.ts";
import { Observers } from "../../src/observer/mod.ts";
import { FakeRun, Told } from "./support.ts";

/** Those who tell the manager, with a time that passes when the test says so. */
class Stage {
  readonly run = new FakeRun();
  readonly manager = new Told();
  workersUp = 1;
  readonly #observers: Observers;
  readonly #tasks = new Map<() => void, number>();

  private constructor(env: Readonly<Record<string, string>>) {
    this.#observers = new Observers({
      every: (intervalMs, task) => {
        this.#tasks.set(task, intervalMs);
        return () => this.#tasks.delete(task);
      },
    });
    this.#observers.add(...serviceManager({
      env: (name) => env[name],
      pid: 7,
      notifier: this.manager,
      ready: () => Promise.resolve(),
    }));
  }

  static async open(
    env: Readonly<Record<string, string>> = {},
  ): Promise<Stage> {
    const stage = new Stage(env);
    const { run } = stage;
    const snapshot = run.snapshot.bind(run);
    run.snapshot = () => ({ ...snapshot(), workersUp: stage.workersUp });
    await stage.#observers.begun(run, () => {});
    return stage;
  }

  get intervalsMs(): number[] {
    return [...this.#tasks.values()].toSorted((a, b) => a - b);
  }

  /** Lets every interval pass once. @returns what the manager is told */
  async beat(): Promise<string[]> {
    this.manager.lines.length = 0;
    for (const task of this.#tasks.keys()) task();
    await new Promise((resolve) => setTimeout(resolve));
    return this.manager.lines;
  }

  async end(): Promise<void> {
    await this.#observers.ended(this.run.snapshot());
  }
}

Deno.test("serviceManager() says that the run is ready, and at its end what came of it", async () => {
  const stage = await Stage.open();
  assert.deepEqual(stage.manager.lines.slice(0, 2), ["READY=1", "MAINPID=7"]);
  stage.run.stop();
  await stage.end();
  assert.match(stage.manager.lines.at(-1)!, /^STATUS=.* stopped /);
});

Deno.test("serviceManager() tells how the run goes, within seconds of a pause", async () => {
  const stage = await Stage.open();
  assert.match((await stage.beat()).join(), /^STATUS=.* firing /);
  await stage.run.apply({ kind: "pause" });
  assert.match((await stage.beat()).join(), /^STATUS=.* paused /);
  assert.deepEqual(stage.intervalsMs, [2000]);
});

Deno.test("serviceManager() says once that the run ends, and how long that may take", async () => {
  const stage = await Stage.open();
  stage.run.drain();
  const { shutdownTimeoutMs } = stage.run.plan;
  assert.deepEqual((await stage.beat()).slice(1), [
    "STOPPING=1",
    `EXTEND_TIMEOUT_USEC=${(shutdownTimeoutMs + 10_000) * 1000}`,
  ]);
  assert.equal((await stage.beat()).length, 1);
});

Deno.test("serviceManager() beats twice within the watchdog's patience", async () => {
  const stage = await Stage.open({
    WATCHDOG_USEC: "30000000",
    WATCHDOG_PID: "7",
  });
  assert.deepEqual(stage.intervalsMs, [2000, 15_000]);
  assert.ok((await stage.beat()).includes("WATCHDOG=1"));
});

Deno.test("serviceManager() does not beat without a worker, until the run is over", async () => {
  const stage = await Stage.open({ WATCHDOG_USEC: "30000000" });
  stage.workersUp = 0;
  assert.ok(!(await stage.beat()).includes("WATCHDOG=1"));
  stage.run.stop();
  assert.ok((await stage.beat()).includes("WATCHDOG=1"));
});

Deno.test("serviceManager() leaves the watchdog of another process alone", async () => {
  const stage = await Stage.open({
    WATCHDOG_USEC: "30000000",
    WATCHDOG_PID: "8",
  });
  assert.deepEqual(stage.intervalsMs, [2000]);
});

Deno.test("serviceManager() ends with nothing left", async () => {
  const stage = await Stage.open({ WATCHDOG_USEC: "30000000" });
  await stage.end();
  assert.deepEqual(stage.intervalsMs, []);
});
