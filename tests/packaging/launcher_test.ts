import assert from "node:assert/strict";
import { dirname } from "node:path";
import {
  EVENT_INTERVAL_VARIABLE,
  usableEventInterval,
} from "../../src/base/mod.ts";
import { renderLauncher } from "../../scripts/packaging/launcher.ts";
import { hasProgram } from "./programs.ts";
import { makeTinyArchive, namesIn } from "./tiny_archive.ts";

/*
 * The script in front of the package, with a shell script in the place of
 * Deno, so that each start takes milliseconds.
 */

const SAY_WORDS = `printf '<%s>' "$@"`;
const SAY_FOLDER = 'cd "$(dirname "$0")" && pwd -P';

/** A test for systems that have a shell. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });
}

test("the launcher passes every word on as it is", async () => {
  await using archive = await makeTinyArchive(SAY_WORDS);
  const args = ["run", "", "two words", "*", "--x='$HOME'", "a\nb", "ä"];
  const { out } = await archive.start(
    { KAR_CACHE_DIR: `${archive.folder}/cache` },
    { args },
  );
  assert.equal(out, args.map((arg) => `<${arg}>`).join(""));
});

test("the launcher ends with the program's exit code", async () => {
  await using archive = await makeTinyArchive('exit "$1"');
  const env = { KAR_CACHE_DIR: `${archive.folder}/cache` };
  for (const code of [0, 3, 130]) {
    const ended = await archive.start(env, { args: [String(code)] });
    assert.equal(ended.code, code);
  }
});

test("the launcher gives way to the program: signals and umask are its own", async () => {
  await using archive = await makeTinyArchive(`
    trap 'exit 7' TERM
    umask
    while :; do sleep 0.02; done`);
  const child = archive.command(
    { KAR_CACHE_DIR: `${archive.folder}/cache` },
    { stdout: "piped" },
  ).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  child.kill("SIGTERM");
  const { code } = await child.status;
  await reader.cancel();
  assert.equal(code, 7);
  const umask = Deno.umask().toString(8).padStart(4, "0");
  assert.equal(new TextDecoder().decode(value).trim(), umask);
});

test("the launcher has Deno read sockets in every turn, and keeps no value that Deno cannot begin with", async () => {
  await using archive = await makeTinyArchive(
    `printf %s "$${EVENT_INTERVAL_VARIABLE}"`,
  );
  const values = ["", "0", "00", "x", "-1", " 1", "1 ", "1", "4", "61", "007"];
  for (const given of [undefined, ...values, "99999999999"]) {
    const { out } = await archive.start({
      KAR_CACHE_DIR: `${archive.folder}/cache`,
      ...(given !== undefined && { [EVENT_INTERVAL_VARIABLE]: given }),
    });
    assert.equal(out, usableEventInterval(given), `${given}`);
  }
});

test("the launcher unpacks once, into a folder that is named by its content", async () => {
  await using archive = await makeTinyArchive(SAY_FOLDER);
  const cache = `${archive.folder}/cache`;
  const { out } = await archive.start({ KAR_CACHE_DIR: cache });
  const folder = out.trim();
  assert.match(folder, /\/cache\/1\.2\.3-[\da-f]{16}$/);
  await Deno.writeTextFile(`${folder}/mark`, "still the same folder");
  await archive.start({ KAR_CACHE_DIR: cache });
  assert.deepEqual(namesIn(folder), ["deno", "main.js", "mark", "src"]);
  assert.equal((await Deno.stat(cache)).mode! & 0o777, 0o700);
});

test("the launcher may be started many times at once on an empty cache", async () => {
  await using archive = await makeTinyArchive("echo started");
  const cache = `${archive.folder}/cache`;
  const starts = await Promise.all(
    Array.from({ length: 12 }, () => archive.start({ KAR_CACHE_DIR: cache })),
  );
  for (const { code, out, err } of starts) {
    assert.deepEqual([code, out, err], [0, "started\n", ""]);
  }
  const [only, ...others] = namesIn(cache);
  assert.deepEqual(others, []);
  assert.deepEqual(namesIn(`${cache}/${only}`), ["deno", "main.js", "src"]);
});

for (
  const [what, damage] of Object.entries({
    "lacks a file": (path: string) => Deno.removeSync(path),
    "has a file without content": (path: string) => Deno.truncateSync(path),
    "lacks a folder": (path: string) =>
      Deno.removeSync(dirname(dirname(path)), { recursive: true }),
  })
) {
  test(`the launcher mends a folder that ${what}, at many starts at once`, async () => {
    await using archive = await makeTinyArchive(SAY_FOLDER);
    const env = { KAR_CACHE_DIR: `${archive.folder}/cache` };
    const { out } = await archive.start(env);
    const entry = `${out.trim()}/src/worker/entry.js`;
    damage(entry);
    const starts = await Promise.all(
      Array.from({ length: 6 }, () => archive.start(env)),
    );
    for (const start of starts) {
      assert.deepEqual(start, { code: 0, out, err: "" });
    }
    assert.equal(await Deno.readTextFile(entry), "// worker");
    assert.equal(namesIn(env.KAR_CACHE_DIR).length, 1);
  });
}

test("the launcher never uses what a killed start left behind, and removes it a day later", async () => {
  await using archive = await makeTinyArchive("echo started");
  const cache = `${archive.folder}/cache`;
  const dayBefore = new Date(Date.now() - 49 * 3_600_000);
  for (const name of ["new.old", "new.young"]) {
    await Deno.mkdir(`${cache}/${name}`, { recursive: true });
    await Deno.writeTextFile(`${cache}/${name}/deno`, "#!/bin/sh\nexit 9\n");
  }
  await Deno.utime(`${cache}/new.old`, dayBefore, dayBefore);
  const { code } = await archive.start({ KAR_CACHE_DIR: cache });
  assert.equal(code, 0);
  const names = namesIn(cache);
  assert.deepEqual([names.length, names[1]], [2, "new.young"]);
});

test("the launcher unpacks below HOME, or below XDG_CACHE_HOME", async () => {
  await using archive = await makeTinyArchive(SAY_FOLDER);
  const { folder } = archive;
  await Deno.mkdir(`${folder}/xdg`);
  const atHome = await archive.start({ HOME: folder });
  assert.ok(atHome.out.startsWith(`${folder}/.cache/kar98k/1.2.3-`));
  const env = { HOME: folder, XDG_CACHE_HOME: `${folder}/xdg` };
  const elsewhere = await archive.start(env);
  assert.ok(elsewhere.out.startsWith(`${folder}/xdg/kar98k/1.2.3-`));
});

for (
  const [what, home] of Object.entries({
    "is unset": {},
    "does not exist": { HOME: "/nowhere" },
    "takes no files": { HOME: "/proc" },
    "is not a folder": { HOME: "/dev/null" },
  })
) {
  test(`the launcher unpacks into a private folder in TMPDIR when HOME ${what}`, async () => {
    await using archive = await makeTinyArchive(SAY_FOLDER);
    const { folder } = archive;
    const { out, code } = await archive.start({ ...home, TMPDIR: folder });
    assert.equal(code, 0);
    const place = `${folder}/kar98k-cache-${Deno.uid()}`;
    assert.ok(out.startsWith(`${place}/1.2.3-`), out);
    assert.equal((await Deno.stat(place)).mode! & 0o777, 0o700);
  });
}

Deno.test({
  name: "the launcher leaves the home of somebody else alone, as with sudo",
  // Only root can give a folder away.
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
  async fn() {
    await using archive = await makeTinyArchive(SAY_FOLDER);
    const { folder } = archive;
    await Deno.mkdir(`${folder}/home`);
    await Deno.chown(`${folder}/home`, 12_345, 12_345);
    const env = { HOME: `${folder}/home`, TMPDIR: folder };
    const { out } = await archive.start(env);
    assert.ok(out.startsWith(`${folder}/kar98k-cache-0/`));
    assert.deepEqual(namesIn(`${folder}/home`), []);
  },
});

test("the launcher runs nothing from a folder where others may write", async () => {
  await using archive = await makeTinyArchive("echo started");
  const { folder } = archive;
  const place = `${folder}/kar98k-cache-${Deno.uid()}`;
  await Deno.mkdir(place);
  await Deno.chmod(place, 0o777);
  const { code, out, err } = await archive.start({ TMPDIR: folder });
  assert.deepEqual([code, out], [4, ""]);
  assert.equal(
    err,
    `kar: cannot unpack itself:
  ${place}: others may write there (chmod 700 helps)
set KAR_CACHE_DIR to a folder of your own with 200 MB of room
`,
  );
});

test("the launcher goes through a link to where it leads", async () => {
  await using archive = await makeTinyArchive(SAY_FOLDER);
  const { folder } = archive;
  await Deno.mkdir(`${folder}/real`, { mode: 0o700 });
  await Deno.symlink(`${folder}/real`, `${folder}/link`);
  const { out } = await archive.start({ KAR_CACHE_DIR: `${folder}/link` });
  assert.ok(out.startsWith(`${folder}/real/1.2.3-`));
});

test("the launcher says what is wrong with KAR_CACHE_DIR, and uses no other folder", async () => {
  await using archive = await makeTinyArchive("echo started");
  const { folder } = archive;
  const relative = await archive.start({ KAR_CACHE_DIR: "here" });
  assert.equal(relative.code, 4);
  assert.match(relative.err, /KAR_CACHE_DIR here: .* begin with a slash/);
  const env = { KAR_CACHE_DIR: "/dev/null/x", HOME: folder, TMPDIR: folder };
  const wrong = await archive.start(env);
  assert.equal(wrong.code, 4);
  assert.match(wrong.err, /\/dev\/null\/x: the folder cannot be made/);
  assert.deepEqual(namesIn(folder), ["kar", "stage"]);
});

test("the launcher tells when the file was cut off, and leaves nothing behind", async () => {
  await using archive = await makeTinyArchive("echo started");
  const { size } = await Deno.stat(archive.path);
  await Deno.truncate(archive.path, size - 200);
  const cache = `${archive.folder}/cache`;
  const { code, out, err } = await archive.start({ KAR_CACHE_DIR: cache });
  assert.deepEqual([code, out], [4, ""]);
  assert.match(err, /\/cache: tar could not unpack it: \S.*\n/);
  assert.deepEqual(namesIn(cache), []);
});

for (const shell of ["dash", "bash", "busybox"]) {
  Deno.test({
    name: `the launcher runs in ${shell}`,
    ignore: !hasProgram(shell),
    async fn() {
      await using archive = await makeTinyArchive(SAY_WORDS);
      const { stdout } = await new Deno.Command(shell, {
        args: [...(shell === "busybox" ? ["sh"] : []), archive.path, "a b"],
        env: { KAR_CACHE_DIR: `${archive.folder}/cache` },
      }).output();
      assert.equal(new TextDecoder().decode(stdout), "<a b>");
    },
  });
}

Deno.test("renderLauncher() fills every place and knows its own length", async () => {
  const text = await renderLauncher({
    name: "1.2.3-abc",
    version: "1.2.3",
    files: ["deno", "src/a.js"],
  });
  assert.match(text, /^#!\/bin\/sh\n# kar 1\.2\.3 in one file/);
  assert.match(text, /\nFILES='deno src\/a\.js'\n/);
  const lines = text.split("\n").length - 1;
  assert.match(text, new RegExp(`\nPAYLOAD_LINE=${lines + 1}\n`));
  assert.doesNotMatch(text, /@[A-Z_]+@/);
});

Deno.test("renderLauncher() refuses names that a shell would take apart", async () => {
  for (const file of ["a b", "../a", "a'b", "", "/etc/passwd"]) {
    await assert.rejects(
      renderLauncher({ name: "n", version: "1", files: [file] }),
      /may have letters, digits/,
    );
  }
});
