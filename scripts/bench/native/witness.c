/*
 * An HTTP/1.1 server that notes when each request came. The stamp is the
 * kernel's, made while the client's send runs: over loopback it is the instant
 * of sending, to a microsecond, however busy this program is.
 *
 *   witness PORT
 *
 * After SIGTERM it prints one stamp a line, in nanoseconds since the first,
 * and ends. Linux only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define STAMPS_MAX 4000000
#define EVENTS 256

static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";
static long long *stamps;
static size_t count;
static volatile sig_atomic_t is_over;

static void end(int signal) {
  (void)signal;
  is_over = 1;
}

static long long nanoseconds(const struct timespec *t) {
  return (long long)t->tv_sec * 1000000000LL + t->tv_nsec;
}

static long long stamp_of(struct msghdr *message) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec t;
    memcpy(&t, CMSG_DATA(c), sizeof t);
    return nanoseconds(&t);
  }
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return nanoseconds(&t);
}

/* Answers each request, which is one without a body. */
static void serve(int fd) {
  char bytes[16384];
  union {
    struct cmsghdr header;
    char room[256];
  } control;
  struct iovec part = {bytes, sizeof bytes};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
    .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    close(fd);
    return;
  }
  long long stamp = stamp_of(&message);
  const char *from = bytes, *ends;
  while ((ends = memmem(from, (size_t)(bytes + n - from), "\r\n\r\n", 4)) != NULL) {
    from = ends + 4;
    if (count < STAMPS_MAX) stamps[count++] = stamp;
    if (write(fd, ANSWER, sizeof ANSWER - 1) < 0) return;
  }
}

static void accept_all(int listener, int epoll) {
  int one = 1, fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  }
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "use: witness PORT\n");
    return 2;
  }
  stamps = malloc(STAMPS_MAX * sizeof *stamps);
  int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])),
    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  /* Before listening: the first request of a connection is stamped, too. */
  setsockopt(listener, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (stamps == NULL || listener < 0 || bind(listener, (struct sockaddr *)&here, sizeof here) < 0 ||
      listen(listener, 4096) < 0) {
    perror("witness");
    return 1;
  }
  signal(SIGPIPE, SIG_IGN);
  struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);
  int epoll = epoll_create1(0);
  struct epoll_event events[EVENTS] = {{.events = EPOLLIN, .data.fd = listener}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &events[0]);
  while (!is_over) {
    int n = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      if (events[i].data.fd == listener) accept_all(listener, epoll);
      else serve(events[i].data.fd);
    }
  }
  for (size_t i = 0; i < count; i++) printf("%lld\n", stamps[i] - stamps[0]);
  return 0;
}
