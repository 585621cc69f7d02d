import assert from "node:assert/strict";
import { listenPrivately } from "../../../src/daemon/serve/private_socket.ts";
import { modeOf, withFolder } from "../support.ts";

const ignore = Deno.build.os === "windows";

function test(name: string, fn: (folder: string) => Promise<void>): void {
  Deno.test({
    name: `listenPrivately() ${name}`,
    ignore,
    fn: () => withFolder(fn),
  });
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).sort();
}

async function answers(listener: Deno.UnixListener, path: string) {
  const [theirs, ours] = await Promise.all([
    listener.accept(),
    Deno.connect({ transport: "unix", path }),
  ]);
  theirs.close();
  ours.close();
}

test("makes a socket of mode 0600, and leaves nothing else", async (folder) => {
  const path = `${folder}/a.sock`;
  using listener = listenPrivately(path);
  assert.equal(await modeOf(path), 0o600);
  assert.deepEqual(await namesIn(folder), ["a.sock"]);
  await answers(listener, path);
});

test("leaves the umask alone, which other threads see", (folder) => {
  const { umask } = Deno;
  Deno.umask = () => assert.fail("the umask was asked for or set");
  try {
    listenPrivately(`${folder}/a.sock`).close();
  } finally {
    Deno.umask = umask;
  }
  return Promise.resolve();
});

test("has mode 0600 where the umask hides nothing", async (folder) => {
  const module = import.meta.resolve(
    "../../../src/daemon/serve/private_socket.ts",
  );
  const script = `import { listenPrivately } from ${JSON.stringify(module)};
    const { mkdirSync } = Deno;
    Deno.mkdirSync = (path, options) => {
      mkdirSync(path, options);
      console.log(Deno.lstatSync(path).mode & 0o777);
    };
    listenPrivately("a.sock");
    console.log(Deno.lstatSync("a.sock").mode & 0o777);
    Deno.exit();`;
  await Deno.writeTextFile(`${folder}/script.js`, script);
  const command = 'umask 0; exec "$0" run -A --no-config script.js';
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", command, Deno.execPath()],
    cwd: folder,
  }).output();
  const modes = new TextDecoder().decode(stdout).trim().split("\n").map(Number);
  assert.deepEqual(modes, [0o700, 0o600]);
});

test("takes over what a process that was killed has left", async (folder) => {
  await Deno.mkdir(`${folder}/a`, { mode: 0o777 });
  Deno.listen({ transport: "unix", path: `${folder}/a/s` }).close();
  using listener = listenPrivately(`${folder}/a.sock`);
  assert.deepEqual(await namesIn(folder), ["a.sock"]);
  await answers(listener, `${folder}/a.sock`);
});

test("says what is in the way, and replaces nothing", async (folder) => {
  const cases = ["a.sock", "a"];
  for (const name of cases) {
    const inTheWay = `${folder}/${name}`;
    await Deno.writeTextFile(inTheWay, "mine");
    assert.throws(() => listenPrivately(`${folder}/a.sock`), {
      exit: "cannotStart",
      message: new RegExp(`^Cannot serve the control socket ${folder}/a.sock`),
    });
    assert.equal(await Deno.readTextFile(inTheWay), "mine");
    await Deno.remove(inTheWay);
  }
});

test("needs no longer path than the socket's own", async (folder) => {
  const path = `${folder}/${"x".repeat(102 - folder.length - 5)}.sock`;
  using listener = listenPrivately(path);
  await answers(listener, path);
});
