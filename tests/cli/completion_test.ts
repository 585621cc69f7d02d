import assert from "node:assert/strict";
import { KAR, kar } from "./kar.ts";

async function candidates(...words: string[]): Promise<string[]> {
  const { code, out } = await kar(["__complete", "--", ...words]);
  assert.equal(code, 0);
  return out.split("\n").filter(Boolean).map((line) => line.split("\t")[0]!);
}

Deno.test("kar __complete offers the commands, and not itself", async () => {
  const words = await candidates("");
  for (const word of ["run", "demo", "simulate", "help"]) {
    assert.ok(words.includes(word), word);
  }
  assert.ok(!words.includes("__complete"));
});

Deno.test("kar __complete offers only what the word begins with", async () => {
  assert.deepEqual(await candidates("ve"), ["verify", "version"]);
  assert.deepEqual(await candidates("simulate", "--fo"), ["--format"]);
  assert.deepEqual(await candidates("zzz"), []);
});

Deno.test("kar __complete offers the choices of a flag in every spelling", async () => {
  const all = ["text", "csv", "json"];
  assert.deepEqual(await candidates("simulate", "--format", ""), all);
  assert.deepEqual(await candidates("simulate", "--format", "c"), ["csv"]);
  assert.deepEqual(await candidates("simulate", "--format=c"), [
    "--format=csv",
  ]);
  // Bash hands over the equals sign as a word of its own.
  assert.deepEqual(await candidates("simulate", "--format", "="), all);
  assert.deepEqual(await candidates("simulate", "--format", "=", "c"), ["csv"]);
});

Deno.test("kar __complete leaves values it does not know to the shell", async () => {
  assert.deepEqual(await candidates("run", "--config", ""), []);
  assert.deepEqual(await candidates("validate", ""), []);
});

Deno.test("kar __complete goes on after a flag's value", async () => {
  const words = await candidates("run", "--config", "run", "--du");
  assert.deepEqual(words, ["--duration"]);
});

Deno.test("kar __complete offers the choices of an argument", async () => {
  const shells = ["bash", "zsh", "fish", "powershell"];
  assert.deepEqual(await candidates("completion", ""), shells);
});

Deno.test("kar __complete offers the measures of a threshold", async () => {
  const words = await candidates("discover", "--threshold", "re");
  assert.deepEqual(words, ["response", "recovery"]);
});

Deno.test("kar __complete offers names of runs behind --name, and of those that are over where they matter", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kar-names-" });
  const [state, runtime] = [`${folder}/state`, `${folder}/run`];
  const sockets = `${runtime}/kar98k`;
  const records = `${state}/kar98k/records`;
  for (const path of [records, sockets]) {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  }
  for (const day of ["01", "02"]) {
    await Deno.writeTextFile(`${records}/soak-202612${day}T000000Z.kar`, "");
  }
  const listener = Deno.listen({
    transport: "unix",
    path: `${sockets}/live.sock`,
  });
  const env = { XDG_STATE_HOME: state, XDG_RUNTIME_DIR: runtime };
  const names = async (command: string) => {
    const words = ["__complete", "--", command, "--name", ""];
    const { out } = await kar(words, { env });
    return out.split("\n").filter(Boolean).map((line) => line.split("\t")[0]);
  };
  try {
    for (const command of ["run", "runs", "start"]) {
      assert.deepEqual(await names(command), ["live", "soak"], command);
    }
    assert.deepEqual(await names("status"), ["live"]);
  } finally {
    listener.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("kar completion powershell registers a completer", async () => {
  const { code, out } = await kar(["completion", "powershell"]);
  assert.equal(code, 0);
  assert.match(out, /^Register-ArgumentCompleter -Native -CommandName kar /);
});

Deno.test("kar __complete offers flags where nothing else can follow", async () => {
  const words = await candidates("demo", "");
  assert.deepEqual(words, [
    "--duration",
    "--protocol",
    "--journey",
    "--help",
  ]);
});

/** How each shell is asked for what it would offer; the first word of a line is the candidate. */
const SHELLS: Readonly<Record<string, (words: readonly string[]) => string>> = {
  bash: (words) => `
    source <(kar completion bash)
    COMP_WORDS=(${words.map(quoted).join(" ")})
    COMP_CWORD=${words.length - 1}
    compopt() { :; }
    _kar
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  // The functions that show candidates are replaced by ones that print them.
  zsh: (words) => `
    compdef() { :; }
    _describe() { print -l -- "\${(@)\${(@P)2}%%:*}"; }
    _files() { :; }
    source <(kar completion zsh)
    words=(${words.map(quoted).join(" ")})
    CURRENT=${words.length}
    _kar`,
  fish: (words) => `
    kar completion fish | source
    complete -C ${quoted(words.join(" "))}`,
};

/** The machine's own settings must not take part. */
const WITHOUT_CONFIG: Readonly<Record<string, string>> = {
  bash: "--norc",
  zsh: "-f",
  fish: "--no-config",
};

function quoted(word: string): string {
  return `'${word}'`;
}

for (const [shell, script] of Object.entries(SHELLS)) {
  Deno.test({
    name: `kar completion ${shell} works in a real ${shell}`,
    ignore: !await isThere(shell),
    fn: async () => {
      const cases: readonly (readonly [string[], string[]])[] = [
        [["kar", "si"], ["simulate"]],
        [["kar", "simulate", "--format", ""], ["csv", "json", "text"]],
        [["kar", "simulate", "--res"], ["--resolution"]],
      ];
      for (const [words, expected] of cases) {
        const offered = await offeredBy(shell, script(words));
        assert.deepEqual(offered.sort(), expected, words.join(" "));
      }
    },
  });
}

async function offeredBy(shell: string, script: string): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "kar-completion-" });
  try {
    await Deno.writeTextFile(
      `${folder}/kar`,
      `#!/bin/sh\nexec ${KAR.map(quoted).join(" ")} "$@"\n`,
      { mode: 0o755 },
    );
    const { code, stdout, stderr } = await new Deno.Command(shell, {
      args: [WITHOUT_CONFIG[shell]!, "-c", script],
      env: { PATH: `${folder}:${Deno.env.get("PATH")}` },
    }).output();
    const text = new TextDecoder();
    assert.equal(code, 0, text.decode(stderr));
    const lines = text.decode(stdout).split("\n").filter(Boolean);
    return lines.map((line) => line.split("\t")[0]!);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function isThere(program: string): Promise<boolean> {
  try {
    await new Deno.Command(program, { args: ["-c", "exit"] }).output();
    return true;
  } catch {
    console.log(`skipped: ${program} is not installed`);
    return false;
  }
}
