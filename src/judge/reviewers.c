/* Below refs/reviews everybody writes under their own login, and nowhere else.
 */
#include <string.h>
#include <strings.h>

#include "checks/pusher.h"
#include "checks/review_ref.h"
#include "judge/judging.h"

static const char below[] = REVIEW_REFS;

/* The names below it, in any case, and the one that would stand in its way. */
static bool
is_like_a_review(const char *name)
{
	size_t len = sizeof below - 1;

	return strncasecmp(name, below, len) == 0 ||
	       (strncasecmp(name, below, len - 1) == 0 &&
		   name[len - 1] == '\0');
}

static struct finding
foreign(const struct judging *j, const char *login, size_t len)
{
	struct arena *arena = &j->verdict->arena;
	const struct pusher *pusher = &j->input->pusher;
	const char *owner = arena_bytes(arena, login, len);
	const struct pusher_refusal refusal = pusher_prove(pusher, arena);

	if (refusal.code != NULL)
		return (struct finding){.code = refusal.code,
		    .need = arena_format(arena, "a push by %s", owner),
		    .found = refusal.found,
		    .note = refusal.note};
	if (strcmp(owner, pusher->login) == 0)
		return (struct finding){0};
	return (struct finding){.code = "pusher.denied",
	    .need = arena_format(arena, "a push by %s", owner),
	    .found = arena_format(arena, "one by %s", pusher->login),
	    .hint = arena_format(arena,
		"only %s writes and deletes there; your own reviews lie below "
		"%s%s/",
		owner, below, pusher->login)};
}

void
reviewers_guard(struct judging *j, struct ref_verdict *ref)
{
	const char *name = ref->update->ref, *login;
	struct finding finding = {0};
	size_t len;

	if (!is_live(j) || !is_like_a_review(name) || ref->kind == UPDATE_NOOP)
		return;
	if (strncmp(name, below, sizeof below - 2) != 0)
		finding = (struct finding){.code = "ref.case",
		    .need = "a name unlike those of reviews",
		    .found = "one that differs by case alone"};
	else if (!review_ref_owner(name, &login, &len))
		finding = (struct finding){.code = "pusher.denied",
		    .need = "a name of the form refs/reviews/LOGIN/TOPIC",
		    .found = "one that is nobody's",
		    .hint = "push a review to a topic below your own login"};
	else
		finding = foreign(j, login, len);
	if (finding.code != NULL)
		violation_add(ref, NULL, NULL, &finding);
}
