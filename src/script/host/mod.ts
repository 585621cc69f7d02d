/**
 * The inside of a script's process: a thread without permissions that runs the
 * script, and a watch that ends the process when the script does not give way.
 *
 * @module
 */
export { serveScript } from "./serve.ts";
