// A server on Node's own stack: HTTP/1.1, h2c and both over TLS, on three ports,
// with a line in a log for each request.
//
//   node node_server.mjs HTTP1_PORT H2C_PORT TLS_PORT CERT KEY LOG
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import {
  createSecureServer,
  createServer as createHttp2Server,
} from "node:http2";

const [http1, h2c, tls, cert, key, log] = process.argv.slice(2);

function answer(_request, response) {
  appendFileSync(log, "200\n");
  response.end("fine\n");
}

createServer(answer).listen(Number(http1), "127.0.0.1");
createHttp2Server(answer).listen(Number(h2c), "127.0.0.1");
createSecureServer({
  cert: readFileSync(cert),
  key: readFileSync(key),
  allowHTTP1: true,
}, answer).listen(Number(tls), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
