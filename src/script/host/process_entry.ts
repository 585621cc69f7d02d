/**
 * Entry of the process of one script, where it is a program of its own.
 */
import { serveScript } from "./serve.ts";

await serveScript();
