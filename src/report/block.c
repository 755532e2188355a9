/* One block of the message: what was broken, by what, and what to do. */
#include "report/block.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "checks/code.h"
#include "report/prose.h"

/* Room for words of ours behind a ref in the first line. */
enum { REF_COLUMNS = 36, PROSE_LINES = 6, COMMAND_LINES = 10 };

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static enum weight
weight_of(const struct violation *violation)
{
	if (violation->waived_by != NULL)
		return WEIGHT_WAIVED;
	return violation->mode == MODE_WARN ? WEIGHT_WARNING : WEIGHT_ERROR;
}

/* What no layer said is said once, whatever refs the push names. */
static bool
block_takes(const struct block *block, const struct ref_verdict *ref,
    const struct violation *violation)
{
	const struct violation *first = block->violation;

	return block->weight == weight_of(violation) &&
	       first->rule == violation->rule &&
	       first->policy == violation->policy &&
	       first->waived_by == violation->waived_by &&
	       (violation->waived_by != NULL ||
		   strcmp(first->finding.code, violation->finding.code) == 0) &&
	       (block->ref == ref || (violation->policy == NULL &&
					 same_text(first->finding.found,
					     violation->finding.found)));
}

static void
block_take(struct block *block, const struct finding *finding)
{
	const struct finding *last = block->last;

	if (finding->commit == NULL && finding->path == NULL)
		return;
	if (last != NULL && last->commit == finding->commit &&
	    same_text(last->path, finding->path))
		return;
	if (block->item_count < BLOCK_ITEMS)
		block->items[block->item_count] = finding;
	block->item_count++;
	block->last = finding;
}

static void
blocks_take(struct blocks *blocks, size_t from, const struct ref_verdict *ref,
    const struct violation *violation)
{
	struct block *block;
	size_t i = violation->policy == NULL ? 0 : from;

	while (
	    i < blocks->count && !block_takes(&blocks->list[i], ref, violation))
		i++;
	if (i == blocks->count) {
		blocks->list = mem_grow(blocks->list, &blocks->capacity, i + 1,
		    sizeof *blocks->list);
		blocks->list[blocks->count++] =
		    (struct block){.weight = weight_of(violation),
			.ref = ref,
			.violation = violation};
	}
	block = &blocks->list[i];
	block->many_refs |= block->ref != ref;
	block_take(block, &violation->finding);
}

void
blocks_collect(const struct verdict *verdict, struct blocks *blocks)
{
	for (size_t i = 0; i < verdict->count; i++) {
		const struct ref_verdict *ref = &verdict->refs[i];
		size_t from = blocks->count;

		for (size_t k = 0; k < ref->violation_count; k++)
			if (ref->violations[k].mode != MODE_OBSERVE)
				blocks_take(
				    blocks, from, ref, &ref->violations[k]);
	}
}

void
blocks_free(struct blocks *blocks)
{
	free(blocks->list);
	*blocks = (struct blocks){0};
}

static const char *
block_ref(const struct block *block)
{
	const char *ref = block->ref->update->ref;

	return block->many_refs || ref[0] == '\0' ? "this push"
						  : ref_shown(ref);
}

/* The administrator's own words stay on the server. */
static bool
is_hidden(const struct block *block, bool local)
{
	return finding_is_server_fault(&block->violation->finding) && !local;
}

/* " used for RULE on REF", as much of it as fits beside what is told. */
static void
waived_what(const struct block *block, size_t room, struct text *text)
{
	const struct rule *rule = block->violation->rule;
	struct text what = {0};
	size_t whole;

	text_add(&what, " used for ");
	safe_add(&what, rule != NULL ? rule->name : "history", REF_COLUMNS);
	whole = what.len;
	text_add(&what, " on ");
	safe_add(&what, block_ref(block), REF_COLUMNS);
	if (what.len <= room)
		text_add(text, what.data);
	else if (whole <= room)
		text_add_bytes(text, what.data, whole);
	else
		text_add(text, " used");
	text_free(&what);
}

static void
waived_head(const struct block *block, struct text *out)
{
	const struct exception *used = block->violation->waived_by;
	struct text line = {0};
	char day[16];

	text_add(&line, "hint: exception ");
	safe_add(&line, used->id, EXCEPTION_ID_LIMIT);
	text_add_format(&line, " (until %s)", day_format(used->expires, day));
	waived_what(block,
	    line.len < PROSE_COLUMNS ? PROSE_COLUMNS - line.len : 0, &line);
	text_add_format(out, "%s\n", line.data);
	text_free(&line);
}

/* All in one line if it fits; what was found is else told below. */
static bool
head_fits(const struct block *block, struct text *text)
{
	const struct finding *finding = &block->violation->finding;
	const char *found = finding->found != NULL ? finding->found : "nothing";
	struct text line = {0};
	bool fits;

	text_add_format(text,
	    block->weight == WEIGHT_WARNING ? "warning[%s]: " : "error[%s]: ",
	    finding->code);
	safe_add(text, block_ref(block), REF_COLUMNS);
	if (finding->need != NULL)
		text_add_format(
		    &line, " needs %s, found %s", finding->need, found);
	else
		text_add_format(&line, ": %s", found);
	fits = text->len + line.len <= PROSE_COLUMNS;
	if (fits)
		safe_add(text, line.data, PROSE_COLUMNS);
	text_free(&line);
	return fits;
}

/* What the first line had room for. */
enum told { TOLD_ALL, TOLD_NEED, TOLD_PART };

static enum told
head_add(const struct block *block, bool local, struct text *out)
{
	const struct finding *finding = &block->violation->finding;
	struct text line = {0};
	enum told told = TOLD_ALL;

	if (is_hidden(block, local)) {
		text_add_format(&line, "error[%s]: ", finding->code);
		safe_add(&line, block_ref(block), REF_COLUMNS - 10);
		text_add(&line, " could not be judged");
	} else if (!head_fits(block, &line)) {
		text_add(
		    &line, finding->need != NULL ? " needs " : " is refused");
		text_add(&line, finding->need != NULL ? finding->need : "");
		told = line.len > PROSE_COLUMNS ? TOLD_PART : TOLD_NEED;
	}
	safe_add(out, line.data, PROSE_COLUMNS);
	text_add_char(out, '\n');
	text_free(&line);
	return told;
}

void
block_head(const struct block *block, bool local, struct text *text)
{
	if (block->weight == WEIGHT_WAIVED)
		waived_head(block, text);
	else
		head_add(block, local, text);
}

static void
commit_add(struct text *text, const struct commit *commit)
{
	char digits[OID_DIGITS + 1], frame[24];
	const char *subject = commit->message, *end;
	struct text line = {0};

	snprintf(frame, sizeof frame, "  %-8s%.7s ",
	    commit->is_tag ? "tag" : "commit", oid_format(&commit->id, digits));
	subject += strspn(subject, " \t\r\n");
	end = subject + strcspn(subject, "\r\n");
	text_add_bytes(&line, subject, (size_t)(end - subject));
	line_add(text, frame, line.data);
	text_free(&line);
}

static void
author_add(struct text *text, const struct identity *author)
{
	struct text line = {0};

	if (author->name[0] == '\0' && author->address[0] == '\0')
		return; /* a lightweight tag's */
	text_add_format(&line, "%s <%s>", author->name, author->address);
	line_add(text, "  author  ", line.data);
	text_free(&line);
}

static void
items_add(struct text *text, const struct block *block)
{
	size_t shown =
	    block->item_count < BLOCK_ITEMS ? block->item_count : BLOCK_ITEMS;
	const struct commit *commit = NULL;

	for (size_t i = 0; i < shown; i++) {
		const struct finding *item = block->items[i];

		if (item->commit != NULL && item->commit != commit) {
			commit_add(text, item->commit);
			if (block->item_count == 1)
				author_add(text, &item->commit->author);
		}
		commit = item->commit;
		if (item->path != NULL)
			line_add(text, "  path    ", item->path);
	}
	if (block->item_count > shown)
		text_add_format(
		    text, "  and %zu more\n", block->item_count - shown);
}

static void
rule_add(struct text *text, const struct rule *rule)
{
	struct text line = {0};

	if (rule == NULL)
		return;
	text_add(&line, rule->name);
	if (rule->clause != NULL)
		text_add_format(&line, ", clause %s", rule->clause);
	if (rule->clause != NULL && rule->clause_title != NULL &&
	    rule->clause_title[0] != '\0')
		text_add_format(&line, ": %s", rule->clause_title);
	line_add(text, "  rule    ", line.data);
	text_free(&line);
}

/* As many names as the line holds, and how many there are besides. */
static void
from_add(struct text *text, const char *from)
{
	enum { ROOM = PROSE_COLUMNS - 10 - (sizeof " and 99999 more" - 1) };
	const char *comma = from, *cut = NULL;
	struct text line = {0};
	size_t more = 0;

	while ((comma = strchr(comma, ',')) != NULL) {
		if (comma - from <= ROOM) {
			cut = comma;
			more = 0;
		}
		more++;
		comma++;
	}
	if (strlen(from) <= PROSE_COLUMNS - 10 || cut == NULL) {
		text_add(&line, from);
	} else {
		text_add_bytes(&line, from, (size_t)(cut - from));
		text_add_format(&line, " and %zu more", more);
	}
	line_add(text, "  from    ", line.data);
	text_free(&line);
}

static void
faults_add(struct text *text, const char *lines)
{
	struct text line = {0};
	size_t len, count = 0;

	for (; *lines != '\0'; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		if (count++ >= BLOCK_ITEMS)
			continue;
		line.len = 0;
		text_add_bytes(&line, lines, len);
		prose_add(text, "  fault   ", line.data, PROSE_LINES);
	}
	if (count > BLOCK_ITEMS)
		text_add_format(text, "  and %zu more\n", count - BLOCK_ITEMS);
	text_free(&line);
}

static void
details_add(struct text *text, const struct block *block, enum told told)
{
	const struct finding *finding = &block->violation->finding;
	const struct rule *rule = block->violation->rule;

	items_add(text, block);
	rule_add(text, rule);
	if (finding->from != NULL && finding->from[0] != '\0')
		from_add(text, finding->from);
	if (told == TOLD_PART && finding->need != NULL)
		prose_add(text, "  needs   ", finding->need, PROSE_LINES);
	if (finding->faults != NULL)
		faults_add(text, finding->faults);
	else if (told != TOLD_ALL && finding->found != NULL)
		prose_add(text, "  found   ", finding->found, PROSE_LINES);
	if (finding->note != NULL)
		prose_add(text, "  note    ", finding->note, PROSE_LINES);
	if (rule != NULL && rule->help != NULL)
		prose_add(text, "  help    ", rule->help, PROSE_LINES);
}

/* Commands stand alone; `indent` is what they are known by in the text. */
static void
commands_collect(const char *lines, const char *indent, struct text *commands,
    struct text *prose)
{
	size_t len, skip = strlen(indent), count = 0;

	for (; *lines != '\0'; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		if (strncmp(lines, indent, skip) != 0) {
			text_add_bytes(prose, lines, len);
			text_add_char(prose, ' ');
		} else if (len > skip && count++ < COMMAND_LINES) {
			struct text line = {0};

			text_add_bytes(&line, lines + skip, len - skip);
			text_add(commands, "  ");
			safe_add(commands, line.data, SIZE_MAX);
			text_add_char(commands, '\n');
			text_free(&line);
		}
	}
}

static void
hint_write(struct text *text, struct text *prose, const struct text *commands)
{
	while (prose->len > 0 &&
	       strchr(" .:", prose->data[prose->len - 1]) != NULL)
		prose->data[--prose->len] = '\0';
	if (prose->len == 0)
		return;
	if (prose->data[0] >= 'A' && prose->data[0] <= 'Z')
		prose->data[0] = (char)(prose->data[0] - 'A' + 'a');
	if (commands->len > 0)
		text_add_char(prose, ':');
	text_add_char(text, '\n');
	prose_add(text, "hint: ", prose->data, PROSE_LINES);
	if (commands->len > 0) {
		text_add_char(text, '\n');
		text_add_bytes(text, commands->data, commands->len);
	}
}

static void
hint_add(struct text *text, const struct finding *finding)
{
	const struct code *code = code_find(finding->code);
	struct text prose = {0}, commands = {0};

	if (finding->hint != NULL)
		text_add(&prose, finding->hint);
	else if (code != NULL)
		commands_collect(code->fix, "  ", &commands, &prose);
	if (finding->commands != NULL) {
		commands.len = 0;
		commands_collect(finding->commands, "", &commands, &prose);
	}
	hint_write(text, &prose, &commands);
	text_free(&prose);
	text_free(&commands);
}

static void
server_add(struct text *text, const struct finding *finding)
{
	const struct code *code = code_find(finding->code);

	text_add(text, "\n  note    this is not about your commits\n");
	if (code != NULL)
		prose_add(text, "  fault   ", code->meaning, PROSE_LINES);
	text_add(text,
	    "\nhint: tell the administrator, and quote the id at the "
	    "end\n");
}

void
block_add(const struct block *block, bool local, bool landed, struct text *text)
{
	struct text details = {0};
	enum told told;

	if (block->weight == WEIGHT_WAIVED) {
		waived_head(block, text);
		return;
	}
	told = head_add(block, local, text);
	if (is_hidden(block, local)) {
		server_add(text, &block->violation->finding);
		return;
	}
	details_add(&details, block, told);
	if (details.len > 0) {
		text_add_char(text, '\n');
		text_add_bytes(text, details.data, details.len);
	}
	if (!landed)
		hint_add(text, &block->violation->finding);
	text_free(&details);
}
