import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { KarError } from "../../base/mod.ts";

/**
 * Refuses a flag in the place of an option's value: `--record --quiet` would
 * keep a record named `--quiet`.
 *
 * @throws {KarError} `usage`
 */
export function checkSlips(
  tree: CommandUnknownOpts,
  words: readonly string[],
): void {
  let command = tree;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    // What follows is nobody's option.
    if (word === "--") return;
    const option = optionOf(command, word);
    if (option?.required) {
      const value = words[++i];
      if (value !== undefined && isFlag(command, value)) {
        throw slip(word, value, option.long);
      }
    } else if (option === undefined) {
      command = command.commands.find((sub) => sub.name() === word) ?? command;
    }
  }
}

function optionOf({ options }: CommandUnknownOpts, word: string) {
  return options.find(({ long, short }) => word === long || word === short);
}

function isFlag(command: CommandUnknownOpts, word: string): boolean {
  return (word.startsWith("--") && word.length > 2) ||
    optionOf(command, word) !== undefined;
}

function slip(word: string, value: string, long = word): KarError {
  return new KarError(
    "usage",
    `${word} has no value, since ${value} is a flag; if it is the value, write ${long}=${value}`,
  );
}
