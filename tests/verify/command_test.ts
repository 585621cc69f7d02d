import assert from "node:assert/strict";
import { configFor, LoggingServer } from "./logging_server.ts";
import { kar } from "../cli/kar.ts";
import { withFolder } from "../daemon/support.ts";

/*
 * `kar verify` of a real run, held against the log of a server of its own.
 */

/** The law of chance is refuted where a busy machine is late: counts are proved all the same. */
const EVEN = "arrivals: uniform\n";

/** Sends for two seconds; gives the record, and the server's log as a file. */
async function withRun(
  use: (files: {
    readonly record: string;
    readonly log: string;
    readonly lines: readonly string[];
  }) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    await using server = new LoggingServer();
    const record = `${folder}/run.kar`;
    const log = `${folder}/access.log`;
    const args = ["run", "--config", "kar.yaml", "--duration", "2s"];
    const { code, err } = await kar([...args, "--record", record], {
      files: { "kar.yaml": `${configFor(server.url)}${EVEN}` },
      wallMs: Date.now(),
    });
    assert.equal(code, 0, err);
    const lines = server.lines;
    await Deno.writeTextFile(log, `${lines.join("\n")}\n`);
    await use({ record, log, lines });
  });
}

Deno.test("kar verify proves the counts of a real run, and refutes them where a line lacks or is too many", () =>
  withRun(async ({ record, log, lines }) => {
    const good = await kar(["verify", record, log]);
    assert.deepEqual([good.code, good.err], [0, ""]);
    assert.match(good.out, /^ {2}counts +proved +\d+ planned again, \d+ in/m);
    assert.match(good.out, /^ {2}law +not yet /m);
    assert.doesNotMatch(good.out, /health checks/);

    await Deno.writeTextFile(log, lines.toSpliced(40, 1).join("\n"));
    const less = await kar(["verify", record, log]);
    assert.equal(less.code, 8, less.out);
    assert.match(less.out, /missing: 1 line between \S+ and \S+/);
    assert.match(less.err, /^kar: .* the proof of counts is refuted\n$/);

    const twice = lines.toSpliced(40, 0, lines[40]!);
    await Deno.writeTextFile(log, twice.join("\r\n"));
    const more = await kar(["verify", record, log, "--json"]);
    assert.equal(more.code, 8);
    const { counts, lines: read } = JSON.parse(more.out);
    assert.deepEqual([counts.missing, counts.surplus], [0, 1]);
    assert.equal(counts.planned, lines.length);
    assert.match(counts.faults[0].from, /^20\d\d-.*Z$/);
    assert.equal(read.read, lines.length + 1);
  }));

Deno.test("kar verify takes the run's own paths, and a compressed log", () =>
  withRun(async ({ record, log, lines }) => {
    const health = lines.slice(0, 5).map((line) =>
      line.replace("/work", "/health")
    );
    const text = [...health, "what is this?", ...lines].join("\n");
    const gzip = new Blob([text]).stream()
      .pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(`${log}.gz`, gzip);
    const args = ["verify", record, `${log}.gz`, "--path", "/work*"];
    const { code, out, err } = await kar(args);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /5 of other paths/);
    assert.match(out, /1 cannot be read; line 6 is: what is this\?/);
  }));

Deno.test("kar verify says what is wrong with a log, a target and a record", () =>
  withRun(async ({ record, log }) => {
    const none = await kar(["verify", record, `${log}.none`]);
    assert.equal(none.code, 2);
    assert.match(none.err, /Cannot read the log .*: the file does not exist/);
    await Deno.writeTextFile(log, "hello\n\x1b[2Jworld\n");
    const other = await kar(["verify", record, log]);
    assert.equal(other.code, 2);
    assert.match(other.err, /none of its 2 lines has a time .* --format/);
    const target = await kar(["verify", record, log, "--target", "shop"]);
    assert.equal(target.code, 2);
    assert.match(target.err, /--target 'shop' is invalid: .*targets: api/);
    const format = await kar(["verify", record, log, "--format", "xml"]);
    assert.equal(format.code, 2);
    assert.equal((await kar(["verify", `${log}/none`, log])).code, 2);
  }));
