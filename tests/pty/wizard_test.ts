import assert from "node:assert/strict";
import { realKar } from "../cli/kar.ts";
import { assertGolden } from "../fixtures/golden.ts";
import { acceptAll, acceptUntil } from "./accept.ts";
import { Pty, ptyTest } from "./pty.ts";

/** The review without what the hour of the day decides. */
function withoutTimes(screen: string): string {
  return screen.replace(/ 0 ┼.*\n.*\n/, " 0 ┼ …\n");
}

ptyTest(
  "kar start asks on four pages, keeps answers, and says why one is wrong",
  async () => {
    await using pty = new Pty();
    await pty.kar(["start"]);
    await pty.shows(/Target URL:/);
    await pty.answer("ftp://example.com");
    await pty.shows(/must be an address such as http/);
    await pty.answer("http://127.0.0.1:8080/orders");
    await pty.shows(/◆ {2}Protocol/);
    await pty.press("Enter");
    await pty.shows(/HTTP method/);
    await pty.press("Down", "Enter");
    await pty.shows(/◆ {2}Do requests differ/);
    await pty.press("Enter");
    await pty.shows(/◆ {2}Headers/);
    await pty.answer("accept: text/html; q=0.9; x-test: kar");
    await assertGolden("wizard_1_target", await pty.shows(/◆ {2}Body/));
    await pty.press("Escape");
    await pty.shows(/◆ {2}Headers.*\n.*x-test: kar/);
    await pty.press("Enter");
    await pty.shows(/◆ {2}Body/);
    await pty.answer('{"id": 1}');
    await pty.shows(/◆ {2}Base TPS/);
    await pty.answer("200");
    await pty.shows(/◆ {2}Max TPS/);
    await pty.answer("100");
    const wrong = await pty.shows(/must be at least base_tps/);
    await assertGolden("wizard_2_traffic", wrong);
    await pty.answer("500");
    await pty.shows(/◆ {2}Spikes/);
    await pty.answer("none");
    await pty.shows(/◆ {2}Noise/);
    await pty.answer("0%");
    await pty.shows(/◆ {2}Schedule/);
    await pty.answer("9-25:1.5");
    await assertGolden("wizard_3_pattern", await pty.shows(/0 to 23/));
    await pty.answer("");
    const review = await pty.shows(/○ Quit\n└/);
    await assertGolden("wizard_4_review", withoutTimes(review));
    await pty.press("Up", "Enter");
    await pty.ends(0);
  },
);

ptyTest("kar start loses no key of whoever types ahead", async () => {
  await using pty = new Pty();
  await pty.kar(["start"]);
  await pty.shows(/Target URL:/);
  await pty.press(...new Array<string>(5).fill("Enter"), "5", "Enter");
  await pty.shows(/Base TPS {2}5\n[^]*◆ {2}Max TPS/);
  await pty.press("C-c");
  await pty.ends(130);
});

ptyTest(
  "kar start fires nothing by keys that came before its review, or by a paste",
  async () => {
    await using pty = new Pty();
    await pty.kar(["start"]);
    await pty.shows(/Target URL:/);
    await pty.press("C-u");
    await pty.paste("http://127.0.0.1:1/\n\n\n\n\n\n\n\n\n\n\n\n\n");
    await pty.shows(/│ {2}http:\/\/127\.0\.0\.1:1\/\n└ {2}such as/);
    await pty.press(...new Array<string>(40).fill("Enter"));
    await pty.shows(/● Fire/);
    await pty.press("Up");
    await pty.shows(/○ Fire[^]*● Quit/);
    await pty.press("Enter");
    assert.match(await pty.ends(0), /Nothing was sent/);
  },
);

ptyTest("kar start gives the terminal back after a signal", async () => {
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    await using pty = new Pty();
    await pty.kar(["start"]);
    await pty.shows(/Target URL:/);
    await pty.signal(signal);
    await pty.ends(130);
  }
});

ptyTest(
  "kar start saves a config that kar validate accepts, and replaces none unasked",
  async () => {
    await using pty = new Pty();
    const path = `${pty.folder}/kar.yaml`;
    await Deno.writeTextFile(path, "mine");
    await pty.kar(["start"]);
    await acceptUntil(pty, 4);
    await pty.press("Down", "Down", "Enter");
    await pty.shows(/◆ {2}Save to which file/);
    await pty.answer("/nowhere/kar.yaml");
    await pty.shows(/◆ {2}Cannot write [^]*Save to which file/);
    await pty.answer("kar.yaml");
    await pty.shows(/◆ {2}kar.yaml is there already/);
    await pty.press("Enter");
    await pty.shows(/◆ {2}Save to which file/);
    assert.equal(await Deno.readTextFile(path), "mine");
    await pty.answer("mine.yaml");
    await pty.shows(/Saved: kar run --config mine.yaml[^]*● Fire/);
    await pty.press("Up");
    await pty.shows(/○ Fire[^]*● Quit/);
    await pty.press("Enter");
    assert.match(await pty.ends(0), /kar run --config mine.yaml/);
    const checked = await realKar(["validate", `${pty.folder}/mine.yaml`]);
    assert.deepEqual([checked.code, checked.err], [0, ""]);
  },
);

ptyTest(
  "kar start can be used on a tiny screen, and after it has grown",
  async () => {
    await using pty = new Pty();
    await pty.kar(["start"], { columns: 30, rows: 8 });
    await pty.shows(/8080/);
    await pty.press("Enter");
    await pty.shows(/http2/);
    await pty.resize({ columns: 100, rows: 30 });
    await pty.press("Enter");
    await pty.shows(/HTTP method/);
    await pty.press("C-c");
    await pty.ends(130);
  },
);

ptyTest(
  "kar start offers the rows of a file, and their columns for the URL",
  async () => {
    await using pty = new Pty();
    await Deno.writeTextFile(`${pty.folder}/users.csv`, "id,name\n7,Ann\n");
    await pty.kar(["start"]);
    await acceptAll(pty, { to: 3 });
    await pty.press("Down", "Down", "Enter");
    await pty.shows(/◆ {2}File of the rows/);
    await pty.answer("user.csv");
    await pty.shows(/user\.csv.*not exist/);
    await pty.answer("users.csv");
    await pty.shows(/◆ {2}URL with its fields/);
    await pty.answer("http://127.0.0.1:8080/users/{{users.nam}}");
    await pty.shows(/did you mean users\.name/);
    await pty.answer("http://127.0.0.1:8080/users/{{users.name}}");
    await assertGolden("wizard_5_rows", await pty.shows(/◆ {2}Headers/));
    await acceptAll(pty, { from: 4, to: 11 });
    const review = await pty.shows(/○ Quit\n└/);
    assert.match(review, /Varies {3}a row of users\.csv for each request/);
    await pty.press("Down", "Down", "Enter");
    await pty.shows(/Save to which file/);
    await pty.answer("kar.yaml");
    await pty.shows(/Saved: kar run --config kar\.yaml/);
    await pty.press("Up", "Enter");
    await pty.ends(0);
    const file = await Deno.readTextFile(`${pty.folder}/kar.yaml`);
    assert.match(file, /data:\n {2}users:\n {4}file: "users\.csv"\n/);
  },
);
