/** What a key asks for. `interrupt` is Ctrl-C, which raw mode delivers as a byte. */
export type Command =
  | "toggle"
  | "spike"
  | "faster"
  | "slower"
  | "stop"
  | "interrupt";

const COMMANDS: ReadonlyMap<number, Command> = new Map([
  ...keys("\r\n", "toggle"),
  ...keys("sS", "spike"),
  // The key of + and - on most keyboards, with or without shift.
  ...keys("+=", "faster"),
  ...keys("-_", "slower"),
  ...keys("qQ", "stop"),
  ...keys("\x03", "interrupt"),
]);

function keys(chars: string, command: Command): [number, Command][] {
  return [...chars].map((char) => [char.charCodeAt(0), command]);
}

const ESCAPE = 0x1b;

/**
 * The commands in what a terminal sent at once. What follows an escape is an
 * arrow, a function key or a paste, and none of our keys.
 */
export function commandsIn(bytes: Uint8Array): Command[] {
  const escape = bytes.indexOf(ESCAPE);
  const typed = escape < 0 ? bytes : bytes.subarray(0, escape);
  return [...typed].flatMap((byte) => COMMANDS.get(byte) ?? []);
}
