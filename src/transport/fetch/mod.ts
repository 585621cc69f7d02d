/**
 * The stock client: HTTP/1.1 and HTTP/2 by Deno's `fetch`.
 *
 * Implements the `Client` port for users who want the ordinary stack, and is
 * the oracle against which kar's own clients are tested. It never follows
 * redirects, never decompresses, never keeps a body. Its limits are fetch's: a
 * request on a reused connection that closes without an answer is silently sent
 * again; why a body ended early is unknown (always `truncated`); connection
 * set-up and TLS are not timed; `HTTP_PROXY` and similar variables are obeyed.
 *
 * @module
 */
export { openFetch } from "./client.ts";
