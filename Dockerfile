# kar in a container.
#
#   docker build -t kar .
#   docker run --rm -e KAR_TARGET_URL=http://service:8080/ kar
#   docker run --rm -v ./kar.yaml:/etc/kar98k/kar.yaml:ro kar
#
# Where the build cannot download the runtime part: --build-arg PACKAGING=package makes
# a binary that unpacks itself at its first start (see scripts/package.ts).

FROM denoland/deno:2.9.6 AS build
WORKDIR /build
# Dependencies change less often than the program, so they are a layer of their own.
COPY deno.json deno.lock ./
RUN deno install --frozen
COPY main.ts ./
COPY src src
COPY scripts scripts
ARG PACKAGING=compile
RUN deno task "$PACKAGING"

FROM debian:bookworm-slim
RUN useradd --uid 10001 --create-home kar98k \
  && install -d -o kar98k -m 0700 /run/kar98k /var/lib/kar98k /var/log/kar98k
COPY --from=build /build/dist/kar /usr/local/bin/kar
COPY configs/docker/kar.yaml /etc/kar98k/kar.yaml
# By number, so that an orchestrator can see that it is not root.
USER 10001
WORKDIR /home/kar98k
# As the service manager would name them; state and logs outlive the container in a volume.
ENV RUNTIME_DIRECTORY=/run/kar98k \
  STATE_DIRECTORY=/var/lib/kar98k \
  LOGS_DIRECTORY=/var/log/kar98k \
  LANG=C.UTF-8 \
  KAR_TARGET_URL=http://localhost:8080/
EXPOSE 9090
# Bash speaks TCP itself, so the image needs no client for this.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9090 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q ' 200 ' <&3"]
ENTRYPOINT ["kar"]
CMD ["run", "--config", "/etc/kar98k/kar.yaml", "--resume", "--name", "kar"]
