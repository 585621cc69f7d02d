import assert from "node:assert/strict";
import {
  findRunning,
  type Folder,
  isListening,
  listRunning,
  lockName,
  runtimeFiles,
} from "../../../src/daemon/mod.ts";
import { envIn, withFolder } from "../support.ts";
import { until } from "../../fixtures/until.ts";

const ignore = Deno.build.os === "windows";
const LOCK_URL = new URL("../../../src/daemon/paths/lock.ts", import.meta.url);

const folderIn = (path: string): Folder => ({
  path: `${path}/run/kar98k`,
  kind: "own",
});

/** A process that holds a name's lock, and leaves a socket behind when it is killed. */
async function holder(
  { socket, lock }: { readonly socket: string; readonly lock: string },
): Promise<Deno.ChildProcess> {
  const code = `
    import { takeLock } from ${JSON.stringify(LOCK_URL.href)};
    const lock = await takeLock(${JSON.stringify(lock)});
    Deno.listen({ transport: "unix", path: ${JSON.stringify(socket)} });
    console.log(lock === null ? "none" : "held");
    await new Promise((resolve) => setTimeout(resolve, 60000));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--ext=ts", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode(code));
  await stdin.close();
  const [bytes] = await Array.fromAsync(firstOf(child.stdout));
  assert.equal(new TextDecoder().decode(bytes), "held\n");
  return child;
}

async function* firstOf<Item>(stream: ReadableStream<Item>) {
  for await (const item of stream) {
    yield item;
    return;
  }
}

Deno.test({
  name: "lockName() gives a name once, and again when it was given back",
  ignore,
  fn: () =>
    withFolder(async (path) => {
      const folder = folderIn(path);
      const first = await lockName(folder, "a");
      await assert.rejects(lockName(folder, "a"), {
        exit: "cannotStart",
        message: new RegExp(`"a" is already running \\(process ${Deno.pid}\\)`),
      });
      const other = await lockName(folder, "b");
      first.release();
      const second = await lockName(folder, "a");
      second.release();
      other.release();
      assert.deepEqual([...Deno.readDirSync(folder.path)], []);
    }),
});

Deno.test({
  name: "lockName() takes over from a process that was killed",
  ignore,
  fn: () =>
    withFolder(async (path) => {
      const folder = folderIn(path);
      await Deno.mkdir(folder.path, { recursive: true, mode: 0o700 });
      const files = runtimeFiles(folder, "a");
      const child = await holder(files);
      await assert.rejects(lockName(folder, "a"), {
        message: new RegExp(`process ${child.pid}`),
      });
      child.kill("SIGKILL");
      await child.status;
      assert.ok((await Deno.lstat(files.socket)).isSocket, "left behind");
      assert.deepEqual(await listRunning(envIn(path)), []);
      (await lockName(folder, "a")).release();
    }),
});

Deno.test({
  name: "lockName() clears away what other names left, but not what is alive",
  ignore,
  fn: () =>
    withFolder(async (path) => {
      const folder = folderIn(path);
      await Deno.mkdir(folder.path, { recursive: true, mode: 0o700 });
      const dead = await holder(runtimeFiles(folder, "run-1"));
      const alive = await holder(runtimeFiles(folder, "run-2"));
      dead.kill("SIGKILL");
      await dead.status;
      const lock = await lockName(folder, "a");
      const names = [...Deno.readDirSync(folder.path)].map((e) => e.name);
      assert.deepEqual(names.toSorted(), [
        "a.lock",
        "run-2.lock",
        "run-2.sock",
      ]);
      lock.release();
      alive.kill("SIGKILL");
      await alive.status;
    }),
});

Deno.test({
  name: "lockName() leaves a socket that another program listens on",
  ignore,
  fn: () =>
    withFolder(async (path) => {
      const folder = folderIn(path);
      await Deno.mkdir(folder.path, { recursive: true, mode: 0o700 });
      const { socket, lock } = runtimeFiles(folder, "a");
      using _other = Deno.listen({ transport: "unix", path: socket });
      await assert.rejects(lockName(folder, "a"), {
        exit: "cannotStart",
        message: new RegExp(`at ${socket}: another program listens there`),
      });
      // What clears away for others leaves it too.
      await Deno.writeTextFile(lock, "");
      (await lockName(folder, "b")).release();
      assert.equal(await isListening(socket), true);
    }),
});

Deno.test({
  name: "lockName() needs no process number to tell that a name is in use",
  ignore,
  fn: () =>
    withFolder(async (path) => {
      const folder = folderIn(path);
      const lock = await lockName(folder, "a");
      await Deno.truncate(runtimeFiles(folder, "a").lock);
      await assert.rejects(lockName(folder, "a"), {
        message: /^"a" is already running: stop it with kar stop --name a/,
      });
      lock.release();
    }),
});

for (const place of ["socket", "lock"] as const) {
  Deno.test({
    name: `lockName() refuses what is no ${place} in its place, and leaves it`,
    ignore,
    fn: () =>
      withFolder(async (path) => {
        const folder = folderIn(path);
        const at = runtimeFiles(folder, "a")[place];
        await Deno.mkdir(at, { recursive: true, mode: 0o700 });
        const expected = { exit: "cannotStart", message: new RegExp(at) };
        await assert.rejects(lockName(folder, "a"), expected);
        await Deno.remove(at);
        const precious = `${path}/precious`;
        await Deno.writeTextFile(precious, "mine");
        await Deno.symlink(precious, at);
        await assert.rejects(lockName(folder, "a"), expected);
        assert.equal(await Deno.readTextFile(precious), "mine");
        await Deno.remove(at);
        (await lockName(folder, "a")).release();
      }),
  });
}

Deno.test({
  name: "lockName() refuses a path that the system cannot bind",
  ignore,
  fn: () =>
    withFolder(async (path) => {
      const folder: Folder = { path: `${path}/${"x".repeat(90)}`, kind: "own" };
      await assert.rejects(lockName(folder, "a"), {
        message: /at most 103: use a shorter --name, or set XDG_RUNTIME_DIR/,
      });
    }),
});

Deno.test({
  name:
    "findRunning() takes the only one, lists several, and names what it looked for",
  ignore,
  fn: () =>
    withFolder(async (path) => {
      const env = envIn(path);
      const folder = folderIn(path);
      await assert.rejects(findRunning(env), {
        exit: "notRunning",
        message: new RegExp(`Nothing is running: .* in ${folder.path}`),
      });
      await Deno.mkdir(folder.path, { recursive: true, mode: 0o700 });
      const listen = (name: string) =>
        Deno.listen({
          transport: "unix",
          path: runtimeFiles(folder, name).socket,
        });
      using _first = listen("a");
      assert.equal((await findRunning(env)).name, "a");
      using _second = listen("b");
      await assert.rejects(findRunning(env), {
        exit: "usage",
        message: /Several are running: a, b; .* --name/,
      });
      assert.equal((await findRunning(env, "b")).name, "b");
      await assert.rejects(findRunning(env, "c"), {
        exit: "notRunning",
        message: /"c" is not running: nothing answers at .*c\.sock/,
      });
    }),
});

Deno.test({
  name: "findRunning() says so when something else is in a socket's place",
  ignore,
  fn: () =>
    withFolder(async (path) => {
      const { socket } = runtimeFiles(folderIn(path), "a");
      await Deno.mkdir(socket, { recursive: true, mode: 0o700 });
      await assert.rejects(findRunning(envIn(path), "a"), {
        exit: "cannotStart",
        message: /a\.sock is not a control socket/,
      });
      assert.equal(await isListening(socket), false);
      await assert.rejects(findRunning(envIn(path)), { exit: "notRunning" });
    }),
});

Deno.test({
  name:
    "lockName() waits for one who only looks, and lets two at once have one winner",
  ignore,
  fn: () =>
    withFolder(async (path) => {
      const folder = folderIn(path);
      for (let round = 0; round < 3; round++) {
        const taken = await Promise.allSettled(
          ["a", "a", "b", "c"].map((name) => lockName(folder, name)),
        );
        const won = taken.filter((lock) => lock.status === "fulfilled");
        assert.deepEqual(
          won.map(({ value }) => value.name).toSorted(),
          ["a", "b", "c"],
        );
        for (const { value } of won) value.release();
      }
      await until("all is given back", () =>
        [...Deno.readDirSync(folder.path)].length === 0);
    }),
});
