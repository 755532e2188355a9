/* One reader for each type of field; a fault for all that is not one. */
#include "yaml/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/regex.h"
#include "base/text.h"

static const char *
kind_of(const struct node *node)
{
	switch (node->kind) {
	case NODE_LIST:
		return "a list";
	case NODE_MAP:
		return "a map";
	case NODE_SCALAR:
		break;
	}
	return *node->text == '\0' ? "nothing" : "a text";
}

/* A scalar with something in it; else a fault. */
static bool
is_text(struct load *load, const struct node *node, const char *expected)
{
	if (node->kind == NODE_SCALAR && *node->text != '\0')
		return true;
	fault_at(load->faults, node, "expected %s, found %s", expected,
	    kind_of(node));
	return false;
}

static void
refuse(struct load *load, const struct node *node, const char *expected)
{
	fault_at(load->faults, node, "expected %s, found \"%s\"", expected,
	    node->text);
}

/* The same where quotes make a text of what would be right without them. */
static void
refuse_word(struct load *load, const struct node *node, const char *expected)
{
	fault_at(load->faults, node, "expected %s, found %s\"%s\"", expected,
	    node->quoted ? "the quoted text " : "", node->text);
}

static void
read_text(struct load *load, const struct field *field, const struct node *node,
    void *member)
{
	const char **out = member;

	(void)field;
	if (is_text(load, node, "a text"))
		*out = arena_string(load->arena, node->text);
}

static void
read_bool(struct load *load, const struct field *field, const struct node *node,
    void *member)
{
	static const char expected[] = "true or false";
	bool *out = member;

	(void)field;
	if (!is_text(load, node, expected))
		return;
	if (!node->quoted && strcmp(node->text, "true") == 0)
		*out = true;
	else if (!node->quoted && strcmp(node->text, "false") == 0)
		*out = false;
	else
		refuse_word(load, node, expected);
}

/*
 * Read digits; returns what follows them, or NULL where there is no number, it
 * has leading zeros or is too large.
 */
static const char *
digits_read(const char *text, int64_t *number)
{
	const char *at = text;

	*number = 0;
	for (; *at >= '0' && *at <= '9'; at++) {
		int digit = *at - '0';

		if (*number > (INT64_MAX - digit) / 10)
			return NULL;
		*number = *number * 10 + digit;
	}
	if (at == text || (*text == '0' && at - text > 1))
		return NULL;
	return at;
}

static void
read_number(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const char *rest;
	int64_t number;

	if (!is_text(load, node, "a whole number"))
		return;
	rest = digits_read(node->text, &number);
	if (node->quoted || rest == NULL || *rest != '\0') {
		refuse_word(load, node, "a whole number");
		return;
	}
	if (number >= field->min && (field->max == 0 || number <= field->max))
		*(int64_t *)member = number;
	else if (field->max == 0)
		fault_at(load->faults, node, "expected at least %lld, found %s",
		    (long long)field->min, node->text);
	else
		fault_at(load->faults, node, "expected %lld to %lld, found %s",
		    (long long)field->min, (long long)field->max, node->text);
}

struct unit {
	char letter;
	int64_t factor;
};

/* A number with a unit; the unit of a bare number is the one without letter. */
static bool
amount_parse(const char *text, const struct unit *units, int64_t *amount)
{
	int64_t number;
	const char *rest = digits_read(text, &number);

	if (rest == NULL || strlen(rest) > 1)
		return false;
	for (; units->factor != 0; units++) {
		if (units->letter != *rest)
			continue;
		if (number > INT64_MAX / units->factor)
			return false;
		*amount = number * units->factor;
		return true;
	}
	return false;
}

static void
read_amount(struct load *load, const struct node *node,
    const struct unit *units, const char *expected, int64_t *out)
{
	int64_t amount;

	if (!is_text(load, node, expected))
		return;
	if (amount_parse(node->text, units, &amount))
		*out = amount;
	else
		refuse(load, node, expected);
}

static void
read_size(struct load *load, const struct field *field, const struct node *node,
    void *member)
{
	static const struct unit units[] = {
	    {'\0', 1}, {'K', 1 << 10}, {'M', 1 << 20}, {'G', 1 << 30}, {0}};

	(void)field;
	read_amount(load, node, units,
	    "a size in bytes such as 10M, 512K or 100", member);
}

static const struct unit duration_units[] = {{'s', 1000}, {'m', 60 * 1000},
    {'h', 60 * 60 * 1000}, {'d', 24 * 60 * 60 * 1000}, {0}};

bool
duration_parse(const char *text, int64_t *milliseconds)
{
	return amount_parse(text, duration_units, milliseconds);
}

static void
read_duration(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	(void)field;
	read_amount(load, node, duration_units,
	    "a duration such as 90d, 12h, 30m or 60s", member);
}

static void
read_date(struct load *load, const struct field *field, const struct node *node,
    void *member)
{
	static const char expected[] = "a date such as 2026-01-31";
	long day;

	(void)field;
	if (!is_text(load, node, expected))
		return;
	/* Day 0 would read as "not given": no end at all. */
	if (day_parse(node->text, &day) && day > 0)
		*(long *)member = day;
	else
		refuse(load, node, expected);
}

static size_t
choices_count(const char *const *choices)
{
	size_t count = 0;

	while (choices[count] != NULL)
		count++;
	return count;
}

static void
refuse_choice(
    struct load *load, const struct field *field, const struct node *node)
{
	size_t count = choices_count(field->choices);
	const char *meant = did_you_mean(node->text, field->choices, count);
	struct text list = {0};

	for (size_t i = 0; i < count; i++)
		text_add_format(&list, "%s%s",
		    i == 0          ? ""
		    : i + 1 < count ? ", "
				    : " or ",
		    field->choices[i]);
	if (meant != NULL)
		fault_at(load->faults, node,
		    "expected %s, found \"%s\", did you mean \"%s\"?",
		    list.data, node->text, meant);
	else
		refuse(load, node, list.data);
	text_free(&list);
}

static void
read_choice(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	if (!is_text(load, node, "one word"))
		return;
	for (int i = 0; field->choices[i] != NULL; i++)
		if (strcmp(field->choices[i], node->text) == 0) {
			*(int *)member = i;
			return;
		}
	refuse_choice(load, field, node);
}

static void
read_regex(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	struct regex **out = member, *regex;
	struct error err;

	(void)field;
	if (!is_text(load, node, "a regular expression"))
		return;
	if ((regex = regex_new(node->text, &err)) == NULL) {
		fault_at(load->faults, node, "%s", err.text);
		return;
	}
	regex_free(*out);
	*out = regex;
}

static void
read_texts(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const struct node *items = node->kind == NODE_LIST ? node->items : node;
	size_t count = node->kind == NODE_LIST ? node->count : 1;
	struct texts *out = member;
	const char **list;

	(void)field;
	if (node->kind == NODE_MAP) {
		fault_at(load->faults, node, "expected a list, found a map");
		return;
	}
	if (count == 0) {
		fault_at(
		    load->faults, node, "expected a list, found an empty one");
		return;
	}
	list = arena_zero(load->arena, count * sizeof *list);
	for (size_t i = 0; i < count; i++) {
		if (!is_text(load, &items[i], "a text"))
			return;
		list[i] = arena_string(load->arena, items[i].text);
	}
	*out = (struct texts){list, count};
}

static void
read_table(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	fields_load(load, field->fields, node, member);
}

static void
read_named(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const void *found = NULL;

	load->resolve(load, field->type, node, &found);
	memcpy(member, &found, sizeof found);
}

static void
read_own(struct load *load, const struct field *field, const struct node *node,
    void *member)
{
	field->read(load, field, node, member);
}

void
field_load(struct load *load, const struct field *field,
    const struct node *node, void *into)
{
	static void (*const readers[])(struct load *, const struct field *,
	    const struct node *, void *member) = {
	    [FIELD_TEXT] = read_text,
	    [FIELD_BOOL] = read_bool,
	    [FIELD_NUMBER] = read_number,
	    [FIELD_SIZE] = read_size,
	    [FIELD_DURATION] = read_duration,
	    [FIELD_DATE] = read_date,
	    [FIELD_CHOICE] = read_choice,
	    [FIELD_REGEX] = read_regex,
	    [FIELD_TEXTS] = read_texts,
	    [FIELD_TABLE] = read_table,
	    [FIELD_GROUP] = read_named,
	    [FIELD_PATHS] = read_named,
	    [FIELD_REFS] = read_named,
	    [FIELD_OWN] = read_own,
	};

	readers[field->type](load, field, node, (char *)into + field->offset);
}

static const struct field *
find(const struct field *fields, const char *key)
{
	for (; fields->key != NULL; fields++)
		if (strcmp(fields->key, key) == 0)
			return fields;
	return NULL;
}

static size_t
fields_count(const struct field *fields)
{
	size_t count = 0;

	while (fields[count].key != NULL)
		count++;
	return count;
}

static void
refuse_unknown(
    struct load *load, const struct field *fields, const struct node *key)
{
	size_t count = fields_count(fields);
	const char **keys = mem_array(count, sizeof *keys), *meant;

	for (size_t i = 0; i < count; i++)
		keys[i] = fields[i].key;
	meant = did_you_mean(key->text, keys, count);
	free(keys);
	if (meant != NULL)
		fault_at(load->faults, key,
		    "unknown key \"%s\", did you mean \"%s\"?", key->text,
		    meant);
	else
		fault_at(load->faults, key, "unknown key \"%s\"", key->text);
}

void
fields_load(struct load *load, const struct field *fields,
    const struct node *node, void *into)
{
	const struct field *field;

	if (node->kind != NODE_MAP) {
		fault_at(load->faults, node, "expected a map, found %s",
		    kind_of(node));
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		field = find(fields, node->keys[i].text);
		if (field == NULL)
			refuse_unknown(load, fields, &node->keys[i]);
		else
			field_load(load, field, &node->items[i], into);
	}
	for (field = fields; field->key != NULL; field++)
		if (field->required && map_get(node, field->key) == NULL)
			fault_at(load->faults, node, "missing key \"%s\"",
			    field->key);
}

const struct node *
map_get(const struct node *map, const char *key)
{
	if (map->kind != NODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->keys[i].text, key) == 0)
			return &map->items[i];
	return NULL;
}

void
fault_unknown(struct load *load, const struct node *node, const char *what,
    const char *const *words, size_t count, const char *advice)
{
	const char *meant = did_you_mean(node->text, words, count);

	if (meant != NULL)
		fault_at(load->faults, node,
		    "unknown %s \"%s\", did you mean \"%s\"?", what, node->text,
		    meant);
	else
		fault_at(load->faults, node, "unknown %s \"%s\": %s", what,
		    node->text, advice);
}
