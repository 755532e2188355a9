/* Datagrams to the syslog socket, with a limit on waiting. */
#include "record/syslog.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	WAIT_LIMIT = 2000, /* milliseconds, as the manual promises */
	PAUSE = 10,        /* between looks where poll() can not tell */
};

struct syslog_sender {
	char *path;
	int facility;
	int fd;         /* -1: not connected */
	int64_t waited; /* milliseconds, by all records so far */
};

struct syslog_sender *
syslog_open(const char *socket_path, int facility)
{
	struct syslog_sender *sender = mem_zero(sizeof *sender);

	sender->path = mem_string(socket_path);
	sender->facility = facility;
	sender->fd = -1;
	return sender;
}

static void
disconnect(struct syslog_sender *sender)
{
	if (sender->fd >= 0)
		close(sender->fd);
	sender->fd = -1;
}

void
syslog_close(struct syslog_sender *sender)
{
	if (sender == NULL)
		return;
	disconnect(sender);
	free(sender->path);
	free(sender);
}

static int
unavailable(const struct syslog_sender *sender, const char *doing, int number,
    struct error *err)
{
	return error_code(err, "log.unavailable", "can not %s syslog at %s: %s",
	    doing, sender->path, strerror(number));
}

static int
connect_sender(struct syslog_sender *sender, struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(sender->path);
	int number;

	if (len >= sizeof address.sun_path)
		return unavailable(sender, "reach", ENAMETOOLONG, err);
	memcpy(address.sun_path, sender->path, len + 1);
	sender->fd =
	    socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (sender->fd < 0)
		return unavailable(sender, "reach", errno, err);
	if (connect(sender->fd, (const struct sockaddr *)&address,
		sizeof address) == 0)
		return 0;
	number = errno;
	disconnect(sender);
	return unavailable(sender, "reach", number, err);
}

/* False once no time is left.  `number` is why the daemon took nothing. */
static bool
wait_for_room(struct syslog_sender *sender, int number)
{
	struct pollfd look = {.fd = sender->fd, .events = POLLOUT};
	int64_t left = WAIT_LIMIT - sender->waited;
	int64_t began = clock_ticks();

	if (left <= 0)
		return false;
	/* ENOBUFS is the kernel's own shortage: the socket still polls as
	   writable. */
	if (number == ENOBUFS)
		poll(NULL, 0, left < PAUSE ? (int)left : PAUSE);
	else
		poll(&look, 1, (int)left);
	sender->waited += clock_ticks() - began;
	return sender->waited < WAIT_LIMIT;
}

/* 0, or the errno that ended it. */
static int
send_datagram(struct syslog_sender *sender, const struct text *datagram)
{
	ssize_t n;

	for (;;) {
		n = send(
		    sender->fd, datagram->data, datagram->len, MSG_NOSIGNAL);
		if (n >= 0)
			return (size_t)n == datagram->len ? 0 : EMSGSIZE;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != ENOBUFS)
			return errno;
		if (!wait_for_room(sender, errno))
			return ETIMEDOUT;
	}
}

static bool
daemon_gone(int number)
{
	return number == ECONNREFUSED || number == ENOTCONN ||
	       number == ECONNRESET || number == EPIPE;
}

static void
format_datagram(struct text *out, int priority, const char *json, size_t len)
{
	time_t now = (time_t)(clock_now() / 1000);
	struct tm tm = {0};
	char stamp[32];

	localtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", &tm);
	text_add_format(out, "<%d>%s refwarden[%ld]: @cee: ", priority, stamp,
	    (long)getpid());
	text_add_bytes(out, json, len);
}

int
syslog_send(struct syslog_sender *sender, int severity, const char *json,
    size_t len, struct error *err)
{
	struct text datagram = {0};
	bool fresh = sender->fd < 0;
	int number, result = -1;

	format_datagram(&datagram, sender->facility | severity, json, len);
	if (fresh && connect_sender(sender, err) != 0)
		goto out;
	number = send_datagram(sender, &datagram);
	if (daemon_gone(number) && !fresh) {
		disconnect(sender);
		if (connect_sender(sender, err) != 0)
			goto out;
		number = send_datagram(sender, &datagram);
	}
	result = number == 0 ? 0 : unavailable(sender, "write to", number, err);
out:
	text_free(&datagram);
	return result;
}
