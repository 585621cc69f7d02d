/** Command lines as people paste them, and a part of the config that each must give. */
export const CURL_LINES:
  readonly (readonly [string, Record<string, unknown>])[] = [
    [`curl http://localhost:8080/`, { url: "http://localhost:8080/" }],
    [`$ curl -s localhost:8080/api/health`, {
      url: "http://localhost:8080/api/health",
    }],
    [`curl -X POST http://h/a`, { method: "POST" }],
    [`curl -XDELETE "http://h/a?b=c d"`, {
      method: "DELETE",
      url: "http://h/a?b=c%20d",
    }],
    [`curl -I https://h/`, { method: "HEAD" }],
    [`curl 'https://h/a' -H 'accept: application/json' -H "x-id: 1"`, {
      headers: { accept: "application/json", "x-id": "1" },
    }],
    [`curl -d 'a=b' http://h/`, {
      method: "POST",
      body: "a=b",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    }],
    [`curl http://h/ -d a=b -d c=d`, { body: "a=b&c=d" }],
    [
      `curl http://h/ --data-raw '{"a": "it'\\''s"}' -H 'content-type: application/json'`,
      {
        body: `{"a": "it's"}`,
        headers: { "content-type": "application/json" },
      },
    ],
    [`curl http://h/ --data-raw $'{"a": "line\\n\\u00e9\\x21"}'`, {
      body: '{"a": "line\né!"}',
    }],
    [`curl --json '{"a": 1}' http://h/`, {
      headers: {
        "content-type": "application/json",
        accept: "application/json",
      },
    }],
    [`curl -G http://h/s -d q=kar --data-urlencode 'x=a b&c'`, {
      url: "http://h/s?q=kar&x=a%20b%26c",
    }],
    [`curl --data-urlencode 'a b' http://h/`, { body: "a%20b" }],
    [
      `curl --data-binary @body.bin http://h/ -H 'Content-Type: application/octet-stream'`,
      {
        body: { file: "body.bin" },
        headers: { "Content-Type": "application/octet-stream" },
      },
    ],
    [
      `curl -F name=kar -F 'pic=@a.png;type=image/png;filename=b.png' http://h/`,
      {
        method: "POST",
        multipart: {
          name: "kar",
          pic: { file: "a.png", type: "image/png", filename: "b.png" },
        },
      },
    ],
    [`curl --form-string 'a=@b;type=c' http://h/`, {
      multipart: { a: "@b;type=c" },
    }],
    [`curl -u user:hunter2hunter2 http://h/`, {
      basic_auth: { user: "user", password: "${PASSWORD}" },
    }],
    [`curl https://user:hunter2hunter2@h/x`, {
      url: "https://h/x",
      basic_auth: { user: "user", password: "${PASSWORD}" },
    }],
    [`curl --compressed -A kar -e http://a/ http://h/`, {
      headers: {
        "accept-encoding": "deflate, gzip, br, zstd",
        "user-agent": "kar",
        referer: "http://a/",
      },
    }],
    [`curl -b 'sid=hunter2hunter2' http://h/`, {
      headers: { cookie: "${COOKIE}" },
    }],
    [`curl -H 'Authorization: Bearer hunter2hunter2' http://h/`, {
      headers: { Authorization: "Bearer ${AUTHORIZATION}" },
    }],
    [`curl --oauth2-bearer hunter2hunter2 http://h/`, {
      headers: { authorization: "Bearer ${AUTHORIZATION}" },
    }],
    [`curl -k --http2 -m 2.5 https://h/`, {
      protocol: "http2",
      timeout: "2.5s",
      tls: { insecure: true },
    }],
    [`curl --cacert ca.pem --cert c.pem --key k.pem https://h/`, {
      tls: { ca: "ca.pem", cert: "c.pem", key: "k.pem" },
    }],
    [`curl --unix-socket /run/a.sock http://localhost/v1/x`, {
      url: "unix:/run/a.sock:/v1/x",
    }],
    [`curl -sSLv -o /dev/null -w '%{http_code}' http://h/`, {
      url: "http://h/",
    }],
    [
      `curl 'http://h/a' \\\n  -H 'x: y' \\\n  --data-raw 'z' \\\n  --compressed`,
      { body: "z", url: "http://h/a" },
    ],
    [`curl "http://h/$ID" -H "x: \\"q\\" \\$5"`, {
      url: "http://h/$ID",
      headers: { x: '"q" $5' },
    }],
    [`curl -T up.txt http://h/f`, { method: "PUT", body: { file: "up.txt" } }],
    [`curl http://h/ -H 'Accept;' -H 'Content-Type:' -d x | jq .`, {
      body: "x",
    }],
    [`curl -H 'x: {{a}} \${B}' http://h/`, { headers: { x: "{{{{a}} $${B}" } }],
    [`curl http://h/?api_key=hunter2hunter2`, {
      url: "http://h/?api_key=${API_KEY}",
    }],
  ];
