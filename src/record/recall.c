/* Questions to the journal, answered from its end. */
#include "record/recall.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "record/retrace.h"
#include "record/writer.h"

/* How far back an accept of the same push can lie: its refs, and what others
 * wrote meanwhile. */
enum { LOOK_BACK = 20000 };

/* `"key":"value"` as it stands in a record.  In a string there would be a
 * backslash before each quote, so it is found nowhere else. */
static char *
member(struct arena *arena, const char *key, const char *value)
{
	struct writer writer = {0};
	char *text;

	writer_begin(&writer);
	writer_text(&writer, key, value, SIZE_MAX / 2);
	text = arena_string(arena, writer.text.data + 1);
	text_free(&writer.text);
	return text;
}

static bool
has(const char *line, const char *member)
{
	return strstr(line, member) != NULL;
}

static bool
has_all(const char *line, char *const *members, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!has(line, members[i]))
			return false;
	return true;
}

/* The id of a record; false if it has none. */
static bool
id_of(const char *line, char id[PUSH_ID_SIZE])
{
	static const char key[] = ",\"id\":\"";
	const char *at = strstr(line, key);

	if (at == NULL || strlen(at) < sizeof key + PUSH_ID_SIZE)
		return false;
	at += sizeof key - 1;
	if (at[PUSH_ID_SIZE - 1] != '"')
		return false;
	memcpy(id, at, PUSH_ID_SIZE - 1);
	id[PUSH_ID_SIZE - 1] = '\0';
	return true;
}

int
recall_policy(const char *git_dir, const char *policy, struct error *err)
{
	struct arena arena = {0};
	const char *line, *wanted = member(&arena, "policy", policy);
	struct retrace retrace;
	int result = retrace_open(git_dir, &retrace, err);

	if (result == 0) {
		while ((result = retrace_next(&retrace, &line, err)) == 1)
			if (has(line, ",\"policy\":\""))
				break;
		if (result == 1)
			result = has(line, wanted);
		retrace_close(&retrace);
	}
	arena_free(&arena);
	return result;
}

/* An update as a decision would name it. */
struct landing {
	char *ref, *old, *new;
	char *id; /* "" until it is found */
};

static int
compare_refs(const void *a, const void *b)
{
	const struct landing *one = a, *other = b;

	return strcmp(one->ref, other->ref);
}

/* The member `ref` of a record, as written; NULL if it has none. */
static char *
ref_of(struct arena *arena, const char *line)
{
	static const char key[] = "\"ref\":\"";
	const char *start = strstr(line, key), *end;

	if (start == NULL)
		return NULL;
	for (end = start + sizeof key - 1; *end != '\0' && *end != '"'; end++)
		if (*end == '\\' && end[1] != '\0')
			end++;
	return *end == '"'
		   ? arena_bytes(arena, start, (size_t)(end + 1 - start))
		   : NULL;
}

/* Does this record accept one of the updates that were not found yet? */
static bool
landing_note(struct landing *landings, size_t count, const char *line)
{
	struct arena arena = {0};
	struct landing wanted = {.ref = NULL}, *found = NULL;

	if (has(line, ",\"event\":\"decision\"") &&
	    has(line, ",\"push\":\"accept\""))
		wanted.ref = ref_of(&arena, line);
	if (wanted.ref != NULL)
		found = bsearch(
		    &wanted, landings, count, sizeof wanted, compare_refs);
	arena_free(&arena);
	return found != NULL && found->id[0] == '\0' && has(line, found->old) &&
	       has(line, found->new) && id_of(line, found->id);
}

int
recall_landed(const char *git_dir, const struct ref_update *updates,
    size_t count, char (*ids)[PUSH_ID_SIZE], struct error *err)
{
	struct landing *landings = mem_array(count, sizeof *landings);
	char old[OID_DIGITS + 1], new[OID_DIGITS + 1];
	size_t left = count, looks = 0;
	struct arena arena = {0};
	const char *line;
	struct retrace retrace;
	int result;

	for (size_t i = 0; i < count; i++) {
		ids[i][0] = '\0';
		landings[i] =
		    (struct landing){member(&arena, "ref", updates[i].ref),
			member(&arena, "old", oid_format(&updates[i].old, old)),
			member(&arena, "new", oid_format(&updates[i].new, new)),
			ids[i]};
	}
	qsort(landings, count, sizeof *landings, compare_refs);
	if ((result = retrace_open(git_dir, &retrace, err)) == 0) {
		while (left > 0 && looks++ < LOOK_BACK &&
		       (result = retrace_next(&retrace, &line, err)) == 1)
			left -= landing_note(landings, count, line);
		retrace_close(&retrace);
	}
	free(landings);
	arena_free(&arena);
	return result == -1 ? -1 : 0;
}

/* Back to the next record that has both members: 1, 0 if none is near, -1. */
static int
back_to(struct retrace *retrace, char *const members[2], const char **line,
    struct error *err)
{
	int result;

	for (int looks = 0; looks < LOOK_BACK; looks++) {
		if ((result = retrace_next(retrace, line, err)) != 1)
			return result;
		if (has_all(*line, members, 2))
			return 1;
	}
	return 0;
}

/* Does a record name this user?  NULL: it names none. */
static bool
names_user(const char *line, struct arena *arena, const char *user)
{
	return user != NULL ? has(line, member(arena, "user", user))
			    : !has(line, ",\"user\":\"");
}

/* Back to the `begin` of this id: did that process start it, for that user? */
static int
begun_by(struct retrace *retrace, struct arena *arena, const char *id,
    const struct recall_question *ask, struct error *err)
{
	char *begun[] = {
	    member(arena, "event", "begin"),
	    member(arena, "id", id),
	};
	const char *line, *process = member(arena, "process", ask->process);
	int result = back_to(retrace, begun, &line, err);

	return result == 1
		   ? has(line, process) && names_user(line, arena, ask->user)
		   : result;
}

int
recall_accepted(const char *git_dir, const struct recall_question *ask,
    char id[PUSH_ID_SIZE], struct error *err)
{
	char old[OID_DIGITS + 1], new[OID_DIGITS + 1];
	const struct ref_update *update = ask->update;
	struct arena arena = {0};
	char *about[] = {
	    member(&arena, "ref", update->ref),
	    member(&arena, "event", "decision"),
	};
	char *accepted[] = {
	    member(&arena, "old", oid_format(&update->old, old)),
	    member(&arena, "new", oid_format(&update->new, new)),
	    member(&arena, "verdict", "accept"),
	    member(&arena, "push", "accept"),
	    member(&arena, "policy", ask->policy),
	    member(&arena, "hook", "pre-receive"),
	};
	const char *line;
	struct retrace retrace;
	int result = retrace_open(git_dir, &retrace, err);

	if (result == 0) {
		result = back_to(&retrace, about, &line, err);
		if (result == 1)
			result = has_all(line, accepted,
				     sizeof accepted / sizeof *accepted) &&
				 names_user(line, &arena, ask->user) &&
				 id_of(line, id);
		if (result == 1)
			result = begun_by(&retrace, &arena, id, ask, err);
		retrace_close(&retrace);
	}
	arena_free(&arena);
	return result;
}

/* Pushes that used the exception, or that were refused after all. */
struct use {
	char id[PUSH_ID_SIZE];
	bool used, decided, accepted;
};

struct uses {
	struct use *list;
	size_t count, capacity;
};

static struct use *
use_find(struct uses *uses, const char *id)
{
	for (size_t i = uses->count; i > 0; i--)
		if (strcmp(uses->list[i - 1].id, id) == 0)
			return &uses->list[i - 1];
	return NULL;
}

static struct use *
use_add(struct uses *uses, const char *id)
{
	struct use *use = use_find(uses, id);

	if (use != NULL)
		return use;
	uses->list = mem_grow(
	    uses->list, &uses->capacity, uses->count + 1, sizeof *uses->list);
	use = &uses->list[uses->count++];
	*use = (struct use){.used = false};
	memcpy(use->id, id, PUSH_ID_SIZE);
	return use;
}

/* Of the decisions of a push the last one counts, which is met first. */
static void
use_note(struct uses *uses, const char *line, const char *exception)
{
	char id[PUSH_ID_SIZE];
	struct use *use;

	if (!id_of(line, id))
		return;
	if (has(line, ",\"event\":\"violation\"")) {
		if (has(line, exception))
			use_add(uses, id)->used = true;
		return;
	}
	if (!has(line, ",\"event\":\"decision\""))
		return;
	use = has(line, "\"log.unavailable\"") ? use_add(uses, id)
					       : use_find(uses, id);
	if (use != NULL && !use->decided) {
		use->decided = true;
		use->accepted = has(line, ",\"push\":\"accept\"");
	}
}

static bool
is_before(const char *line, const char *day)
{
	static const char key[] = ",\"time\":\"";
	const char *at = strstr(line, key);

	return at != NULL && strncmp(at + sizeof key - 1, day, strlen(day)) < 0;
}

/* Where the journal need not be read any further back. */
struct bounds {
	char day[16];   /* before this one */
	char *begun[2]; /* members of a record; NULL: of none */
};

static bool
is_bound(const char *line, const struct bounds *bounds)
{
	return is_before(line, bounds->day) ||
	       (bounds->begun[0] != NULL && has_all(line, bounds->begun, 2));
}

static int64_t
uses_count(const char *git_dir, const char *exception,
    const struct bounds *bounds, struct error *err)
{
	struct arena arena = {0};
	const char *line, *wanted = member(&arena, "exception", exception);
	struct uses uses = {0};
	struct retrace retrace;
	int64_t count = 0;
	int result = retrace_open(git_dir, &retrace, err);

	if (result == 0) {
		while ((result = retrace_next(&retrace, &line, err)) == 1 &&
		       !is_bound(line, bounds))
			use_note(&uses, line, wanted);
		retrace_close(&retrace);
	}
	for (size_t i = 0; i < uses.count; i++)
		count += uses.list[i].used && uses.list[i].accepted;
	free(uses.list);
	arena_free(&arena);
	return result == -1 ? -1 : count;
}

int64_t
recall_uses(
    const char *git_dir, const char *exception, long since, struct error *err)
{
	struct bounds bounds = {.begun = {NULL}};

	/* A day of grace for a clock that was set back. */
	day_format(since - 1, bounds.day);
	return uses_count(git_dir, exception, &bounds, err);
}

int
recall_used(const char *git_dir, const char *exception, const char *id,
    struct error *err)
{
	struct arena arena = {0};
	const struct bounds bounds = {
	    .begun = {
		member(&arena, "event", "begin"), member(&arena, "id", id)}};
	int64_t count = uses_count(git_dir, exception, &bounds, err);

	arena_free(&arena);
	return count < 0 ? -1 : count > 0;
}
