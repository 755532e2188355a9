/* The message as a whole: blocks, exceptions used, and the closing lines. */
#include "report/pusher.h"

#include <string.h>

#include "checks/code.h"
#include "report/block.h"
#include "report/prose.h"
#include "report/summary.h"

enum {
	LINE_LIMIT = 60,
	EXTRA_LINES = 2, /* a blank line and one for what is left out */
	HEAD_LIMIT = 15, /* lines kept for blocks that get one each */
	LIST_LIMIT = 10, /* exceptions and refs told one a line */
};

/* A message in the making. */
struct message {
	const struct verdict *verdict;
	struct blocks blocks;
	struct text body, closing;
	size_t errors;
	bool accepted, is_short, local;
	const struct error *log_error;
};

static size_t
line_count(const struct text *text)
{
	size_t count = 0;

	for (size_t i = 0; i < text->len; i++)
		count += text->data[i] == '\n';
	return count;
}

static size_t
weight_count(const struct message *message, enum weight weight)
{
	size_t count = 0;

	for (size_t i = 0; i < message->blocks.count; i++)
		count += message->blocks.list[i].weight == weight;
	return count;
}

/* "1 error", "2 errors" */
static void
count_add(struct text *text, size_t count, const char *what)
{
	text_add_format(text, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* What was not done, because of the refusal. */
static void
consequence_add(const struct message *message, struct text *text)
{
	const struct verdict *verdict = message->verdict;
	const char *ref;

	if (message->local)
		text_add(text, "the server would refuse this push");
	else if (strcmp(verdict->hook, "update") == 0 && verdict->count > 0) {
		ref = verdict->refs[0].update->ref;
		safe_add(text, ref[0] != '\0' ? ref_shown(ref) : "the ref", 30);
		text_add(text, " was not changed");
	} else
		text_add(text, "nothing was changed on the server");
}

static void
contact_add(const struct layers *layers, struct text *text)
{
	struct text line = {0};

	if (layers == NULL)
		return;
	if (layers->document != NULL && layers->document[0] != '\0')
		text_add_format(&line, "Policy %s", layers->document);
	if (layers->contact != NULL && layers->contact[0] != '\0') {
		if (line.len + strlen(layers->contact) + 8 > PROSE_COLUMNS) {
			line_add(text, "", line.data != NULL ? line.data : "");
			line.len = 0;
		}
		text_add_format(&line, "%sHelp %s", line.len > 0 ? "   " : "",
		    layers->contact);
	}
	if (line.len > 0)
		line_add(text, "", line.data);
	text_free(&line);
}

static void
closing_add(struct message *message)
{
	const struct verdict *verdict = message->verdict;
	struct text *text = &message->closing;

	if (message->accepted)
		return;
	if (message->errors > 0) {
		text_add(text, "refused: ");
		count_add(text, message->errors, "error");
	} else if (verdict->check)
		text_add(text, "refused: only a check");
	else if (verdict->outcome == OUTCOME_ACCEPT)
		text_add(text, "refused by another hook");
	else
		text_add(text, "refused: not judged");
	text_add(text, ", ");
	consequence_add(message, text);
	text_add_format(text, " (%s)\n", verdict->id);
	if (!verdict->check || message->errors > 0)
		contact_add(verdict->layers, text);
}

/* `success` lines of a check, for the refs that would be accepted. */
static void
successes_add(const struct message *message, struct text *text)
{
	const struct verdict *verdict = message->verdict;
	size_t count = 0;

	if (!verdict->check || message->local || message->log_error != NULL)
		return;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct ref_verdict *ref = &verdict->refs[i];

		if (ref->outcome != OUTCOME_ACCEPT || !ref->is_protected ||
		    count++ >= LIST_LIMIT)
			continue;
		text_add(text, "success: ");
		safe_add(text, ref_shown(ref->update->ref), 20);
		text_add(text, " would accept this push, ");
		count_add(text, ref->rules_checked, "rule");
		text_add(text, " checked\n");
	}
	if (count > LIST_LIMIT)
		text_add_format(text, "and %zu more\n", count - LIST_LIMIT);
}

static void
waivers_add(const struct message *message, struct text *text)
{
	size_t count = 0;

	for (size_t i = 0; i < message->blocks.count; i++) {
		const struct block *block = &message->blocks.list[i];

		if (block->weight == WEIGHT_WAIVED && count++ < LIST_LIMIT)
			block_head(block, message->local, text);
	}
	if (count > LIST_LIMIT)
		text_add_format(
		    text, "and %zu more exceptions\n", count - LIST_LIMIT);
}

static void
log_error_write(const struct message *message, struct text *text)
{
	const struct code *code = code_find("log.unavailable");

	text_add(text, "error[log.unavailable]: the decision could not be "
		       "recorded\n");
	if (message->is_short)
		return;
	text_add(text, "\n  note    this is not about your commits\n");
	if (code != NULL)
		prose_add(text, "  fault   ", code->meaning, 6);
	text_add(text,
	    "\nhint: tell the administrator, and quote the id at the "
	    "end\n");
}

/* Add a block, behind a blank line or not, if there is room; false if not. */
static bool
room_add(
    struct message *message, const struct text *block, bool gap, size_t room)
{
	gap = gap && message->body.len > 0;
	if (line_count(&message->body) + gap + line_count(block) > room)
		return false;
	if (gap)
		text_add_char(&message->body, '\n');
	text_add_bytes(&message->body, block->data, block->len);
	return true;
}

/* Add the whole of a block, if its followers' heads still fit behind it. */
static bool
block_write(struct message *message, const struct block *block,
    size_t followers, size_t room)
{
	size_t kept = followers < HEAD_LIMIT ? followers : HEAD_LIMIT;
	struct text text = {0};
	bool fits;

	if (kept > 0)
		kept++; /* the blank line before them */
	block_add(
	    block, message->local, message->accepted && !message->local, &text);
	fits = room_add(message, &text, true, room > kept ? room - kept : 0);
	text_free(&text);
	return fits;
}

/*
 * Blocks of one weight: whole ones as long as there is room, then their first
 * lines.  Returns how many had no room.
 */
static size_t
blocks_write(struct message *message, enum weight weight, size_t room)
{
	size_t followers = weight_count(message, weight), left_out = 0;
	bool brief = message->is_short, gap = !brief;

	for (size_t i = 0; i < message->blocks.count; i++) {
		const struct block *block = &message->blocks.list[i];
		struct text head = {0};

		if (block->weight != weight)
			continue;
		followers--;
		if (!brief && block_write(message, block, followers, room))
			continue;
		brief = true;
		block_head(block, message->local, &head);
		if (!room_add(message, &head, gap, room))
			left_out++;
		gap = false;
		text_free(&head);
	}
	return left_out;
}

static void
left_out_add(struct message *message, size_t errors, size_t warnings)
{
	struct text *text = &message->body;

	if (errors + warnings == 0)
		return;
	text_add(text, message->is_short ? "and " : "\nand ");
	if (errors > 0)
		count_add(text, errors, "more error");
	if (errors > 0 && warnings > 0)
		text_add(text, ", ");
	if (warnings > 0)
		count_add(text, warnings, "more warning");
	text_add(text, "; the records hold them all\n");
}

static void
body_write(struct message *message, size_t room)
{
	struct text text = {0};
	size_t errors, warnings;

	if (message->log_error != NULL) {
		log_error_write(message, &text);
		room_add(message, &text, true, room);
	}
	errors = blocks_write(message, WEIGHT_ERROR, room);
	warnings = errors > 0 ? weight_count(message, WEIGHT_WARNING)
			      : blocks_write(message, WEIGHT_WARNING, room);
	left_out_add(message, errors, warnings);
	text_free(&text);
}

static void
sections_join(
    const struct message *message, const struct text *told, struct text *text)
{
	const struct text *const sections[] = {
	    &message->body, told, &message->closing};

	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		if (sections[i]->len == 0)
			continue;
		if (text->len > 0 && !message->is_short)
			text_add_char(text, '\n');
		text_add_bytes(text, sections[i]->data, sections[i]->len);
	}
}

/* Put the prefix before every line that GitLab's web UI is to show. */
static void
prefix_lines(struct text *text)
{
	struct text plain = *text;
	const char *at = plain.data;

	*text = (struct text){0};
	for (; at != NULL && *at != '\0'; at += strcspn(at, "\n") + 1) {
		text_add(text, "GL-HOOK-ERR: ");
		text_add_bytes(text, at, strcspn(at, "\n") + 1);
	}
	text_free(&plain);
}

void
message_make(const struct verdict *verdict, bool accepted,
    const struct error *log_error, enum message_form form, struct text *text)
{
	struct message message = {.verdict = verdict,
	    .accepted = accepted,
	    .is_short = form == MESSAGE_GITLAB_WEB,
	    .local = strcmp(verdict->hook, "check") == 0,
	    .log_error = log_error};
	struct text told = {0};

	blocks_collect(verdict, &message.blocks);
	message.errors =
	    weight_count(&message, WEIGHT_ERROR) + (log_error != NULL);
	closing_add(&message);
	waivers_add(&message, &told);
	successes_add(&message, &told);
	body_write(&message, LINE_LIMIT - EXTRA_LINES - line_count(&told) -
				 line_count(&message.closing) - EXTRA_LINES -
				 verdict->json);
	sections_join(&message, &told, text);
	if (verdict->json)
		summary_add(verdict,
		    log_error != NULL ? OUTCOME_ERROR : verdict->outcome, text);
	if (form == MESSAGE_GITLAB_WEB)
		prefix_lines(text);
	blocks_free(&message.blocks);
	text_free(&message.body);
	text_free(&message.closing);
	text_free(&told);
}
