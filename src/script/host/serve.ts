import { PipeWriter } from "../pipe.ts";
import { batchOf } from "../wire.ts";
import { ScriptThread } from "./script_thread.ts";

/**
 * The process of one script: passes bytes from standard input to the script's
 * thread and back to standard output. It ends with its input, so that it never
 * outlives the kar that started it, however that ends; and it ends itself when
 * the thread has to be given up.
 */
export async function serveScript(): Promise<never> {
  const out = new PipeWriter(Deno.stdout.writable, () => Deno.exit(1));
  const thread = new ScriptThread({
    said: (bytes) => out.write(bytes),
    lost: (why) => {
      writeLast(batchOf([{ kind: "lost", why }]));
      Deno.exit(1);
    },
  });
  for await (const chunk of Deno.stdin.readable) thread.tell(chunk);
  Deno.exit(0);
}

/** Writes synchronously: the process ends right after. */
function writeLast(bytes: Uint8Array): void {
  try {
    Deno.stdout.writeSync(bytes);
  } catch {
    // The reader is gone.
  }
}
