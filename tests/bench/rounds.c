/*
 * Time programs side by side: in each round every program runs once, so that
 * whatever else the machine does hits all of them; the medians are printed.
 *
 * usage: rounds [-s SECONDS] [-n ROUNDS] [-i INPUT] [-r RESET] [-l SOCKET]
 *     NAME=PROGRAM...
 *
 * RESET NAME runs before each run and is not timed.  A program that has used
 * its share of SECONDS sits out the remaining rounds.  A program that does not
 * exit 0 ends everything: what refuses measures nothing.  At SOCKET datagrams
 * are taken, as by syslog.
 */
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUND_LIMIT = 101, CONTESTANT_LIMIT = 16 };

struct contestant {
	char *name, *program;
	double times[ROUND_LIMIT], total;
	size_t count;
};

extern char **environ;

static double
now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		err(1, "clock_gettime");
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Run to the end with `input` as standard input and say how long it took. */
static double
run(char *program, char *name, const char *input)
{
	posix_spawn_file_actions_t actions;
	char *argv[] = {program, name, NULL};
	double start = now();
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, program, &actions, NULL, argv, environ) != 0)
		err(1, "%s", program);
	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	start = now() - start;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(1, "%s %s: status %d", program, name, status);
	posix_spawn_file_actions_destroy(&actions);
	return start;
}

static int
log_open(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || strlen(path) >= sizeof address.sun_path)
		errx(1, "no socket can be made: %s", path);
	strcpy(address.sun_path, path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
		err(1, "%s", path);
	return fd;
}

/* The queue is short; whoever finds it full waits. */
static void
log_drain(int fd)
{
	char byte;

	while (fd >= 0 && recv(fd, &byte, sizeof byte, 0) >= 0)
		continue;
}

static int
time_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
print_median(struct contestant *c)
{
	qsort(c->times, c->count, sizeof c->times[0], time_order);
	printf("%s %.3f\n", c->name, c->times[c->count / 2] * 1e3);
}

int
main(int argc, char **argv)
{
	static struct contestant all[CONTESTANT_LIMIT];
	size_t count, i, round, rounds = ROUND_LIMIT;
	const char *input = "/dev/null";
	char *reset = NULL;
	double seconds = 1;
	int option, log = -1;

	while ((option = getopt(argc, argv, "s:n:i:r:l:")) != -1) {
		if (option == 's')
			seconds = strtod(optarg, NULL);
		else if (option == 'n')
			rounds = strtoul(optarg, NULL, 10);
		else if (option == 'i')
			input = optarg;
		else if (option == 'r')
			reset = optarg;
		else if (option == 'l')
			log = log_open(optarg);
		else
			return 2;
	}
	if (rounds == 0 || rounds > ROUND_LIMIT)
		rounds = ROUND_LIMIT;
	count = (size_t)(argc - optind);
	if (count > CONTESTANT_LIMIT)
		errx(2, "too many programs");
	for (i = 0; i < count; i++) {
		all[i].name = argv[(size_t)optind + i];
		if ((all[i].program = strchr(all[i].name, '=')) == NULL)
			errx(2, "%s: not NAME=PROGRAM", all[i].name);
		*all[i].program++ = '\0';
	}
	for (round = 0; round < rounds; round++)
		for (i = 0; i < count; i++) {
			struct contestant *c = &all[i];

			if (round > 0 && c->total > seconds)
				continue;
			if (reset != NULL)
				run(reset, c->name, "/dev/null");
			c->times[c->count] = run(c->program, c->name, input);
			c->total += c->times[c->count++];
			log_drain(log);
		}
	for (i = 0; i < count; i++)
		print_median(&all[i]);
	return 0;
}
