/* Limits of the process, and taking them back. */
#include "hook/walls.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sandbox.h"

/* Seconds after limits.time for the kernel to step in. */
enum { CPU_GRACE = 5 };

/* A sanitizer's shadow of the memory is more than any limit, and counts. */
#if defined(__has_feature)
#define SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

void
walls_begin(struct walls *walls)
{
	struct rlimit none;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a journal that may not grow is told of */
	walls->umask = umask(S_IWGRP | S_IRWXO);
	getrlimit(RLIMIT_CORE, &walls->core);
	getrlimit(RLIMIT_CPU, &walls->cpu);
	getrlimit(RLIMIT_DATA, &walls->data);
	none = walls->core;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_CORE, &none);
}

static void
limit(int resource, struct rlimit was, int64_t value)
{
	if (was.rlim_cur == RLIM_INFINITY || (rlim_t)value < was.rlim_cur)
		was.rlim_cur = (rlim_t)value;
	setrlimit(resource, &was);
}

void
walls_limit(const struct walls *walls, const struct limits *limits)
{
	limit(RLIMIT_CPU, walls->cpu, limits->time / 1000 + CPU_GRACE);
	if (!SANITIZED)
		limit(RLIMIT_DATA, walls->data, limits->memory);
}

int
walls_close(const char *git_dir, struct error *err)
{
	char journal[PATH_MAX];
	const char *writable[] = {journal, "/tmp"};
	int n = snprintf(journal, sizeof journal, "%s/refwarden", git_dir);

	if (n < 0 || (size_t)n >= sizeof journal)
		return error_set(err, "the path of the repository is too long");
	/* The first push makes the directory. */
	if (access(journal, F_OK) != 0)
		writable[0] = git_dir;
	return sandbox_enter(writable, 2, err);
}

void
walls_open(const struct walls *walls)
{
	umask(walls->umask);
	setrlimit(RLIMIT_CORE, &walls->core);
	setrlimit(RLIMIT_CPU, &walls->cpu);
	setrlimit(RLIMIT_DATA, &walls->data);
}
