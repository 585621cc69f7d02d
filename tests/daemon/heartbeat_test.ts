import assert from "node:assert/strict";
import { startHeartbeat } from "../../src/daemon/heartbeat.ts";
import { FakeRun, Told } from "./support.ts";

/** A heartbeat whose time passes when the test says so. */
class Stage {
  readonly run = new FakeRun();
  readonly manager = new Told();
  readonly end: () => void;
  workersUp = 1;
  readonly #tasks = new Map<() => void, number>();

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.end = startHeartbeat({
      env: (name) => env[name],
      pid: 7,
      notifier: this.manager,
      snapshot: () => {
        const { workersUp } = this;
        return { ...this.run.snapshot(), workersUp };
      },
      every: (intervalMs, task) => {
        this.#tasks.set(task, intervalMs);
        return () => this.#tasks.delete(task);
      },
    });
  }

  get intervalsMs(): number[] {
    return [...this.#tasks.values()];
  }

  /** Lets every interval pass once. @returns what the manager is told */
  beat(): string[] {
    this.manager.lines.length = 0;
    for (const task of this.#tasks.keys()) task();
    return this.manager.lines;
  }
}

Deno.test("startHeartbeat() tells how the run goes, within seconds of a pause", async () => {
  const stage = new Stage();
  assert.match(stage.beat().join(), /^STATUS=.* firing /);
  await stage.run.apply({ kind: "pause" });
  assert.match(stage.beat().join(), /^STATUS=.* paused /);
  assert.deepEqual(stage.intervalsMs, [2000]);
});

Deno.test("startHeartbeat() says once that the run ends, and how long that may take", () => {
  const stage = new Stage();
  stage.run.drain();
  const { shutdownTimeoutMs } = stage.run.plan;
  assert.deepEqual(stage.beat().slice(1), [
    "STOPPING=1",
    `EXTEND_TIMEOUT_USEC=${(shutdownTimeoutMs + 10_000) * 1000}`,
  ]);
  assert.equal(stage.beat().length, 1);
});

Deno.test("startHeartbeat() beats twice within the watchdog's patience", () => {
  const stage = new Stage({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "7" });
  assert.deepEqual(stage.intervalsMs, [2000, 15_000]);
  assert.equal(stage.beat().at(-1), "WATCHDOG=1");
});

Deno.test("startHeartbeat() does not beat without a worker, until the run is over", () => {
  const stage = new Stage({ WATCHDOG_USEC: "30000000" });
  stage.workersUp = 0;
  assert.match(stage.beat().at(-1)!, /^STATUS=/);
  stage.run.stop();
  assert.equal(stage.beat().at(-1), "WATCHDOG=1");
});

Deno.test("startHeartbeat() leaves the watchdog of another process alone", () => {
  const stage = new Stage({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "8" });
  assert.deepEqual(stage.intervalsMs, [2000]);
});

Deno.test("startHeartbeat() ends with nothing left", () => {
  const stage = new Stage({ WATCHDOG_USEC: "30000000" });
  stage.end();
  assert.deepEqual(stage.intervalsMs, []);
});
