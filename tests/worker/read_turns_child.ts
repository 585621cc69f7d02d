/** Prints how many turns a read takes in a worker, in a process with an environment of its own. */
import { setEventInterval } from "../../src/base/mod.ts";

setEventInterval(Deno.env);
const worker = new Worker(import.meta.resolve("./read_turns_worker.ts"), {
  type: "module",
});
worker.onmessage = ({ data }) => {
  console.log(data);
  Deno.exit(0);
};
