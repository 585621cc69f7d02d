import assert from "node:assert/strict";
import { join } from "node:path";
import { KarError } from "../../src/base/mod.ts";
import { checkReport, writeReport } from "../../src/report/mod.ts";

async function inFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
    .sort();
}

/** Matches the one error that a user should see. */
function cannotWrite(why: RegExp) {
  return (error: unknown) =>
    error instanceof KarError && error.exit === "cannotStart" &&
    error.message.startsWith("Cannot write the report to ") &&
    why.test(error.message);
}

Deno.test("writeReport() makes a file and leaves nothing beside it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "report.json");
    await writeReport(path, "grüße\n");
    assert.equal(await Deno.readTextFile(path), "grüße\n");
    assert.deepEqual(await namesIn(folder), ["report.json"]);
  }));

Deno.test("writeReport() replaces a file as a whole and keeps its mode", () =>
  inFolder(async (folder) => {
    const path = join(folder, "report.json");
    await Deno.writeTextFile(path, "old and longer than the new one");
    await Deno.chmod(path, 0o640);
    using reader = await Deno.open(path);
    await writeReport(path, "new");
    assert.equal(await Deno.readTextFile(path), "new");
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o640);
    // Who had it open still reads the old text: it was replaced, not overwritten.
    const buffer = new Uint8Array(64);
    const length = await reader.read(buffer);
    assert.match(
      new TextDecoder().decode(buffer.subarray(0, length!)),
      /^old and/,
    );
  }));

Deno.test("writeReport() follows a link and keeps it", () =>
  inFolder(async (folder) => {
    const [file, link] = [join(folder, "file"), join(folder, "link")];
    await Deno.writeTextFile(file, "old");
    await Deno.symlink(file, link);
    await writeReport(link, "new");
    assert.ok((await Deno.lstat(link)).isSymlink);
    assert.equal(await Deno.readTextFile(file), "new");
  }));

Deno.test("writeReport() makes the file that a link leads to", () =>
  inFolder(async (folder) => {
    const link = join(folder, "link");
    await Deno.symlink("file", link);
    await checkReport(link);
    await writeReport(link, "new");
    assert.ok((await Deno.lstat(link)).isSymlink);
    assert.equal(await Deno.readTextFile(join(folder, "file")), "new");
    assert.deepEqual(await namesIn(folder), ["file", "link"]);
  }));

Deno.test("writeReport() writes into a device instead of replacing it", async () => {
  await writeReport("/dev/null", "text");
  assert.ok((await Deno.stat("/dev/null")).isCharDevice);
});

Deno.test("writeReport() names a missing folder", () =>
  inFolder(async (folder) => {
    const path = join(folder, "no", "report.json");
    await assert.rejects(
      writeReport(path, "x"),
      cannotWrite(/folder does not exist/),
    );
  }));

Deno.test("writeReport() refuses a folder", () =>
  inFolder(async (folder) => {
    await assert.rejects(
      writeReport(folder, "x"),
      cannotWrite(/it is a folder/),
    );
  }));

Deno.test({
  name: "writeReport() says when it may not write, and leaves the old file",
  // The superuser may write anywhere.
  ignore: Deno.uid() === 0,
  fn: () =>
    inFolder(async (folder) => {
      const path = join(folder, "report.json");
      await Deno.writeTextFile(path, "old");
      await Deno.chmod(folder, 0o500);
      await assert.rejects(
        writeReport(path, "x"),
        cannotWrite(/no permission/),
      );
      await Deno.chmod(folder, 0o700);
      assert.equal(await Deno.readTextFile(path), "old");
    }),
});
