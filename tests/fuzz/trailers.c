/* Everything that reads a message: trailers, near misses, git's own view. */
#include "fuzz.h"

#include <string.h>

#include "message/git_view.h"
#include "message/trailers.h"

static const char key[] = "Reviewed-by";

enum { LIMIT = 1000 };

static void
take(void *context, const char *name, const char *value)
{
	(void)context;
	must_hold(name[0] != '\0');
	must_hold(strchr(value, '\n') == NULL);
}

static void
count(struct trailers trailers, struct arena *arena)
{
	const char *name, *address;

	for (size_t i = 0; i < trailers.count; i++) {
		const struct trailer *trailer = &trailers.list[i];

		must_hold(trailer->key[0] != '\0');
		must_hold(trailer->value[0] != '\0');
		must_hold(strchr(trailer->value, '\n') == NULL);
		must_hold(trailer->line > 1);
		if (trailer_person(trailer, arena, &name, &address))
			must_hold(!trailer->folded && address[0] != '\0');
	}
}

/* Messages are UTF-8 without a NUL when they come here. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *message = (const char *)data;
	struct trailers trailers;
	struct near_miss miss;
	struct arena arena = {0};
	struct error err;

	if (memchr(message, '\0', size) != NULL)
		return 0;
	if (trailers_parse(message, size, LIMIT, &arena, &trailers, &err) == 0)
		count(trailers, &arena);
	trailers_ambiguous(message, size, key);
	miss = trailers_near_miss(message, size, key, true, &arena);
	if (miss.kind != NEAR_MISS_NONE)
		must_hold(near_miss_text(&miss, &arena)[0] != '\0');
	git_view(message, size, GIT_LOG, &arena, take, NULL);
	git_view(message, size, GIT_INTERPRET, &arena, take, NULL);
	arena_free(&arena);
	return 0;
}
