import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { readConfigFile } from "../../src/cli/read_config.ts";

const MIB = 2 ** 20;

/** A folder that is gone when the test ends. */
async function inFolder(task: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "kar-config-" });
  try {
    await task(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

async function assertRefused(path: string, why: string): Promise<void> {
  await assert.rejects(
    readConfigFile(path),
    new KarError("config", `${path}: ${why}`),
  );
}

Deno.test("readConfigFile() reads text, with or without a byte order mark", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/kar.yaml`;
    await Deno.writeTextFile(path, "\ufefftargets: [] # naïve ✓\n");
    assert.equal(await readConfigFile(path), "targets: [] # naïve ✓\n");
  });
});

Deno.test("readConfigFile() takes a file of exactly 1 MiB and none above it", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/kar.yaml`;
    await Deno.writeTextFile(path, "#".repeat(MIB));
    assert.equal((await readConfigFile(path)).length, MIB);
    await Deno.truncate(path, 50 * MIB);
    await assertRefused(
      path,
      "is larger than 1 MiB, which no configuration is",
    );
  });
});

Deno.test("readConfigFile() stops at the bound where no size is known", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const why = "is larger than 1 MiB, which no configuration is";
  await assertRefused("/dev/zero", why);
});

Deno.test("readConfigFile() refuses what is not there, and folders", async () => {
  await inFolder(async (folder) => {
    await assertRefused(folder, "is a folder, must be a file");
    await assertRefused(
      `${folder}/none.yaml`,
      "the file does not exist; kar start writes one, kar schema lists its keys",
    );
  });
});

Deno.test("readConfigFile() refuses what is not text", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/kar.yaml`;
    for (const bytes of [[0x7f, 0x45, 0x4c, 0x46, 0xff], [0x61, 0, 0x62]]) {
      await Deno.writeFile(path, new Uint8Array(bytes));
      await assertRefused(path, "is not text in UTF-8, must be YAML");
    }
  });
});

Deno.test("readConfigFile() says so when it may not read", {
  // Root may read everything.
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
}, async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/kar.yaml`;
    await Deno.writeTextFile(path, "targets: []\n", { mode: 0o000 });
    await assertRefused(path, "no permission to read it");
  });
});
