import assert from "node:assert/strict";
import { unit } from "../../src/base/mod.ts";
import { instantIn, plannedBetween, statusAfter } from "./instants.ts";
import { until } from "../fixtures/until.ts";
import { type SavedDue, savedDue } from "./saved.ts";
import { withStage } from "./stage.ts";

/*
 * Real processes that are killed as nobody can prevent, at moments drawn from a
 * seed.
 */

// Processes are watched through /proc.
const ignore = Deno.build.os !== "linux";
const SEED = 98;

Deno.test({
  name:
    "kar run --resume loses nothing that was saved to a kill at any moment, and nothing of what was set",
  ignore,
  fn: () =>
    withStage(async (stage) => {
      assert.equal((await stage.start("--trigger", "--name", "a")).code, 0);
      await stage.done("set", "base", "80");
      let due = 0;
      for (let round = 0; round < 3; round++) {
        await until(
          "more is saved",
          async () => (await savedDue(stage, "a")).count > due,
        );
        const waitMs = 700 * unit(SEED, 1, round);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        await stage.kill((await stage.status()).pid);
        const saved = await savedDue(stage, "a");
        await stage.run("--resume", "--name", "a");
        const after = await stage.status();
        assert.equal(after.state, "firing");
        assert.equal(after.plannedRate, 80);
        ({ due } = after);
        assert.ok(due >= saved.count, `${saved.count} were saved, ${due} due`);
      }
      // A change that was acknowledged outlives a kill at once.
      const { pid } = await stage.status();
      await stage.done("pause");
      await stage.kill(pid);
      const { out } = await stage.start("--resume", "--name", "a");
      assert.match(out, /^a: paused, process \d+\n/);
      const paused = await stage.status();
      const later = await statusAfter(stage, paused.now, { afterMs: 500 });
      assert.deepEqual(
        [later.due, later.arrivalsDigest],
        [paused.due, paused.arrivalsDigest],
      );
      assert.equal((await stage.start("--name", "a")).code, 4);
      await stage.done("stop", "--now");
      await stage.gone(paused.pid);
    }),
});

Deno.test({
  name:
    "kar run --resume goes on with exactly the traffic of the plan, and no second one begins",
  ignore,
  fn: () =>
    withStage(async (stage) => {
      await stage.configure({
        arrivals: "poisson",
        pattern:
          "{ poisson: { enabled: true, lambda: 0.5 }, noise: { enabled: true } }",
      });
      await stage.run("--resume", "--name", "a");
      for (let round = 0; round < 3; round++) {
        await new Promise((resolve) =>
          setTimeout(resolve, 200 + 900 * unit(SEED, 2, round))
        );
        const { pid } = await stage.status();
        assert.equal((await stage.start("--resume", "--name", "a")).code, 4);
        await stage.kill(pid);
        const saved = await savedDue(stage, "a");
        await stage.run("--resume", "--name", "a");
        const { startedAt } = await stage.status();
        const paused = instantIn(await stage.done("pause"));
        const since = await plannedBetween(stage, startedAt, paused);
        const { arrivalsDigest } = await statusAfter(stage, paused, {
          afterMs: 400,
          due: saved.count + since.arrivals,
        });
        assert.equal(arrivalsDigest, sumOf(saved, since.arrivalsDigest));
        await stage.done("resume");
      }
      const { pid } = await stage.status();
      await stage.done("stop", "--now");
      await stage.gone(pid);
    }),
});

function sumOf({ lo, hi }: SavedDue, digest: string): string {
  const half = (at: number) => parseInt(digest.slice(at, at + 8), 16);
  return [hi + half(0), lo + half(8)]
    .map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("");
}
