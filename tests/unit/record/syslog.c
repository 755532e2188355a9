/* The syslog sender against real sockets, in every state a daemon can be. */
#include "record/syslog.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

static char directory[] = "/tmp/syslog-test-XXXXXX";
static char path[64];

static int
directory_setup(void **state)
{
	(void)state;
	if (mkdtemp(directory) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/log", directory);
	return 0;
}

static int
directory_teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static int
daemon_start(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	unlink(path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static int
send_text(struct syslog_sender *sender, const char *text, struct error *err)
{
	return syslog_send(sender, LOG_WARNING, text, strlen(text), err);
}

static void
a_record_is_one_datagram_that_ends_with_its_json(void **state)
{
	int daemon = daemon_start();
	struct syslog_sender *sender = syslog_open(path, LOG_AUTHPRIV);
	char got[256], month[4], end[8] = "";
	int priority, day, hour, minute, second, at = 0;
	long pid;
	struct error err;
	ssize_t n;

	(void)state;
	assert_int_equal(send_text(sender, "{\"v\":1}", &err), 0);
	n = recv(daemon, got, sizeof got - 1, 0);
	assert_true(n > 0);
	got[n] = '\0';
	assert_int_equal(
	    sscanf(got, "<%d>%3s %2d %2d:%2d:%2d refwarden[%ld]: %n%5s",
		&priority, month, &day, &hour, &minute, &second, &pid, &at,
		end),
	    8);
	assert_int_equal(priority, LOG_AUTHPRIV | LOG_WARNING);
	assert_int_equal(pid, getpid());
	assert_string_equal(got + at, "@cee: {\"v\":1}");
	assert_int_equal(got[19], ' ');
	assert_memory_equal(got + 20, "refwarden[", 10);
	syslog_close(sender);
	close(daemon);
}

static void
no_socket_is_an_error(void **state)
{
	struct syslog_sender *sender = syslog_open(path, LOG_USER);
	struct error err;

	(void)state;
	unlink(path);
	assert_int_equal(send_text(sender, "{}", &err), -1);
	assert_string_equal(err.code, "log.unavailable");
	syslog_close(sender);
}

static void
a_socket_nobody_listens_on_is_an_error(void **state)
{
	struct syslog_sender *sender = syslog_open(path, LOG_USER);
	struct error err;

	(void)state;
	close(daemon_start());
	assert_int_equal(send_text(sender, "{}", &err), -1);
	assert_string_equal(err.code, "log.unavailable");
	syslog_close(sender);
}

static void
a_path_that_is_too_long_is_an_error(void **state)
{
	char longer[300];
	struct syslog_sender *sender;
	struct error err;

	(void)state;
	memset(longer, 'a', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	sender = syslog_open(longer, LOG_USER);
	assert_int_equal(send_text(sender, "{}", &err), -1);
	syslog_close(sender);
}

static void
a_restarted_daemon_is_found_again(void **state)
{
	int daemon = daemon_start();
	struct syslog_sender *sender = syslog_open(path, LOG_USER);
	char got[256];
	struct error err;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(send_text(sender, "{}", &err), 0);
		assert_true(recv(daemon, got, sizeof got, MSG_DONTWAIT) > 0);
		close(daemon);
		daemon = daemon_start();
	}
	close(daemon);
	assert_int_equal(send_text(sender, "{}", &err), -1);
	syslog_close(sender);
}

/* A reader that has stopped: two seconds in all, whatever comes after. */
static void
a_daemon_that_does_not_read_is_waited_for_only_once(void **state)
{
	int daemon = daemon_start();
	struct syslog_sender *sender = syslog_open(path, LOG_USER);
	int64_t began = clock_ticks(), took;
	struct error err;
	int sent = 0;

	(void)state;
	while (send_text(sender, "{}", &err) == 0)
		assert_true(++sent < 100000);
	assert_string_equal(err.code, "log.unavailable");
	for (int i = 0; i < 100; i++)
		assert_int_equal(send_text(sender, "{}", &err), -1);
	took = clock_ticks() - began;
	assert_true(sent > 0);
	assert_true(took >= 1900 && took < 4000);
	syslog_close(sender);
	close(daemon);
}

enum { BURST = 3000 };

static void *
read_burst(void *context)
{
	int *daemon = context;
	char got[4096];
	size_t count = 0;

	while (count < BURST && recv(*daemon, got, sizeof got, 0) > 1900)
		count++;
	return (void *)count;
}

static void
a_burst_loses_nothing(void **state)
{
	int daemon = daemon_start();
	struct syslog_sender *sender = syslog_open(path, LOG_USER);
	char json[1900];
	pthread_t reader;
	void *count;
	struct error err;

	(void)state;
	memset(json, 'x', sizeof json);
	assert_int_equal(pthread_create(&reader, NULL, read_burst, &daemon), 0);
	for (int i = 0; i < BURST; i++)
		assert_int_equal(
		    syslog_send(sender, LOG_INFO, json, sizeof json, &err), 0);
	pthread_join(reader, &count);
	assert_int_equal((size_t)count, BURST);
	syslog_close(sender);
	close(daemon);
}

/* A daemon in a process of its own: it counts what it reads in `*count`. */
static pid_t
daemon_fork(int daemon, int *count)
{
	char got[4096];
	pid_t child = fork();

	assert_true(child >= 0);
	if (child > 0)
		return child;
	while (recv(daemon, got, sizeof got, 0) > 1)
		++*count;
	_exit(0);
}

/* Let it read all that is waiting, and end. */
static void
daemon_end(pid_t child)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), status;

	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(
	    sendto(fd, "", 1, 0, (struct sockaddr *)&address, sizeof address),
	    1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(fd);
}

/* Stopped by a signal in the middle of a burst: every record that was said to
 * be sent is in its hands or in its queue. */
static void
a_stopped_daemon_loses_nothing_it_was_given(void **state)
{
	int *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int daemon = daemon_start(), sent = 0, refused = 0;
	struct syslog_sender *sender = syslog_open(path, LOG_USER);
	int64_t began = clock_ticks();
	pid_t child = daemon_fork(daemon, count);
	struct error err;

	(void)state;
	for (int i = 0; i < BURST; i++) {
		if (i == BURST / 2)
			assert_int_equal(kill(child, SIGSTOP), 0);
		if (send_text(sender, "{}", &err) == 0)
			sent++;
		else
			refused++;
	}
	assert_true(clock_ticks() - began < 10000);
	assert_true(sent > 0 && refused > 0);
	assert_int_equal(sent + refused, BURST);
	assert_int_equal(kill(child, SIGCONT), 0);
	daemon_end(child);
	assert_int_equal(*count, sent);
	munmap(count, sizeof *count);
	syslog_close(sender);
	close(daemon);
}

/* Restarted in the middle of a burst. */
static void
a_daemon_that_comes_back_gets_the_rest(void **state)
{
	int *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int daemon = daemon_start(), sent = 0;
	struct syslog_sender *sender = syslog_open(path, LOG_USER);
	pid_t child = daemon_fork(daemon, count);
	struct error err;

	(void)state;
	for (int i = 0; i < BURST; i++) {
		if (i == BURST / 2) {
			daemon_end(child);
			close(daemon);
			daemon = daemon_start();
			child = daemon_fork(daemon, count);
		}
		sent += send_text(sender, "{}", &err) == 0;
	}
	assert_int_equal(sent, BURST);
	daemon_end(child);
	assert_int_equal(*count, BURST);
	munmap(count, sizeof *count);
	syslog_close(sender);
	close(daemon);
}

static void
a_record_too_long_for_the_socket_is_an_error(void **state)
{
	int daemon = daemon_start();
	struct syslog_sender *sender = syslog_open(path, LOG_USER);
	size_t size = 16 * 1024 * 1024;
	char *json = calloc(size, 1);
	struct error err;

	(void)state;
	assert_int_equal(syslog_send(sender, LOG_INFO, json, size, &err), -1);
	assert_non_null(strstr(err.text, strerror(EMSGSIZE)));
	free(json);
	syslog_close(sender);
	close(daemon);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_is_one_datagram_that_ends_with_its_json),
	    cmocka_unit_test(no_socket_is_an_error),
	    cmocka_unit_test(a_socket_nobody_listens_on_is_an_error),
	    cmocka_unit_test(a_path_that_is_too_long_is_an_error),
	    cmocka_unit_test(a_restarted_daemon_is_found_again),
	    cmocka_unit_test(
		a_daemon_that_does_not_read_is_waited_for_only_once),
	    cmocka_unit_test(a_burst_loses_nothing),
	    cmocka_unit_test(a_stopped_daemon_loses_nothing_it_was_given),
	    cmocka_unit_test(a_daemon_that_comes_back_gets_the_rest),
	    cmocka_unit_test(a_record_too_long_for_the_socket_is_an_error),
	};

	return cmocka_run_group_tests(
	    tests, directory_setup, directory_teardown);
}
