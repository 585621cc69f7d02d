import assert from "node:assert/strict";
import { KAR, realKar } from "./kar.ts";

/*
 * What only a process of its own can show: pipes whose reader goes away, full
 * disks, a clean end.
 */

const CONFIG = `targets:
  - { name: api, url: "http://127.0.0.1:1/" }
controller: { base_tps: 1, max_tps: 1 }
health: { enabled: false }
metrics: { enabled: false }
`;

async function withConfig(
  use: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(path, CONFIG);
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}

/** Runs a line of shell in which `kar` is kar. */
async function shell(
  line: string,
): Promise<{ code: number; err: string; out: string }> {
  const kar = KAR.map((word) => `'${word}'`).join(" ");
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `set -o pipefail; kar() { ${kar} "$@"; }; ${line}`],
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

const isUnix = Deno.build.os !== "windows";

Deno.test("kar --help ends with 0 in a process of its own", async () => {
  const { code, out, err } = await realKar(["--help"]);
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^Usage: kar/);
});

Deno.test("kar ends with the exit code of what went wrong", async () => {
  assert.equal((await realKar(["rnu"])).code, 2);
  assert.equal((await realKar(["validate", "/nowhere.yaml"])).code, 3);
});

Deno.test({
  name: "kar simulate | head ends quietly when its reader has gone",
  ignore: !isUnix,
  fn: () =>
    withConfig(async (path) => {
      // More than a pipe holds, so that kar is still writing when head leaves.
      const rows = "--format csv --resolution 1m --duration 72h";
      const { code, out, err } = await shell(
        `kar simulate -c ${path} ${rows} | head -n 1`,
      );
      assert.deepEqual([code, err], [0, ""]);
      assert.match(out, /^time,rate/);
    }),
});

Deno.test({
  name: "kar simulate says when standard output takes nothing",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withConfig(async (path) => {
      const { code, err } = await shell(`kar simulate -c ${path} > /dev/full`);
      assert.equal(code, 4);
      assert.match(err, /^kar: Cannot write to standard output: .*\n$/);
    }),
});

/** Makes a pipe that refuses bytes while it is full, reads it late, prints its lines' number. */
const LATE_READER = `
import fcntl, os, subprocess, sys, time
r, w = os.pipe()
fcntl.fcntl(w, fcntl.F_SETFL, fcntl.fcntl(w, fcntl.F_GETFL) | os.O_NONBLOCK)
child = subprocess.Popen(sys.argv[1:], stdout=w)
os.close(w)
time.sleep(0.5)
lines = 0
while chunk := os.read(r, 65536):
    lines += chunk.count(b"\\n")
print(lines, child.wait())
`;

Deno.test({
  name:
    "kar simulate loses and repeats nothing in a pipe that is full for a while",
  ignore: !await hasPython(),
  fn: () =>
    withConfig(async (path) => {
      const rows = "--format csv --resolution 1m --duration 72h".split(" ");
      const { stdout } = await new Deno.Command("python3", {
        args: ["-c", LATE_READER, ...KAR, "simulate", "-c", path, ...rows],
      }).output();
      assert.equal(new TextDecoder().decode(stdout), `${1 + 72 * 60} 0\n`);
    }),
});

async function hasPython(): Promise<boolean> {
  try {
    return (await new Deno.Command("python3", { args: ["-c", ""] }).output())
      .success;
  } catch {
    console.log("skipped: python3 is not installed");
    return false;
  }
}

Deno.test({
  name: "kar tells no error about a standard error that is gone",
  ignore: !isUnix,
  fn: async () => {
    const { code, out } = await shell("kar rnu 2>&-");
    assert.deepEqual([code, out], [2, ""]);
  },
});

Deno.test({
  name: "kar run drains and reports when it is asked to end",
  ignore: !isUnix,
  fn: () =>
    withConfig(async (path) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const [program, ...words] = KAR;
        const child = new Deno.Command(program, {
          args: [...words, "run", "--config", path, "--armed"],
          stdout: "piped",
          stderr: "piped",
        }).spawn();
        await firstText(child.stderr, "Armed from");
        child.kill(signal);
        const { code } = await child.status;
        const report = await new Response(child.stdout).text();
        assert.equal(code, 0, signal);
        assert.match(report, /^kar report/);
      }
    }),
});

/** Reads a stream until a text has come, and leaves the rest. */
async function firstText(
  stream: ReadableStream<Uint8Array>,
  text: string,
): Promise<void> {
  let seen = "";
  for await (const bytes of stream) {
    seen += new TextDecoder().decode(bytes);
    if (seen.includes(text)) return;
  }
  assert.fail(`the process ended before it said ${text}: ${seen}`);
}
