import assert from "node:assert/strict";
import { KAR } from "../cli/kar.ts";

/** A slow, noisy machine may take this long to show something. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 40;

/** Whether tmux, the terminal of these tests, is there. */
export const hasTerminal = await hasTmux();

async function hasTmux(): Promise<boolean> {
  try {
    return (await new Deno.Command("tmux", { args: ["-V"] }).output()).success;
  } catch {
    return false;
  }
}

/** A test that needs a terminal; it says so where there is none. */
export function ptyTest(name: string, body: () => Promise<void>): void {
  const skipped = hasTerminal ? "" : " (skipped: tmux is not there)";
  Deno.test(`${name}${skipped}`, { ignore: !hasTerminal }, body);
}

/** Size of a terminal in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a terminal may differ in. */
export interface PtyOptions extends Size {
  /** Variables of the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A real terminal, in which a real kar runs. */
export class Pty implements AsyncDisposable {
  readonly #server = `kar-test-${crypto.randomUUID()}`;
  /** A folder of its own, in which kar runs. */
  readonly folder = Deno.makeTempDirSync({ prefix: "kar-pty-" });

  /** Starts `kar …` on a terminal of 80 × 24, or of another size or kind. */
  kar(args: readonly string[], options: Partial<PtyOptions> = {}) {
    return this.run([...KAR, ...args], options);
  }

  /** Starts any program in the same way. */
  async run(
    words: readonly string[],
    { columns = 80, rows = 24, env = {} }: Partial<PtyOptions> = {},
  ): Promise<void> {
    const variables = Object.entries(env)
      .map(([name, value]) => `export ${name}='${value}'; `).join("");
    const script = `${variables}cd ${this.folder}; before=$(stty -g)
${words.map((word) => `'${word}'`).join(" ")} & pid=$!
echo $pid > pid; fg >/dev/null 2>&1; code=$?
[ "$before" = "$(stty -g)" ] && echo "ended $code, terminal kept" || echo "ended $code, terminal changed"
exec sleep 300`;
    await this.#tmux(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      ...["-x", String(columns), "-y", String(rows)],
      ...environment(this.folder).flatMap((each) => ["-e", each]),
      "bash",
      "-mc",
      script,
    );
  }

  /** Presses keys, by tmux's names: `Enter`, `Escape`, `C-c`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Types text over what stands in the field. */
  async answer(text: string): Promise<void> {
    await this.#tmux("send-keys", "C-u");
    if (text !== "") await this.#tmux("send-keys", "-l", text);
    await this.#tmux("send-keys", "Enter");
  }

  /** Pastes a text, marked as such where the program asks for it. */
  async paste(text: string): Promise<void> {
    await this.#tmux("set-buffer", text);
    await this.#tmux("paste-buffer", "-p");
  }

  async resize({ columns, rows }: Size): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** What the terminal shows. */
  async screen(): Promise<string> {
    const text = await this.#tmux("capture-pane", "-p");
    return `${text.trimEnd()}\n`;
  }

  /** Waits until the screen matches, and tells what it shows then. */
  async shows(pattern: RegExp): Promise<string> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const screen = await this.screen();
      if (pattern.test(screen)) return screen;
      if (performance.now() > endMs) {
        assert.fail(`${pattern} never came; the screen is\n${screen}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Waits until kar has ended, and checks that the terminal is as it was. */
  async ends(code: number): Promise<string> {
    const screen = await this.shows(/ended \d+, terminal/);
    assert.match(screen, new RegExp(`ended ${code}, terminal kept`));
    const state = "#{alternate_on} #{cursor_flag} #{wrap_flag}";
    const shown = await this.#tmux("display-message", "-p", state);
    assert.equal(shown.trim(), "0 1 1", "screen, cursor and wrapping");
    return screen;
  }

  async signal(signal: Deno.Signal): Promise<void> {
    const pid = await Deno.readTextFile(`${this.folder}/pid`);
    Deno.kill(Number(pid), signal);
  }

  /** Takes the terminal away, as a dropped connection does. */
  async hangUp(): Promise<void> {
    await this.#tmux("kill-server");
  }

  /** Waits until the program is gone, terminal or not. */
  async isGone(): Promise<void> {
    const pid = Number(await Deno.readTextFile(`${this.folder}/pid`));
    const endMs = performance.now() + PATIENCE_MS;
    while (isAlive(pid)) {
      assert.ok(performance.now() < endMs, `process ${pid} is still there`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    await Deno.remove(this.folder, { recursive: true });
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-L", this.#server, ...args],
    }).output();
    const text = new TextDecoder();
    assert.ok(success, `tmux ${args[0]}: ${text.decode(stderr)}`);
    return text.decode(stdout);
  }
}

function isAlive(pid: number): boolean {
  try {
    // Changes nothing for a process that runs.
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}

function environment(folder: string): string[] {
  const variables = { ...VARIABLES, ...foldersIn(folder) };
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

const VARIABLES = { LC_ALL: "C.UTF-8", NO_COLOR: "1", TZ: "UTC" };

/** Where a run in a terminal keeps what it keeps. */
export function foldersIn(folder: string): Record<string, string> {
  return { XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: folder };
}
