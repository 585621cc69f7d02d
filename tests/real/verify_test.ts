import assert from "node:assert/strict";
import { kar } from "../cli/kar.ts";
import { withFolder } from "../daemon/support.ts";
import { configFor } from "../verify/logging_server.ts";
import { Nginx } from "./nginx.ts";
import { isFound } from "./support.ts";

Deno.test({
  name: "kar verify proves a run's counts by the logs of a real nginx",
  ignore: !await isFound("nginx"),
  fn: () =>
    withFolder(async (folder) => {
      await using nginx = await Nginx.start();
      const record = `${folder}/run.kar`;
      const config = configFor(`http://127.0.0.1:${nginx.http}/ok`);
      const args = ["--set", "controller.base_tps=200", "--duration", "5s"];
      const ran = await kar(
        ["run", "--config", "kar.yaml", ...args, "--record", record],
        { files: { "kar.yaml": config }, wallMs: Date.now() },
      );
      assert.equal(ran.code, 0, ran.err);
      for (const format of ["combined", "msec"] as const) {
        const log = nginx.logFile(format);
        // A busy machine may refute the law, and be right.
        const { out } = await kar(["verify", record, log, "--json"]);
        const { counts, lines } = JSON.parse(out);
        assert.equal(counts.result, "proved", out);
        assert.equal(counts.lines, counts.planned);
        assert.equal(lines.tickMs, format === "msec" ? 1 : 1000);
        const text = await Deno.readTextFile(log);
        const cut = `${folder}/cut.log`;
        await Deno.writeTextFile(cut, text.slice(text.indexOf("\n") + 1));
        const less = await kar(["verify", record, cut]);
        assert.equal(less.code, 8);
        assert.match(less.out, /missing: 1 line between/);
      }
    }),
});
