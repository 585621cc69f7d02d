import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { stage } from "../../scripts/packages/stage.ts";
import {
  makeWithDpkg,
  makeWithNfpm,
  packageName,
} from "../../scripts/packages/make.ts";
import { run } from "../../scripts/packaging/process.ts";
import { ROOT } from "../../scripts/packaging/program.ts";
import { verifyUnit } from "./verify_unit.ts";
import { hasProgram } from "./programs.ts";

/*
 * The packages are made of a kar that starts from its sources, so that no
 * binary has to be built, and installed into a folder: the machine stays as it
 * is. The release workflow installs the deb of the real binary.
 */

const CONFIG = "/etc/kar98k/kar.yaml";
const COMPLETIONS = [
  "/usr/share/bash-completion/completions/kar",
  "/usr/share/fish/vendor_completions.d/kar.fish",
  "/usr/share/zsh/vendor-completions/_kar",
];
const UNIT = "/usr/lib/systemd/system/kar.service";

/** A folder that is gone afterwards. */
async function inFolder(
  task: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kar-packages-" });
  try {
    await task(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function stagedIn(folder: string): Promise<string> {
  const kar = `${folder}/kar-from-sources`;
  const text =
    `#!/bin/sh\nexec '${Deno.execPath()}' run -A '${ROOT}/main.ts' "$@"\n`;
  await Deno.writeTextFile(kar, text);
  await Deno.chmod(kar, 0o755);
  const staged = `${folder}/staged`;
  await Deno.mkdir(staged);
  await stage(staged, { kar, here: kar });
  return staged;
}

/** Runs a program that has to succeed. @returns what it said */
async function said(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, output } = await run(program, { args, env });
  assert.equal(code, 0, `${program} ${args.join(" ")}: ${output}`);
  return output;
}

/** Modes, owners, paths: without sizes and dates, which each maker has its own of. */
async function contentsOf(deb: string): Promise<string[]> {
  return (await said("dpkg-deb", ["--contents", deb])).trim().split("\n")
    .map((line) => {
      const [mode, owner, , , , path] = line.split(/\s+/);
      return `${mode} ${owner} ${path!.replace(/^\.?\//, "/")}`;
    })
    .filter((line) => !line.startsWith("d")).sort();
}

async function fieldsOf(deb: string): Promise<Record<string, string>> {
  const names = ["Package", "Version", "Architecture", "Depends", "Section"];
  const text = await said("dpkg-deb", ["--field", deb, ...names]);
  return Object.fromEntries(
    text.trim().split("\n").map((line) => line.split(": ") as [string, string]),
  );
}

/** Installs a deb into a folder, as dpkg does for a system of its own there. */
async function installInto(root: string, deb: string): Promise<void> {
  await Deno.mkdir(`${root}/var/lib/dpkg/updates`, { recursive: true });
  await Deno.mkdir(`${root}/var/lib/dpkg/info`);
  await Deno.writeTextFile(`${root}/var/lib/dpkg/status`, "");
  await said("dpkg", [...dpkgArgs(root), "--install", deb], dpkgEnv());
}

function dpkgArgs(root: string): string[] {
  const forced = [
    "not-root",
    "script-chrootless",
    "depends",
    "architecture",
    "confold",
  ];
  return [`--root=${root}`, `--force-${forced.join(",")}`, "--log=/dev/null"];
}

/** dpkg looks for programs that only root has on its path. */
function dpkgEnv(): Record<string, string> {
  return { PATH: `${Deno.env.get("PATH")}:/usr/sbin:/sbin` };
}

Deno.test({
  name: "the deb can be installed, and what it has installed works",
  ignore: !hasProgram("dpkg-deb") || !hasProgram("dpkg"),
  fn: () =>
    inFolder(async (folder) => {
      const staged = await stagedIn(folder);
      const order = { staged, architecture: "amd64", out: folder } as const;
      const deb = await makeWithDpkg(order);
      assert.ok(deb.endsWith(packageName("deb", "amd64")));
      const root = `${folder}/root`;
      await installInto(root, deb);

      const version = await said(`${root}/usr/bin/kar`, ["--version"]);
      assert.equal(version, `kar ${manifest.version}\n`);
      await said(`${root}/usr/bin/kar`, ["validate", `${root}${CONFIG}`]);
      for (const path of COMPLETIONS) {
        assert.match(await Deno.readTextFile(root + path), /\bkar\b/, path);
      }
      const page = `${root}/usr/share/man/man1/kar-run.1.gz`;
      assert.match(await said("gzip", ["-dc", page]), /^\.TH /m);

      // What people have changed stays through an upgrade, and is purged last.
      await Deno.writeTextFile(root + CONFIG, "# mine\n");
      await said("dpkg", [...dpkgArgs(root), "--install", deb], dpkgEnv());
      assert.equal(await Deno.readTextFile(root + CONFIG), "# mine\n");
      await said("dpkg", [...dpkgArgs(root), "--remove", "kar98k"], dpkgEnv());
      assert.equal(await Deno.readTextFile(root + CONFIG), "# mine\n");
      await assert.rejects(Deno.stat(`${root}/usr/bin/kar`));
      await said("dpkg", [...dpkgArgs(root), "--purge", "kar98k"], dpkgEnv());
      await assert.rejects(Deno.stat(root + CONFIG));
    }),
});

Deno.test({
  name: "the packages' unit starts the kar that they install",
  ignore: !hasProgram("systemd-analyze"),
  fn: () =>
    inFolder(async (folder) => {
      const unit = await Deno.readTextFile(
        `${await stagedIn(folder)}/kar.service`,
      );
      assert.match(unit, /^ExecStart=\/usr\/bin\/kar run --config \/etc/m);
      assert.ok(!unit.includes("/usr/local"));
      // It is not installed here.
      const tried = unit.replace("/usr/bin/kar", "/bin/sh");
      assert.equal(await verifyUnit(tried, "/bin/sh"), "");
    }),
});

Deno.test({
  name: "nfpm and dpkg-deb make the same deb of one description",
  ignore: !hasProgram("nfpm") || !hasProgram("dpkg-deb"),
  fn: () =>
    inFolder(async (folder) => {
      const staged = await stagedIn(folder);
      const inOut = async (name: string) => {
        await Deno.mkdir(`${folder}/${name}`);
        return {
          staged,
          architecture: "arm64" as const,
          out: `${folder}/${name}`,
        };
      };
      const ours = await makeWithDpkg(await inOut("dpkg"));
      const theirs = await makeWithNfpm("deb", await inOut("nfpm"));
      assert.deepEqual(await contentsOf(ours), await contentsOf(theirs));
      assert.deepEqual(await fieldsOf(ours), await fieldsOf(theirs));
      for (const part of ["conffiles", "postinst", "prerm", "postrm"]) {
        const [a, b] = await Promise.all(
          [ours, theirs].map((deb) => said("dpkg-deb", ["--info", deb, part])),
        );
        assert.equal(a, b, part);
      }
      const root = `${folder}/root`;
      await installInto(root, theirs);
      await said(`${root}/usr/bin/kar`, ["validate", `${root}${CONFIG}`]);
    }),
});

Deno.test({
  name: "the rpm has the same files, and its config is nobody's to replace",
  ignore: !hasProgram("nfpm") || !hasProgram("rpm"),
  fn: () =>
    inFolder(async (folder) => {
      const staged = await stagedIn(folder);
      const rpm = await makeWithNfpm("rpm", {
        staged,
        architecture: "amd64",
        out: folder,
      });
      assert.ok(rpm.endsWith(packageName("rpm", "amd64")));
      const files = (await said("rpm", ["-qpl", rpm])).trim().split("\n");
      const completions = COMPLETIONS.map((path) =>
        path.replace("vendor-completions", "site-functions")
      );
      for (const path of ["/usr/bin/kar", CONFIG, UNIT, ...completions]) {
        assert.ok(files.includes(path), path);
      }
      assert.equal((await said("rpm", ["-qpc", rpm])).trim(), CONFIG);
    }),
});
