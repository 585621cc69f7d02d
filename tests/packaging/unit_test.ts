import assert from "node:assert/strict";
import { EXIT } from "../../src/base/mod.ts";
import { verifyUnit } from "./verify_unit.ts";
import { hasProgram } from "./programs.ts";

const UNIT = new URL("../../configs/systemd/kar.service", import.meta.url);

/** Every `Key=value` of the unit; a key that comes twice has the last value. */
async function readUnit(): Promise<ReadonlyMap<string, string>> {
  const lines = (await Deno.readTextFile(UNIT)).split("\n");
  return new Map(
    lines.filter((line) => /^[A-Z]\w*=/.test(line))
      .map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)] as const;
      }),
  );
}

Deno.test("kar.service runs the daemon that resumes, and reloads it by SIGHUP", async () => {
  const unit = await readUnit();
  assert.equal(
    unit.get("ExecStart"),
    "/usr/local/bin/kar run --config /etc/kar98k/kar.yaml --resume --name kar",
  );
  assert.equal(unit.get("ExecReload"), "/bin/kill -HUP $MAINPID");
  assert.equal(unit.get("Type"), "notify");
  assert.equal(unit.get("Restart"), "on-failure");
  assert.ok(Number(unit.get("WatchdogSec")) > 0);
});

Deno.test("kar.service tries again for ever, but not with what is wrong itself", async () => {
  const unit = await readUnit();
  assert.equal(unit.get("StartLimitIntervalSec"), "0");
  const { usage, config, stopped } = EXIT;
  assert.equal(
    unit.get("RestartPreventExitStatus"),
    [usage, config, stopped].join(" "),
  );
  const { noAnswer, failed, invalid, unknown } = EXIT;
  assert.equal(
    unit.get("SuccessExitStatus"),
    [noAnswer, failed, invalid, unknown].join(" "),
  );
});

Deno.test("kar.service gives kar folders of its own, for nobody else to read", async () => {
  const unit = await readUnit();
  for (const kind of ["State", "Runtime", "Logs", "Cache"]) {
    assert.equal(unit.get(`${kind}Directory`), "kar98k", kind);
    assert.equal(unit.get(`${kind}DirectoryMode`), "0700", kind);
  }
});

Deno.test("kar.service leaves V8 the right to write the code that it runs", async () => {
  const unit = await readUnit();
  assert.equal(unit.get("MemoryDenyWriteExecute"), undefined);
  assert.match(unit.get("SystemCallFilter")!, /@system-service @pkey/);
});

Deno.test("kar.service waits longer for the end than kar does for open requests", async () => {
  const unit = await readUnit();
  const config = await Deno.readTextFile(
    new URL("../../configs/kar98k.yaml", import.meta.url),
  );
  const shutdownSec = Number(/shutdown_timeout: (\d+)s/.exec(config)?.[1]);
  assert.ok(Number(unit.get("TimeoutStopSec")) > shutdownSec);
});

Deno.test({
  name: "systemd-analyze verify finds nothing in kar.service",
  ignore: !hasProgram("systemd-analyze"),
  async fn() {
    assert.equal(
      await verifyUnit(await Deno.readTextFile(UNIT), "/bin/sh"),
      "",
    );
  },
});

Deno.test({
  name: "systemd-analyze verify would tell of a misspelt key",
  ignore: !hasProgram("systemd-analyze"),
  async fn() {
    const unit = await Deno.readTextFile(UNIT);
    const misspelt = unit.replace("WatchdogSec", "WatchdogSecs");
    assert.match(await verifyUnit(misspelt, "/bin/sh"), /WatchdogSecs/);
  },
});

Deno.test({
  name: "systemd-analyze security finds kar.service well guarded",
  ignore: !hasProgram("systemd-analyze"),
  async fn() {
    const { stdout } = await new Deno.Command("systemd-analyze", {
      args: ["security", "--offline=true", "--no-pager", UNIT.pathname],
      env: { SYSTEMD_COLORS: "0" },
    }).output();
    const text = new TextDecoder().decode(stdout);
    const exposure = /Overall exposure level for kar\.service: ([\d.]+)/
      .exec(text)?.[1];
    // From 0 to 10; systemd calls what is below 2 OK.
    assert.ok(Number(exposure) < 2, `exposure ${exposure}`);
  },
});
