import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { withFolder } from "../daemon/support.ts";
import { readJunit } from "../report/junit_parser.ts";
import { FakeSystem } from "./fake_system.ts";
import { withServer } from "./served.ts";

Deno.test("--out junit has a case for each threshold and target, which fails where that target does", () =>
  withServer(
    "--duration 900ms --quiet",
    ({ system, server }) =>
      withFolder(async (folder) => {
        const file = `${folder}/verdict.xml`;
        const missing = `http://127.0.0.1:${server.ports.http}/nothing/here`;
        const config = await system.readConfigFile("kar.yaml");
        const run = new FakeSystem({
          args: [
            ...system.args,
            ...["--threshold", "errors{target=*} < 1%"],
            ...["--threshold", "missed{target=*} == 0"],
            ...["--threshold", "errors < 99%", "--out", `junit=${file}`],
          ],
          files: {
            "kar.yaml": config.replace(
              "\ncontroller",
              `\n  - { name: bad, url: "${missing}", timeout: 5s }\ncontroller`,
            ) + "tolerate: 100%\n",
          },
        });
        assert.equal(await runCli(run), 7, run.stderr.text);
        const { cases } = await readJunit(await Deno.readTextFile(file));
        assert.deepEqual(cases.filter(([group]) => group !== "kar.kar"), [
          ["kar.api", "errors{target=api} < 1%", "passed"],
          ["kar.bad", "errors{target=bad} < 1%", "failure"],
          ["kar.api", "missed{target=api} == 0", "passed"],
          ["kar.bad", "missed{target=bad} == 0", "passed"],
          ["kar.all targets", "errors < 99%", "passed"],
        ]);
      }),
  ));
