/* `message`: what the messages of commits look like. */
#include "checks/check.h"

#include <string.h>

#include "base/regex.h"
#include "base/text.h"
#include "message/line.h"
#include "yaml/field.h"

struct message_rule {
	struct regex *matches, *forbids;
	int64_t subject_max, body_width; /* characters; 0: not asked */
};

#define MESSAGE(member) offsetof(struct message_rule, member)

static const struct field message_fields[] = {
    {.key = "matches",
	.type = FIELD_REGEX,
	.offset = MESSAGE(matches),
	.summary = "A pattern the whole message matches."},
    {.key = "forbids",
	.type = FIELD_REGEX,
	.offset = MESSAGE(forbids),
	.summary = "A pattern no part of the message matches."},
    {.key = "subject_max",
	.type = FIELD_NUMBER,
	.offset = MESSAGE(subject_max),
	.summary = "The longest subject, in characters.",
	.min = 1},
    {.key = "body_width",
	.type = FIELD_NUMBER,
	.offset = MESSAGE(body_width),
	.summary = "The longest line of the body that has a blank in it.",
	.min = 1},
    {.key = NULL},
};

static int64_t
characters(const char *text, size_t len)
{
	int64_t count = 0;
	uint32_t rune;

	for (size_t i = 0, n; i < len; i += n, count++)
		if ((n = utf8_decode(text + i, len - i, &rune)) == 0)
			n = 1;
	return count;
}

static bool
has_blank(const struct line *line)
{
	return memchr(line->text, ' ', line->len) != NULL ||
	       memchr(line->text, '\t', line->len) != NULL;
}

/* A message, looked at by one rule. */
struct reading {
	const struct message_rule *rule;
	const struct change *change;
	const struct commit *commit;
	struct findings *findings;
};

static void
report(const struct reading *reading, const char *code, const char *need,
    const char *found)
{
	struct finding *finding =
	    finding_add(reading->findings, code, reading->commit, need, found);

	finding->commands =
	    amend_commands(reading->change, reading->commit, "");
}

/* The subject is the first paragraph, its lines joined by a blank. */
static void
subject_check(const struct reading *reading, int64_t length)
{
	struct arena *arena = reading->change->arena;
	int64_t limit = reading->rule->subject_max;

	if (limit == 0 || length <= limit)
		return;
	report(reading, "message.length",
	    arena_format(arena, "a subject of at most %lld characters",
		(long long)limit),
	    arena_format(arena, "%lld", (long long)length));
}

static void
body_check(
    const struct reading *reading, const struct line *line, bool *reported)
{
	struct arena *arena = reading->change->arena;
	int64_t limit = reading->rule->body_width, length;

	if (limit == 0 || *reported || !has_blank(line))
		return;
	length = characters(line->text, line->len);
	if (length <= limit)
		return;
	report(reading, "message.length",
	    arena_format(
		arena, "lines of at most %lld characters", (long long)limit),
	    arena_format(
		arena, "%lld in line %u", (long long)length, line->number));
	*reported = true;
}

static void
lengths_check(const struct reading *reading)
{
	const struct commit *commit = reading->commit;
	struct line_reader reader = {
	    commit->message, commit->message + commit->message_len, 0};
	bool in_body = false, reported = false;
	int64_t subject = -1;
	struct line line;

	while (line_next(&reader, &line)) {
		if (in_body)
			body_check(reading, &line, &reported);
		else if (!line_is_blank(&line))
			subject += 1 + characters(line.text, line.len);
		else
			in_body = subject >= 0;
	}
	subject_check(reading, subject);
}

/* Git ends a message with a line feed that nobody typed. */
static size_t
message_end(const struct commit *commit)
{
	size_t len = commit->message_len;

	while (len > 0 && (commit->message[len - 1] == '\n' ||
			      commit->message[len - 1] == '\r'))
		len--;
	return len;
}

static int
patterns_check(const struct reading *reading, struct error *err)
{
	const struct message_rule *rule = reading->rule;
	const char *text = reading->commit->message;
	struct arena *arena = reading->change->arena;
	size_t len = message_end(reading->commit);
	int answer = 1;

	if (rule->matches != NULL)
		answer = regex_match(rule->matches, text, len, err);
	if (answer < 0)
		return -1;
	if (answer == 0)
		report(reading, "message.mismatch",
		    arena_format(arena, "a message matching %s",
			regex_pattern(rule->matches)),
		    "another");
	answer = 0;
	if (rule->forbids != NULL)
		answer = regex_search(rule->forbids, text, len, err);
	if (answer < 0)
		return -1;
	if (answer > 0)
		report(reading, "message.forbidden",
		    arena_format(arena, "a message without %s",
			regex_pattern(rule->forbids)),
		    "one with it");
	return 0;
}

static int
message_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	for (size_t i = 0; i < change->member_count; i++) {
		struct member *member = &change->members[i];
		size_t found_before = findings->count;
		struct reading reading = {
		    settings, change, member->commit, findings};
		int mechanical = 0;

		if (budget_time(change->budget, err) < 0 ||
		    patterns_check(&reading, err) < 0)
			return -1;
		lengths_check(&reading);
		if (findings->count > found_before)
			mechanical = member_mechanical(change, member, err);
		if (mechanical == -1)
			return -1;
		if (mechanical == 1)
			findings->count = found_before;
	}
	return 0;
}

static void
message_validate(
    const void *settings, const struct node *node, struct load *load)
{
	(void)settings;
	if (node->kind == NODE_MAP && node->count == 0)
		fault_at(load->faults, node,
		    "\"message\" asks for nothing: give it matches, forbids, "
		    "subject_max or body_width");
}

static void
message_free(void *settings)
{
	struct message_rule *rule = settings;

	regex_free(rule->matches);
	regex_free(rule->forbids);
}

const struct check message_check = {
    .name = "message",
    .summary = "every commit message has the form asked for",
    .fields = message_fields,
    .settings_size = sizeof(struct message_rule),
    .validate = message_validate,
    .run = message_run,
    .free = message_free,
};
