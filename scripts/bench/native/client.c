/*
 * An unhurried HTTP/1.1 client: it sends at Poisson instants, sleeps between
 * them, and does nothing else. What it measures is how long the server takes
 * when no load generator is in the way.
 *
 *   client PORT PATH RATE SECONDS WARM_UP_SECONDS
 *
 * One thread. A connection is taken from a stack of free ones, so that few are
 * in use, and opened where there is none. Times in the result, one line of
 * JSON, are microseconds; what was sent in the warm-up is left out.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define ANSWER_BYTES_MAX 16384
#define SENDS_PER_PASS_MAX 16
#define DRAIN_SEC 2.0

struct connection {
  double intended, sent; /* seconds of the monotonic clock */
  size_t have;
  char answer[ANSWER_BYTES_MAX + 1];
};

struct samples {
  double *values;
  size_t count, room;
};

static struct connection *connections[FD_SETSIZE];
static int free_fds[FD_SETSIZE], free_count;
static fd_set busy;
static int busy_count, fd_max;

static struct sockaddr_in server;
static char request[2048];
static size_t request_bytes;
static struct samples lag, service, response;
static size_t opened, sent, missed, failed;
static double counts_from;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* xorshift64*: uniform in (0, 1). */
static double draw(void) {
  static unsigned long long state = 88172645463325252ULL;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return ((double)((state * 2685821657736338717ULL) >> 11) + 0.5) / 9007199254740992.0;
}

static void keep(struct samples *of, double sec) {
  if (of->count < of->room) of->values[of->count++] = sec * 1e6;
}

static void give_up(const char *what) {
  perror(what);
  exit(1);
}

static int open_connection(void) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || fd >= FD_SETSIZE) return -1;
  if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0) {
    close(fd);
    return -1;
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connections[fd] == NULL) connections[fd] = malloc(sizeof(struct connection));
  if (connections[fd] == NULL) give_up("malloc");
  opened++;
  return fd;
}

static void drop(int fd) {
  FD_CLR(fd, &busy);
  busy_count--;
  close(fd);
  failed++;
}

static void send_one(double intended) {
  int fd = free_count > 0 ? free_fds[--free_count] : open_connection();
  if (fd < 0) {
    missed++;
    return;
  }
  struct connection *c = connections[fd];
  c->intended = intended;
  c->have = 0;
  c->sent = now();
  FD_SET(fd, &busy);
  busy_count++;
  if (fd > fd_max) fd_max = fd;
  sent++;
  if (write(fd, request, request_bytes) != (ssize_t)request_bytes) drop(fd);
}

/* Bytes of the whole answer; 0 = not known yet. */
static size_t answer_bytes(const char *answer) {
  const char *end = strstr(answer, "\r\n\r\n");
  if (end == NULL) return 0;
  const char *length = strcasestr(answer, "\r\ncontent-length:");
  size_t head = (size_t)(end - answer) + 4;
  if (length == NULL || length > end) return head;
  return head + strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
}

static void receive(int fd) {
  struct connection *c = connections[fd];
  ssize_t n = read(fd, c->answer + c->have, ANSWER_BYTES_MAX - c->have);
  double at = now();
  if (n <= 0) {
    drop(fd);
    return;
  }
  c->have += (size_t)n;
  c->answer[c->have] = '\0';
  size_t whole = answer_bytes(c->answer);
  if (whole == 0 || c->have < whole) return;
  FD_CLR(fd, &busy);
  busy_count--;
  free_fds[free_count++] = fd;
  if (c->intended < counts_from) return;
  keep(&lag, c->sent - c->intended);
  keep(&service, at - c->sent);
  keep(&response, at - c->intended);
}

/* Sleeps until an answer comes, or until then. */
static void wait_until(double then) {
  double rest = then - now();
  if (rest < 0) rest = 0;
  struct timespec timeout = {(time_t)rest, (long)((rest - floor(rest)) * 1e9)};
  fd_set ready = busy;
  int count = pselect(busy_count > 0 ? fd_max + 1 : 0, &ready, NULL, NULL, &timeout, NULL);
  for (int fd = 0; count > 0 && fd <= fd_max; fd++) {
    if (!FD_ISSET(fd, &ready)) continue;
    count--;
    receive(fd);
  }
}

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Fewer than ten samples beyond a percentile would make it a guess. */
static void print_times(const char *name, struct samples *of) {
  const double shares[] = {0.5, 0.9, 0.99};
  qsort(of->values, of->count, sizeof(double), rising);
  printf("\"%s\":[", name);
  for (int i = 0; i < 3; i++) {
    size_t index = (size_t)((double)of->count * shares[i]);
    if (of->count - index < 10) printf("null");
    else printf("%.2f", of->values[index]);
    printf(i < 2 ? "," : "],");
  }
}

static void make_room(struct samples *of, size_t room) {
  of->room = room;
  of->values = malloc(room * sizeof(double));
  if (of->values == NULL) give_up("malloc");
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "use: client PORT PATH RATE SECONDS WARM_UP_SECONDS\n");
    return 2;
  }
  double rate = atof(argv[3]), seconds = atof(argv[4]), warm_up = atof(argv[5]);
  server.sin_family = AF_INET;
  server.sin_port = htons((unsigned short)atoi(argv[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  request_bytes = (size_t)snprintf(request, sizeof request,
    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nUser-Agent: kar-bench\r\n\r\n", argv[2], argv[1]);
  if (request_bytes >= sizeof request) return 2;
  size_t room = (size_t)(rate * seconds * 1.5) + 1000;
  make_room(&lag, room);
  make_room(&service, room);
  make_room(&response, room);
  signal(SIGPIPE, SIG_IGN);
#ifdef __linux__
  prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
#endif
  double start = now(), end = start + seconds, next = start - log(draw()) / rate;
  counts_from = start + warm_up;
  while (next < end || busy_count > 0) {
    for (int i = 0; i < SENDS_PER_PASS_MAX && next < end && next <= now(); i++) {
      send_one(next);
      next -= log(draw()) / rate;
    }
    if (now() > end + DRAIN_SEC) break;
    wait_until(next < end ? next : end + DRAIN_SEC);
  }
  printf("{");
  print_times("lagUs", &lag);
  print_times("serviceUs", &service);
  print_times("responseUs", &response);
  printf("\"sent\":%zu,\"missed\":%zu,\"failed\":%zu,\"connections\":%zu}\n", sent, missed, failed, opened);
  return 0;
}
