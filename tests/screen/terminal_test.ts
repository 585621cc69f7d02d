import assert from "node:assert/strict";
import { type Painted, plain } from "../../src/base/mod.ts";
import { type Command, openScreen } from "../../src/screen/mod.ts";

/** A terminal that notes what it is told, and can be slow or gone. */
class FakeTerminal {
  readonly raw: boolean[] = [];
  readonly commands: Command[] = [];
  text = "";
  /** While set, writes wait for it. */
  block: Promise<void> | null = null;
  isGone = false;
  /** Bytes that one write takes. */
  chunk = Infinity;
  readonly #keys = Promise.withResolvers<
    ReadableStreamDefaultController<Uint8Array>
  >();
  readonly input = {
    readable: new ReadableStream<Uint8Array>({
      start: (controller) => this.#keys.resolve(controller),
    }),
    setRaw: (isRaw: boolean) => void this.raw.push(isRaw),
  };
  readonly output = {
    write: async (bytes: Uint8Array) => {
      await this.block;
      return this.#take(bytes);
    },
    writeSync: (bytes: Uint8Array) => this.#take(bytes),
  };

  open() {
    return openScreen({
      output: this.output,
      input: this.input,
      onKey: (command) => void this.commands.push(command),
    });
  }

  async type(text: string): Promise<void> {
    (await this.#keys.promise).enqueue(new TextEncoder().encode(text));
    await settled();
  }

  /** What came since the last call. */
  taken(): string {
    const { text } = this;
    this.text = "";
    return text;
  }

  #take(bytes: Uint8Array): number {
    if (this.isGone) throw new Deno.errors.BrokenPipe("gone");
    const taken = bytes.subarray(0, this.chunk);
    this.text += new TextDecoder().decode(taken);
    return taken.length;
  }
}

/** A test after which the system has taken back its signal listeners. */
function screenTest(name: string, test: () => Promise<void>): void {
  Deno.test(name, async () => {
    await test();
    await settled();
  });
}

/** Lets everything run that is ready to. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Turns of the event loop in which a signal must arrive. */
const SIGNAL_TURNS = 2000;
const ENTERED = "\x1b[?1049h\x1b[2J\x1b[?25l\x1b[?7l\x1b[?2004h";
const LEFT = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?2004l\x1b[?1049l";

function frame(changes: string): string {
  return `\x1b[?2026h${changes}\x1b[?2026l`;
}

/** Lines as a screen takes them. */
function lines(...texts: string[]): Painted[] {
  return texts.map(plain);
}

function row(number: number, text: string): string {
  return `\x1b[${number};1H\x1b[2K${text}`;
}

screenTest(
  "openScreen() takes the terminal and close() gives it back, once",
  async () => {
    const terminal = new FakeTerminal();
    const screen = terminal.open();
    assert.deepEqual(terminal.raw, [true]);
    assert.equal(terminal.taken(), ENTERED);
    await screen.close();
    await screen.close();
    assert.deepEqual(terminal.raw, [true, false]);
    assert.equal(terminal.taken(), LEFT);
  },
);

screenTest("draw() sends the lines that changed and nothing else", async () => {
  const terminal = new FakeTerminal();
  const screen = terminal.open();
  terminal.taken();
  screen.draw(lines("a", "b", "c"));
  await settled();
  assert.equal(
    terminal.taken(),
    frame(row(1, "a") + row(2, "b") + row(3, "c")),
  );
  screen.draw(lines("a", "B", "c"));
  await settled();
  assert.equal(terminal.taken(), frame(row(2, "B")));
  screen.draw(lines("a", "B", "c"));
  screen.draw(lines("a", "B"));
  await settled();
  assert.equal(terminal.taken(), frame(row(3, "")));
  await screen.close();
});

screenTest(
  "draw() skips pictures while the terminal is slow and then shows the newest",
  async () => {
    const terminal = new FakeTerminal();
    const screen = terminal.open();
    terminal.taken();
    const { promise, resolve } = Promise.withResolvers<void>();
    terminal.block = promise;
    screen.draw(lines("one"));
    screen.draw(lines("two"));
    await settled();
    assert.equal(terminal.taken(), "");
    terminal.block = null;
    resolve();
    await settled();
    assert.equal(terminal.taken(), frame(row(1, "one")));
    screen.draw(lines("three"));
    await settled();
    assert.equal(terminal.taken(), frame(row(1, "three")));
    await screen.close();
  },
);

screenTest(
  "draw() sends everything to a terminal that takes it in pieces",
  async () => {
    const terminal = new FakeTerminal();
    terminal.chunk = 3;
    const screen = terminal.open();
    terminal.taken();
    screen.draw(lines("hello"));
    await settled();
    assert.equal(terminal.taken(), frame(row(1, "hello")));
    await screen.close();
  },
);

screenTest("draw() never throws when the terminal is gone", async () => {
  const terminal = new FakeTerminal();
  const screen = terminal.open();
  terminal.isGone = true;
  screen.draw(lines("a"));
  await settled();
  screen.draw(lines("b"));
  await screen.close();
  assert.deepEqual(terminal.raw, [true, false]);
});

screenTest(
  "draw() paints the whole screen anew after its size changed",
  async () => {
    const terminal = new FakeTerminal();
    const screen = terminal.open();
    screen.draw(lines("a"));
    await settled();
    terminal.taken();
    Deno.kill(Deno.pid, "SIGWINCH");
    for (let i = 0; i < SIGNAL_TURNS && terminal.text === ""; i++) {
      await settled();
      screen.draw(lines("a"));
    }
    assert.equal(terminal.taken(), frame(`\x1b[2J${row(1, "a")}`));
    await screen.close();
  },
);

screenTest("close() ends the last picture first", async () => {
  const terminal = new FakeTerminal();
  const screen = terminal.open();
  terminal.taken();
  const { promise, resolve } = Promise.withResolvers<void>();
  terminal.block = promise;
  screen.draw(lines("a"));
  const closed = screen.close();
  screen.draw(lines("b"));
  resolve();
  await closed;
  assert.equal(terminal.taken(), frame(row(1, "a")) + LEFT);
});

screenTest(
  "close() does not wait for ever for a terminal that takes nothing",
  async () => {
    const terminal = new FakeTerminal();
    const screen = terminal.open();
    terminal.taken();
    const { promise, resolve } = Promise.withResolvers<void>();
    terminal.block = promise;
    screen.draw(lines("a"));
    await screen.close();
    assert.equal(terminal.taken(), LEFT);
    resolve();
    await settled();
  },
);

screenTest(
  "openScreen() restores the terminal when the program ends without close()",
  async () => {
    for (const event of ["unload", "error", "unhandledrejection"]) {
      const terminal = new FakeTerminal();
      const screen = terminal.open();
      terminal.taken();
      dispatchEvent(new Event(event));
      assert.deepEqual(terminal.raw, [true, false], event);
      await screen.close();
      assert.equal(terminal.taken(), LEFT);
    }
  },
);

screenTest(
  "onKey() hears commands, Ctrl-C among them, until close()",
  async () => {
    const terminal = new FakeTerminal();
    const screen = terminal.open();
    await terminal.type("\rs");
    await terminal.type("\x03");
    assert.deepEqual(terminal.commands, ["toggle", "spike", "interrupt"]);
    await screen.close();
  },
);
