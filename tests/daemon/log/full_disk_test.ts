import assert from "node:assert/strict";
import { Log, RotatingFile } from "../../../src/daemon/mod.ts";
import { readState, writeState } from "../../../src/daemon/state_file.ts";
import { isRoot, withFolder } from "../support.ts";
import { until } from "../../fixtures/until.ts";

/*
 * A disk of 64 kB that is really full. Only root can make one; elsewhere the
 * fake ones of the tests beside this have to do.
 */

const canMount = isRoot && Deno.build.os === "linux" && await mounts();

async function mounts(): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  try {
    return await mounted(folder, () => Promise.resolve(true));
  } catch {
    return false;
  } finally {
    await Deno.remove(folder);
  }
}

async function mounted<Result>(
  folder: string,
  use: () => Promise<Result>,
): Promise<Result> {
  await run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
  try {
    return await use();
  } finally {
    await run("umount", folder);
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(`${program} failed`);
}

async function fill(folder: string): Promise<void> {
  using file = await Deno.open(`${folder}/filler`, {
    write: true,
    create: true,
  });
  const block = new Uint8Array(512);
  try {
    for (;;) await file.write(block);
  } catch {
    // Full.
  }
}

Deno.test({
  name: "Log survives a disk that is full, and goes on when there is room",
  ignore: !canMount,
  fn: () =>
    withFolder((folder) =>
      mounted(folder, async () => {
        const path = `${folder}/a.log`;
        const file = new RotatingFile(path, { bytesMax: 1e6, parts: 1 });
        const log = new Log(file, {
          format: "text",
          now: () => 0,
          retryMs: 10,
        });
        log.add("info", "before");
        await until(
          "it is written",
          () => log.problem === null && hasLine(path),
        );
        await fill(folder);
        const wide = "x".repeat(4096);
        for (let i = 0; i < 4; i++) log.add("info", `${i} ${wide}`);
        await until("it is noticed", () => log.problem !== null);
        assert.match(log.problem!, /No space left/);
        await Deno.remove(`${folder}/filler`);
        await until("it is over", () => log.problem === null);
        await log.close();
        const [, ...lines] = (await Deno.readTextFile(path)).split("\n");
        assert.deepEqual(
          lines.map((line) => /info {2}(\d) x{4096}$/.exec(line)?.[1] ?? line),
          ["0", "1", "2", "3", ""],
        );
      })
    ),
});

function hasLine(path: string): boolean {
  try {
    return Deno.readTextFileSync(path).endsWith("\n");
  } catch {
    return false;
  }
}

Deno.test({
  name: "writeState() keeps the old state on a disk that is full",
  ignore: !canMount,
  fn: () =>
    withFolder((folder) =>
      mounted(folder, async () => {
        const path = `${folder}/a.json`;
        const state = (planId: string) => ({
          version: 1 as const,
          savedAt: "2026-11-24T09:00:00Z",
          seed: 98,
          run: {
            version: 1 as const,
            planId,
            savedMs: 0,
            body: "x".repeat(9000),
          },
        });
        await writeState(path, state("first"));
        await fill(folder);
        await assert.rejects(writeState(path, state("second")), {
          message: /^Cannot save the state in .*No space left/,
        });
        assert.equal((await readState(path))?.run.planId, "first");
        await Deno.remove(`${folder}/filler`);
        await writeState(path, state("third"));
        assert.equal((await readState(path))?.run.planId, "third");
      })
    ),
});
