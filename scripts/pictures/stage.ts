import { ROOT } from "../packaging/program.ts";

/** Size of the pictures in characters. */
export const SIZE = { columns: 80, rows: 24 } as const;

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** A terminal in which the real kar runs: tmux, with all colours. */
export class Stage implements AsyncDisposable {
  readonly #server = `kar-pictures-${crypto.randomUUID()}`;
  readonly #folder = Deno.makeTempDirSync({ prefix: "kar-pictures-" });

  async kar(args: readonly string[]): Promise<void> {
    const env = [
      ...["LC_ALL=C.UTF-8", "COLORTERM=truecolor", "TZ=Europe/Berlin"],
      ...[`XDG_RUNTIME_DIR=${this.#folder}`, `XDG_STATE_HOME=${this.#folder}`],
    ];
    const { columns, rows } = SIZE;
    await this.#tmux(
      ...["-f", "/dev/null", "new-session", "-d"],
      ...["-x", String(columns), "-y", String(rows), "-c", this.#folder],
      ...env.flatMap((each) => ["-e", each]),
      ...[Deno.execPath(), "run", "-A", `${ROOT}/main.ts`, ...args],
    );
  }

  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Types over what stands in the field. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "C-u");
    await this.#tmux("send-keys", "-l", text);
  }

  /** Waits until the screen shows something. @returns it, with its colours */
  async shows(pattern: RegExp): Promise<string> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      if (pattern.test(await this.#tmux("capture-pane", "-p"))) {
        return await this.#tmux("capture-pane", "-p", "-e");
      }
      if (performance.now() > endMs) {
        const screen = await this.#tmux("capture-pane", "-p");
        throw new Error(`The screen never showed ${pattern}, but:\n${screen}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-L", this.#server, ...args],
      env: { NO_COLOR: "" },
    }).output();
    const text = new TextDecoder();
    if (success) return text.decode(stdout);
    throw new Error(`tmux ${args[0]}: ${text.decode(stderr).trim()}`);
  }
}
