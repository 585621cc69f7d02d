import assert from "node:assert/strict";
import { Log, type LogTarget } from "../../../src/daemon/mod.ts";
import { until } from "../../fixtures/until.ts";

/** A file that takes lines, or none at all. */
class Target implements LogTarget {
  text = "";
  opened = 0;
  isFull = false;
  #isOpen = false;

  write(text: string): Promise<void> {
    if (this.isFull) return Promise.reject(new Error("No space left"));
    if (!this.#isOpen) this.opened++;
    this.#isOpen = true;
    this.text += text;
    return Promise.resolve();
  }

  close(): void {
    this.#isOpen = false;
  }

  get messages(): string[] {
    return this.text.split("\n").filter(Boolean)
      .map((line) => JSON.parse(line).message);
  }
}

const OPTIONS = { format: "json", now: () => 0, retryMs: 1 } as const;

Deno.test("Log writes every line in order", async () => {
  const target = new Target();
  const log = new Log(target, OPTIONS);
  const messages = Array.from({ length: 500 }, (_, i) => `line ${i}`);
  for (const message of messages) log.add("info", message);
  await log.close();
  assert.deepEqual(target.messages, messages);
  assert.equal(log.lost, 0);
});

Deno.test("Log keeps what it can while nothing can be written, and tells what it lost", async () => {
  const target = new Target();
  const log = new Log(target, OPTIONS);
  target.isFull = true;
  for (let i = 0; i < 2100; i++) log.add("info", `line ${i}`);
  await until("it is noticed", () => log.problem !== null);
  assert.match(log.problem!, /No space left/);
  assert.equal(log.lost, 100);
  target.isFull = false;
  await until("all is written", () => target.messages.length === 2001);
  await log.close();
  assert.equal(target.messages[1999], "line 1999");
  const last = JSON.parse(target.text.trimEnd().split("\n").at(-1)!);
  assert.equal(last.message, "100 lines of this log were lost");
  assert.equal(last.level, "warn");
  assert.match(last.reason, /./);
  assert.equal(log.problem, null);
});

Deno.test("Log.reopen() opens the file anew before the next line", async () => {
  const target = new Target();
  const log = new Log(target, OPTIONS);
  log.add("info", "1");
  await until("1 is written", () => target.messages.length === 1);
  log.reopen();
  assert.equal(target.opened, 1);
  log.add("info", "2");
  await log.close();
  assert.equal(target.opened, 2);
});

Deno.test("Log.close() does not wait for a disk that stays full, or one that hangs", async () => {
  const full = new Target();
  full.isFull = true;
  const hung: LogTarget = {
    write: () => new Promise(() => {}),
    close: () => {},
  };
  const logs = [full, hung].map((target) => new Log(target, OPTIONS));
  for (const log of logs) log.add("info", "never");
  await Promise.all(logs.map((log) => log.close()));
  for (const log of logs) log.add("info", "too late");
  assert.equal(full.text, "");
});
