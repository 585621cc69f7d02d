import type { Command } from "@commander-js/extra-typings";
import { EXIT } from "../../base/mod.ts";
import { listRecords, listRunning } from "../../daemon/paths/mod.ts";
import { MEASURE_NAMES } from "../../threshold/mod.ts";
import { complete } from "../complete.ts";
import type { System } from "../system.ts";

/** The shells that kar can teach. */
export type Shell = "bash" | "zsh" | "fish" | "powershell";

/*
 * Each script asks kar itself, by the hidden command `__complete`, so that it
 * never has to be written anew. Where kar has no answer, the shell offers files.
 * A shell's own "${" is written "\${" here and put right when printed.
 */
const SCRIPTS: Record<Shell, string> = {
  bash: String.raw`_kar() {
  local IFS=$'\n'
  COMPREPLY=($(kar __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then compopt -o default; fi
}
complete -F _kar kar
`,
  zsh: String.raw`#compdef kar
_kar() {
  local line
  local -a found
  for line in "\${(@f)$(kar __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line/$'\t'/:}%:}")
  done
  if (( \${#found} )); then _describe 'kar' found; else _files; fi
}
if [[ $funcstack[1] == _kar ]]; then _kar "$@"; else compdef _kar kar; fi
`,
  fish: String.raw`function __kar_complete
  set -l found (kar __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
  if set -q found[1]
    printf '%s\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c kar -f -a '(__kar_complete)'
`,
  powershell: String
    .raw`Register-ArgumentCompleter -Native -CommandName kar -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -eq "") { $words += '""' }
  kar __complete -- @words 2>$null | ForEach-Object {
    $name, $hint = $_ -split "\t", 2
    if (-not $hint) { $hint = $name }
    [System.Management.Automation.CompletionResult]::new($name, $name, "ParameterValue", $hint)
  }
}
`,
};

/** `kar completion SHELL`: the script for that shell. */
export function completion({ stdout }: System, shell: Shell): number {
  stdout.write(SCRIPTS[shell].replaceAll("\\$", "$"));
  return EXIT.done;
}

/** `kar __complete -- WORDS`: one candidate a line, a tab, and its hint. */
export async function printCandidates(
  { stdout, env }: System,
  { tree, words }: {
    readonly tree: Command;
    readonly words: readonly string[];
  },
): Promise<number> {
  // PowerShell cannot hand on an empty word.
  const given = words.map((word) => word === '""' ? "" : word);
  const isKept = KEPT_COMMANDS.includes(given[0] ?? "");
  const known = {
    "--name": await namesOfRuns(env, isKept),
    "--threshold": MEASURE_NAMES,
  };
  for (const { word, hint } of complete(tree, given, known)) {
    stdout.write(`${word}\t${hint}\n`);
  }
  return EXIT.done;
}

/** Those whose `--name` may be the one of a run that is over. */
const KEPT_COMMANDS: readonly string[] = ["run", "start", "runs", "learn"];

/** What runs, and what has left a record; nothing where that cannot be told. */
async function namesOfRuns(
  env: System["env"],
  isKept: boolean,
): Promise<readonly string[]> {
  const found = await orNone(listRunning(env));
  const kept = isKept ? await orNone(listRecords(env)) : [];
  return [...new Set([...found, ...kept].map(({ name }) => name))];
}

async function orNone<Item>(
  list: Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  try {
    return await list;
  } catch {
    return [];
  }
}
