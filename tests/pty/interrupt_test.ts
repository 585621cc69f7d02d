import assert from "node:assert/strict";
import { acceptAll, acceptUntil, acceptWithUrl, QUESTIONS } from "./accept.ts";
import { Pty, ptyTest } from "./pty.ts";

/** Terminals at once: a small machine has more to do. */
const AT_ONCE = 3;

/** Ways to a place in the wizard where Ctrl-C is pressed then. */
type Way = (pty: Pty) => Promise<unknown>;

async function interruptsAfter(ways: readonly Way[]): Promise<void> {
  const left = [...ways];
  const take = async () => {
    for (let way = left.shift(); way !== undefined; way = left.shift()) {
      await using pty = new Pty();
      await pty.kar(["start"]);
      await way(pty);
      await pty.press("C-c");
      assert.match(await pty.ends(130), /Cancelled; nothing was sent/);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}

ptyTest(
  "kar start leaves with 130 after Ctrl-C at each question",
  () =>
    interruptsAfter(QUESTIONS.map((_, to) => (pty) => acceptAll(pty, { to }))),
);

ptyTest(
  "kar start leaves with 130 after Ctrl-C wherever else it waits",
  async () => {
    // Takes connections, and never answers.
    const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = silent.addr as Deno.NetAddr;
    const ways: readonly Way[] = [
      async (pty) => {
        await pty.shows(QUESTIONS[0]!);
        await pty.press("Enter");
        await pty.shows(/◆ {2}Protocol/);
        await pty.press("Down", "Down", "Enter");
        await pty.shows(/◆ {2}gRPC method/);
        await pty.answer("a.B/C");
        await pty.shows(/◆ {2}Do requests differ/);
        await pty.press("Enter", "Enter");
        await pty.shows(/◆ {2}Message as JSON/);
      },
      async (pty) => {
        await pty.shows(QUESTIONS[0]!);
        await pty.answer("nonsense");
        await pty.shows(/▲ {2}Target URL/);
      },
      async (pty) => {
        await acceptUntil(pty, 4);
        await pty.press("Down", "Down", "Enter");
        await pty.shows(/◆ {2}Save to which file/);
      },
      async (pty) => {
        // TEST-NET-1: nobody has it, and nothing is sent before the name is typed.
        await acceptWithUrl(pty, "http://192.0.2.1/");
        await pty.press("Enter");
        await pty.shows(/192\.0\.2\.1 is neither this machine/);
      },
      async (pty) => {
        await acceptWithUrl(pty, `http://127.0.0.1:${port}/`);
        await pty.press("Enter");
        await pty.shows(/◆ {2}Checking that the target answers/);
      },
    ];
    try {
      await interruptsAfter(ways);
    } finally {
      silent.close();
    }
  },
);
