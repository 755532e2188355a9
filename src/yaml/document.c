/* From libyaml's events to nodes that can hold no surprise. */
#include "yaml/document.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/mem.h"
#include "base/text.h"
#include "yaml/characters.h"

/* A pattern left unquoted is the usual reason for these: they say so. */
static const char
    no_alias[] =
	"aliases are not allowed (quote a text that begins with \"*\")",
    no_anchor[] =
	"anchors are not allowed (quote a text that begins with \"&\")",
    no_tag[] = "tags are not allowed (quote a text that begins with \"!\")";

struct document {
	struct arena arena;
	struct node root;
};

/* A list or map whose end has not been met. */
struct open_node {
	struct node node;
	struct node *keys, *items;
	size_t key_count, key_capacity, item_count, item_capacity;
};

struct builder {
	struct document *document;
	struct faults *faults;
	struct open_node open[YAML_DEPTH_LIMIT];
	size_t depth;
	unsigned documents;
	size_t harmless; /* faults that leave nodes as good as any */
};

static unsigned
line_of(const yaml_mark_t *mark)
{
	return (unsigned)mark->line + 1;
}

static unsigned
column_of(const yaml_mark_t *mark)
{
	return (unsigned)mark->column + 1;
}

static int
compare_keys(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a;
	const struct node *y = *(const struct node *const *)b;
	int order = strcmp(x->text, y->text);

	if (order != 0)
		return order;
	return x < y ? -1 : x > y;
}

/* By sorting: a hostile map has as many keys as its file has lines.  The first
 * one stays, so that what reads the map meets no key twice. */
static void
refuse_duplicates(struct builder *builder, struct open_node *map)
{
	struct node **sorted = mem_array(map->item_count, sizeof(void *));
	const struct node *first;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < map->item_count; i++)
		if (map->keys[i].kind == NODE_SCALAR)
			sorted[n++] = &map->keys[i];
	qsort(sorted, n, sizeof(void *), compare_keys);
	first = n > 0 ? sorted[0] : NULL;
	for (size_t i = 1; i < n; i++) {
		if (strcmp(first->text, sorted[i]->text) != 0) {
			first = sorted[i];
			continue;
		}
		fault_at(builder->faults, sorted[i],
		    "duplicate key \"%s\" (first at line %u)", first->text,
		    first->line);
		builder->harmless++;
		sorted[i]->text = NULL;
	}
	free(sorted);
	for (size_t i = 0; i < map->item_count; i++)
		if (map->keys[i].kind != NODE_SCALAR ||
		    map->keys[i].text != NULL) {
			map->keys[kept] = map->keys[i];
			map->items[kept++] = map->items[i];
		}
	map->item_count = kept;
}

static void
judge_key(struct builder *builder, const struct node *key)
{
	if (key->kind != NODE_SCALAR)
		fault_at(builder->faults, key, "a key must be a text");
	else if (strchr(key->text, '\n') != NULL)
		fault_at(builder->faults, key, "a key must be on one line");
	else if (!key->quoted && strcmp(key->text, "<<") == 0)
		fault_at(builder->faults, key, "merge keys are not allowed");
}

/* Put a finished node where it belongs. */
static void
place(struct builder *builder, const struct node *node)
{
	struct open_node *open;

	if (builder->depth == 0) {
		builder->document->root = *node;
		return;
	}
	open = &builder->open[builder->depth - 1];
	if (open->node.kind == NODE_MAP &&
	    open->key_count == open->item_count) {
		judge_key(builder, node);
		open->keys = mem_grow(open->keys, &open->key_capacity,
		    open->key_count + 1, sizeof *open->keys);
		open->keys[open->key_count++] = *node;
		return;
	}
	open->items = mem_grow(open->items, &open->item_capacity,
	    open->item_count + 1, sizeof *open->items);
	open->items[open->item_count++] = *node;
}

static void
judge_properties(struct builder *builder, const yaml_event_t *event,
    const yaml_char_t *anchor, const yaml_char_t *tag)
{
	unsigned line = line_of(&event->start_mark);
	unsigned column = column_of(&event->start_mark);

	if (anchor != NULL)
		fault_line(builder->faults, line, column, "%s", no_anchor);
	if (tag != NULL)
		fault_line(builder->faults, line, column, "%s", no_tag);
	builder->harmless += (anchor != NULL) + (tag != NULL);
}

/* Escapes in a quoted scalar bring in what the bytes of the file did not. */
static void
judge_scalar(
    struct builder *builder, const struct node *node, size_t len, bool block)
{
	uint32_t rune;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_decode(node->text + i, len - i, &rune);
		if (n == 0) {
			fault_at(builder->faults, node, "a text is not UTF-8");
			return;
		}
		if (!rune_is_unsafe(rune) ||
		    (block && (rune == '\n' || rune == '\t')))
			continue;
		fault_at(builder->faults, node,
		    "a text must not hold the character U+%04X",
		    (unsigned)rune);
		return;
	}
}

static void
add_scalar(struct builder *builder, const yaml_event_t *event)
{
	yaml_scalar_style_t style = event->data.scalar.style;
	size_t len = event->data.scalar.length;
	struct node node = {
	    .kind = NODE_SCALAR,
	    .line = line_of(&event->start_mark),
	    .column = column_of(&event->start_mark),
	    .quoted = style != YAML_PLAIN_SCALAR_STYLE,
	};

	judge_properties(
	    builder, event, event->data.scalar.anchor, event->data.scalar.tag);
	node.text = arena_bytes(
	    &builder->document->arena, event->data.scalar.value, len);
	judge_scalar(builder, &node, len,
	    style == YAML_LITERAL_SCALAR_STYLE ||
		style == YAML_FOLDED_SCALAR_STYLE);
	place(builder, &node);
}

static int
open_node(
    struct builder *builder, const yaml_event_t *event, enum node_kind kind)
{
	struct open_node *open;

	if (builder->depth == YAML_DEPTH_LIMIT) {
		fault_line(builder->faults, line_of(&event->start_mark),
		    column_of(&event->start_mark), "nested more than %d deep",
		    YAML_DEPTH_LIMIT);
		return -1;
	}
	open = &builder->open[builder->depth++];
	open->node = (struct node){
	    .kind = kind,
	    .line = line_of(&event->start_mark),
	    .column = column_of(&event->start_mark),
	};
	open->key_count = open->item_count = 0;
	return 0;
}

static const struct node *
keep(struct builder *builder, const struct node *nodes, size_t count)
{
	size_t size = count * sizeof *nodes;
	struct node *kept;

	kept = arena_zero(&builder->document->arena, size);
	if (nodes != NULL && size > 0)
		memcpy(kept, nodes, size);
	return kept;
}

static void
close_node(struct builder *builder)
{
	struct open_node *open = &builder->open[--builder->depth];
	struct node node = open->node;

	if (node.kind == NODE_MAP && open->item_count > 0)
		refuse_duplicates(builder, open);
	node.count = open->item_count;
	node.items = keep(builder, open->items, node.count);
	if (node.kind == NODE_MAP)
		node.keys = keep(builder, open->keys, node.count);
	place(builder, &node);
}

static void
add_alias(struct builder *builder, const yaml_event_t *event)
{
	struct node node = {
	    .kind = NODE_SCALAR,
	    .line = line_of(&event->start_mark),
	    .column = column_of(&event->start_mark),
	    .text = "",
	};

	fault_at(builder->faults, &node, "%s", no_alias);
	place(builder, &node);
}

static int
open_document(struct builder *builder, const yaml_event_t *event)
{
	if (++builder->documents == 1)
		return 0;
	fault_line(builder->faults, line_of(&event->start_mark),
	    column_of(&event->start_mark), "a second document in one file");
	return -1;
}

/* 0 to go on, 1 at the end, -1 where going on makes no sense. */
static int
take_event(struct builder *builder, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return open_document(builder, event);
	case YAML_SCALAR_EVENT:
		add_scalar(builder, event);
		return 0;
	case YAML_ALIAS_EVENT:
		add_alias(builder, event);
		return 0;
	case YAML_SEQUENCE_START_EVENT:
		judge_properties(builder, event,
		    event->data.sequence_start.anchor,
		    event->data.sequence_start.tag);
		return open_node(builder, event, NODE_LIST);
	case YAML_MAPPING_START_EVENT:
		judge_properties(builder, event,
		    event->data.mapping_start.anchor,
		    event->data.mapping_start.tag);
		return open_node(builder, event, NODE_MAP);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_node(builder);
		return 0;
	case YAML_STREAM_END_EVENT:
		return 1;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return 0;
	}
	return -1;
}

/* Where libyaml could not even read the name of an alias, anchor or tag. */
static const char *
unquoted(const char *context)
{
	static const struct {
		const char *context, *fault;
	} contexts[] = {
	    {"while scanning an alias", no_alias},
	    {"while scanning an anchor", no_anchor},
	    {"while scanning a tag", no_tag},
	    {"while parsing a tag", no_tag},
	    {"while parsing a node", no_tag},
	};

	for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++)
		if (strcmp(context, contexts[i].context) == 0)
			return contexts[i].fault;
	return NULL;
}

static void
report_syntax(const yaml_parser_t *parser, struct faults *faults)
{
	const char *problem = parser->problem;
	const char *context = parser->context != NULL ? parser->context : "";
	unsigned line = line_of(&parser->problem_mark);
	unsigned column = column_of(&parser->problem_mark);

	if (problem == NULL)
		problem = "the text can not be read";
	if (unquoted(context) != NULL)
		fault_line(faults, line_of(&parser->context_mark),
		    column_of(&parser->context_mark), "%s", unquoted(context));
	else if (*context != '\0')
		fault_line(faults, line, column, "%s %s (from line %u)",
		    problem, context, line_of(&parser->context_mark));
	else
		fault_line(faults, line, column, "%s", problem);
}

/* Directives change what tags mean, and nobody needs them. */
static bool
has_directive(const char *data, size_t len, struct faults *faults)
{
	const char *end = data + len, *at = data;
	unsigned line = 1;

	while (at < end) {
		if (*at == '%') {
			fault_line(
			    faults, line, 1, "directives are not allowed");
			return true;
		}
		at = memchr(at, '\n', (size_t)(end - at));
		if (at == NULL)
			break;
		at++;
		line++;
	}
	return false;
}

static void
build(struct builder *builder, const char *data, size_t len)
{
	yaml_parser_t parser;
	yaml_event_t event;
	int state = 0;

	if (!yaml_parser_initialize(&parser)) {
		fault_line(builder->faults, 1, 1, "no memory to read it");
		return;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)data, len);
	while (state == 0) {
		if (!yaml_parser_parse(&parser, &event)) {
			report_syntax(&parser, builder->faults);
			break;
		}
		state = take_event(builder, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	if (state == 1 && builder->documents == 0)
		fault_line(builder->faults, 1, 1, "the file is empty");
}

struct document *
document_parse(const char *data, size_t len, struct faults *faults)
{
	struct builder builder = {.faults = faults};
	size_t before = faults->errors;

	if (len > YAML_FILE_LIMIT) {
		fault_line(faults, 1, 1, "the file is larger than %d bytes",
		    YAML_FILE_LIMIT);
		return NULL;
	}
	if (!characters_check(data, len, faults) ||
	    has_directive(data, len, faults))
		return NULL;
	builder.document = mem_zero(sizeof *builder.document);
	build(&builder, data, len);
	for (size_t i = 0; i < YAML_DEPTH_LIMIT; i++) {
		free(builder.open[i].keys);
		free(builder.open[i].items);
	}
	if (faults->errors - before == builder.harmless)
		return builder.document;
	document_free(builder.document);
	return NULL;
}

const struct node *
document_root(const struct document *document)
{
	return &document->root;
}

void
document_free(struct document *document)
{
	if (document == NULL)
		return;
	arena_free(&document->arena);
	free(document);
}
