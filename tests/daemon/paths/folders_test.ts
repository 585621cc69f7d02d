import assert from "node:assert/strict";
import {
  ensureFolder,
  type Folder,
  hasFolder,
  logFolder,
  runtimeFolder,
  stateFolder,
} from "../../../src/daemon/mod.ts";
import { isRoot, modeOf, withFolder } from "../support.ts";

const env = (values: Record<string, string>) => (name: string) => values[name];
const own = (path: string): Folder => ({ path, kind: "own" });
const isUnix = Deno.build.os !== "windows";

Deno.test({
  name: "runtimeFolder() takes the service manager's, the session's, or /tmp",
  ignore: !isUnix,
  fn: () => {
    const given = { RUNTIME_DIRECTORY: "/run/kar98k:/run/other" };
    const session = { XDG_RUNTIME_DIR: "/run/user/7" };
    assert.deepEqual(
      [{ ...given, ...session }, session, {}, { XDG_RUNTIME_DIR: "" }].map(
        (values) => runtimeFolder(env(values)),
      ),
      [
        { path: "/run/kar98k", kind: "given" },
        own("/run/user/7/kar98k"),
        own(`/tmp/kar98k-${Deno.uid()}`),
        own(`/tmp/kar98k-${Deno.uid()}`),
      ],
    );
  },
});

Deno.test("stateFolder() takes the service manager's, XDG's, or the home's", () => {
  const home = { HOME: "/home/a" };
  const xdg = { ...home, XDG_STATE_HOME: "/s" };
  assert.deepEqual(
    [{ ...xdg, STATE_DIRECTORY: "/var/lib/kar98k" }, xdg, home].map(
      (values) => stateFolder(env(values)).path,
    ),
    ["/var/lib/kar98k", "/s/kar98k", "/home/a/.local/state/kar98k"],
  );
});

Deno.test("stateFolder() says what to set where there is no home", () => {
  assert.throws(() => stateFolder(env({})), {
    message: /set HOME, XDG_STATE_HOME or STATE_DIRECTORY/,
  });
});

Deno.test("logFolder() is the state's where the service manager gives none", () => {
  const state = { STATE_DIRECTORY: "/s" };
  assert.equal(logFolder(env(state)).path, "/s");
  assert.equal(
    logFolder(env({ ...state, LOGS_DIRECTORY: "/l" })).path,
    "/l",
  );
});

Deno.test("runtimeFolder() refuses a relative path", () => {
  assert.throws(() => runtimeFolder(env({ XDG_RUNTIME_DIR: "run" })), {
    message: /XDG_RUNTIME_DIR=run: must be an absolute path/,
  });
});

Deno.test({
  name: "ensureFolder() makes a folder for its user alone",
  ignore: !isUnix,
  fn: () =>
    withFolder(async (path) => {
      await ensureFolder(own(`${path}/a/b`));
      assert.equal(await modeOf(`${path}/a/b`), 0o700);
      await ensureFolder(own(`${path}/a/b`));
    }),
});

/** What stands in the folder's place, and what is said about it. */
const HOSTILE: readonly {
  readonly what: string;
  readonly make: (path: string) => Promise<unknown>;
  readonly said: RegExp;
}[] = [
  {
    what: "a file",
    make: (path) => Deno.writeTextFile(path, ""),
    said: /is not a folder/,
  },
  {
    what: "a link to a folder of one's own",
    make: async (path) => {
      await Deno.mkdir(`${path}-real`, { mode: 0o700 });
      await Deno.symlink(`${path}-real`, path);
    },
    said: /is a symbolic link/,
  },
  {
    what: "a folder that is open to others",
    make: async (path) => {
      await Deno.mkdir(path);
      await Deno.chmod(path, 0o755);
    },
    said: /is open to other users \(mode 755\); run: chmod 700/,
  },
  {
    what: "a folder that is closed to its user",
    make: async (path) => {
      await Deno.mkdir(path);
      await Deno.chmod(path, 0o300);
    },
    said: /is closed to you \(mode 300\); run: chmod 700/,
  },
];

for (const { what, make, said } of HOSTILE) {
  Deno.test({
    name: `ensureFolder() refuses ${what}`,
    ignore: !isUnix,
    fn: () =>
      withFolder(async (path) => {
        await make(`${path}/x`);
        const expected = { exit: "cannotStart", message: said };
        await assert.rejects(ensureFolder(own(`${path}/x`)), expected);
        await assert.rejects(hasFolder(own(`${path}/x`)), expected);
      }),
  });
}

Deno.test({
  name: "ensureFolder() refuses a folder that its user may only read",
  ignore: !isUnix,
  fn: () =>
    withFolder(async (path) => {
      await Deno.mkdir(`${path}/x`);
      await Deno.chmod(`${path}/x`, 0o500);
      await assert.rejects(ensureFolder(own(`${path}/x`)), {
        message: /is closed to you \(mode 500\); run: chmod 700/,
      });
      assert.equal(await hasFolder(own(`${path}/x`)), true);
    }),
});

Deno.test({
  name: "ensureFolder() refuses somebody else's folder",
  ignore: !isRoot,
  fn: () =>
    withFolder(async (path) => {
      await Deno.mkdir(`${path}/x`, { mode: 0o700 });
      await Deno.chown(`${path}/x`, 12_345, null);
      await assert.rejects(ensureFolder(own(`${path}/x`)), {
        message: /belongs to user 12345, not to you \(user 0\)/,
      });
    }),
});

Deno.test({
  name: "ensureFolder() says that a folder cannot be made",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    assert.rejects(ensureFolder(own("/proc/nobody/kar98k")), {
      exit: "cannotStart",
      message: /^Cannot use folder \/proc\/nobody\/kar98k: /,
    }),
});

Deno.test({
  name: "ensureFolder() follows the service manager's links",
  ignore: !isUnix,
  fn: () =>
    withFolder(async (path) => {
      await Deno.mkdir(`${path}/private`, { mode: 0o755 });
      await Deno.symlink(`${path}/private`, `${path}/x`);
      await ensureFolder({ path: `${path}/x`, kind: "given" });
      await Deno.chmod(`${path}/private`, 0o777);
      await assert.rejects(
        ensureFolder({ path: `${path}/x`, kind: "given" }),
        { message: /is open to other users/ },
      );
    }),
});

Deno.test("hasFolder() knows that there is none", () =>
  withFolder(async (path) => {
    assert.equal(await hasFolder(own(`${path}/nothing`)), false);
  }));
