import assert from "node:assert/strict";
import { follow, lastLines, RotatingFile } from "../../../src/daemon/mod.ts";
import { withFolder } from "../support.ts";
import { until } from "../../fixtures/until.ts";

Deno.test("lastLines() reads across the parts of a log", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    await Deno.writeTextFile(`${path}.2`, "1\n2\n");
    await Deno.writeTextFile(`${path}.1`, "3\n4\n");
    await Deno.writeTextFile(path, "5\n6\n");
    const read = async (lines: number) =>
      (await lastLines(path, { lines, parts: 5 })).text;
    assert.equal(await read(0), "");
    assert.equal(await read(1), "6\n");
    assert.equal(await read(3), "4\n5\n6\n");
    assert.equal(await read(99), "1\n2\n3\n4\n5\n6\n");
  }));

Deno.test("lastLines() says where to go on, and leaves a line that is not whole", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    await Deno.writeTextFile(path, "1\n2\nhalf");
    const read = () => lastLines(path, { lines: 1, parts: 1 });
    assert.deepEqual(await read(), { text: "2\n", offset: 4 });
    await Deno.rename(path, `${path}.1`);
    assert.deepEqual(await read(), { text: "2\n", offset: 0 });
  }));

Deno.test("lastLines() reads no more than the end of what is far too large", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    await Deno.writeTextFile(path, "");
    await Deno.truncate(path, 8 * 2 ** 30);
    await Deno.writeTextFile(path, "\n1\n2\n", { append: true });
    const { text } = await lastLines(path, { lines: 2, parts: 0 });
    assert.equal(text, "1\n2\n");
  }));

Deno.test({
  name: "lastLines() and follow() say that a log cannot be read",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const path = `${folder}/a.log`;
      await Deno.symlink(path, path);
      const expected = {
        exit: "cannotStart",
        message: /^Cannot read the log .*a\.log: /,
      };
      const signal = AbortSignal.abort();
      await assert.rejects(lastLines(path, { lines: 1, parts: 1 }), expected);
      await assert.rejects(
        follow(path, { offset: 0, signal, onText: () => {} }),
        expected,
      );
    }),
});

Deno.test("follow() hands on whole lines, also where a half one was taken back", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    const add = (text: string) =>
      Deno.writeTextFile(path, text, { append: true });
    await add("1\nhal");
    let text = "";
    const end = new AbortController();
    const following = follow(path, {
      offset: 0,
      signal: end.signal,
      onText: (more) => {
        assert.ok(more.endsWith("\n"));
        text += more;
      },
    });
    await until("a line is read", () => text === "1\n");
    await Deno.truncate(path, 2);
    await add("×".repeat(30_000) + "\n2\n");
    await until("the next are read", () => text.endsWith("2\n"));
    end.abort();
    await following;
    assert.equal(text, `1\n${"×".repeat(30_000)}\n2\n`);
  }));

Deno.test("follow() reads what is added, also when the log moves on or is emptied", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    await Deno.writeTextFile(path, "old\n");
    let text = "";
    const end = new AbortController();
    const following = follow(path, {
      offset: 4,
      signal: end.signal,
      onText: (more) => text += more,
    });
    const file = new RotatingFile(path, { bytesMax: 10, parts: 3 });
    await file.write("1\n");
    await until("a line is read", () => text === "1\n");
    await file.write("22222\n");
    await file.write("3\n");
    await until("the new part is read", () => text.endsWith("3\n"));
    file.close();
    await Deno.truncate(path);
    await file.write("4\n");
    await until("it is read from the start", () => text.endsWith("4\n"));
    file.close();
    end.abort();
    await following;
    assert.equal(text, "1\n22222\n3\n4\n");
  }));
