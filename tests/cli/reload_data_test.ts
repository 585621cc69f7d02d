/** Files of data, while a run goes on. */
import assert from "node:assert/strict";
import { until } from "../fixtures/until.ts";
import { JourneyServer } from "../net/journeys.ts";
import { CONFIG, withRun } from "./operated.ts";

Deno.test("a run goes on with the data that it has read; kar reload reads them anew", async () => {
  await using server = await JourneyServer.open(() => ({}));
  await withRun(["--name", "a"], async ({ folder, files, use }) => {
    const csv = `${folder}/users.csv`;
    await Deno.writeTextFile(csv, "id\nold1\nold2\n");
    files["kar.yaml"] = CONFIG.replace(
      "http://127.0.0.1:1/",
      `${server.base}/{{users.id}}`,
    ) + `data: { users: { file: ${csv} } }\n`;
    assert.match((await use("reload")).out, /^a: reloaded from /);
    const came = (text: string, count: number) =>
      until(`${text} came`, () =>
        Promise.resolve(
          server.seen.filter(({ line }) => line.includes(text)).length >= count,
        ));
    await came("/old", 5);
    await Deno.writeTextFile(csv, "id\nnew1\nnew2\nnew3\n");
    await came("/old", server.seen.length + 20);
    assert.ok(!server.seen.some(({ line }) => line.includes("/new")));
    const { out } = await use("reload");
    assert.match(
      out,
      /^a: reloaded from .*\n {2}data\.users\.file: .*csv has changed\n$/,
    );
    await came("/new", 20);
    await Deno.writeTextFile(csv, "id\nbad,cells\n");
    const { code, err } = await use("reload");
    assert.equal(code, 3);
    assert.match(
      err,
      /users\.csv:2:\d+: .*[^]*Not reloaded, the old plan goes on/,
    );
    const before = server.seen.length;
    await came("/new", before + 10);
    const last = server.seen.slice(-10).map(({ line }) => line);
    for (const line of last) assert.match(line, /^GET \/new[123]$/);
  });
});
