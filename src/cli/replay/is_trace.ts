import { isTrace } from "../../trace/mod.ts";
import { readerOf } from "../../transport/mod.ts";

/** Whether a path is a packed trace; what cannot be read is none. */
export async function isTraceFile(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const { size, isFile } = await file.stat();
    return isFile && isTrace(readerOf(file), size);
  } catch {
    return false;
  }
}
