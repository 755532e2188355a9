/* `refwarden policy schema`: the loader's tables as a JSON Schema, draft-07. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "admin/command.h"
#include "admin/options.h"
#include "admin/shown.h"
#include "checks/check.h"

static const struct command_line command = {
    .usage = "usage: refwarden policy schema\n"
	     "\n"
	     "Print a JSON Schema of policy files, for editors and for "
	     "whatever else\n"
	     "wants to know their keys.\n",
    .letters = "",
};

/* A text may look like a number or a word of another type: it stays a text. */
static json_t *
text_schema(void)
{
	return json_pack("{s:[s,s,s], s:i}", "type", "string", "number",
	    "boolean", "minLength", 1);
}

static json_t *
texts_schema(void)
{
	return json_pack("{s:[s,s,s,s], s:i, s:i, s:o}", "type", "string",
	    "number", "boolean", "array", "minLength", 1, "minItems", 1,
	    "items", text_schema());
}

static json_t *
number_schema(const struct field *field)
{
	json_t *schema = json_pack(
	    "{s:s, s:I}", "type", "integer", "minimum", (json_int_t)field->min);

	if (field->max > 0)
		json_object_set_new(
		    schema, "maximum", json_integer(field->max));
	return schema;
}

/* A choice of digits alone is a number to other readers of YAML. */
static json_t *
choice_schema(const char *const *choices)
{
	static const char digits[] = "0123456789";
	json_t *list = json_array();

	for (; *choices != NULL; choices++) {
		json_array_append_new(list, json_string(*choices));
		if (strspn(*choices, digits) == strlen(*choices))
			json_array_append_new(
			    list, json_loads(*choices, JSON_DECODE_ANY, NULL));
	}
	return json_pack("{s:o}", "enum", list);
}

static json_t *
pattern_schema(const char *pattern)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

static json_t *
size_schema(void)
{
	return json_pack("{s:[s,s], s:i, s:s}", "type", "integer", "string",
	    "minimum", 0, "pattern", "^(0|[1-9][0-9]*)[KMG]?$");
}

static json_t *table_schema(const struct field *);

static json_t *
value_schema(enum field_type type, const struct field *field)
{
	switch (type) {
	case FIELD_TEXT:
	case FIELD_REGEX:
		return text_schema();
	case FIELD_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case FIELD_NUMBER:
		return number_schema(field);
	case FIELD_SIZE:
		return size_schema();
	case FIELD_DURATION:
		return pattern_schema("^(0|[1-9][0-9]*)[smhd]$");
	case FIELD_DATE:
		return pattern_schema("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
	case FIELD_CHOICE:
		return choice_schema(field->choices);
	case FIELD_TEXTS:
	case FIELD_GROUP:
	case FIELD_PATHS:
	case FIELD_REFS:
		return texts_schema();
	case FIELD_TABLE:
		return table_schema(field->fields);
	case FIELD_OWN:
		break;
	}
	return json_pack("{s:s}", "$ref", "#/definitions/checks");
}

static json_t *
either(json_t *first, json_t *second)
{
	return json_pack("{s:[o,o]}", "anyOf", first, second);
}

static json_t *
list_schema(json_t *item)
{
	return json_pack(
	    "{s:s, s:i, s:o}", "type", "array", "minItems", 1, "items", item);
}

static json_t *
own_schema(const struct field *field)
{
	json_t *item = value_schema(field->item, field);

	if (field->fields != NULL && field->item != FIELD_TABLE)
		item = either(item, table_schema(field->fields));
	switch (field->form) {
	case FORM_ONE:
		break;
	case FORM_LIST:
		return list_schema(item);
	case FORM_SOME:
		return either(item, list_schema(json_deep_copy(item)));
	case FORM_MAP:
		return json_pack("{s:s, s:o}", "type", "object",
		    "additionalProperties", item);
	}
	return item;
}

static json_t *
field_schema(const struct field *field)
{
	return field->type == FIELD_OWN ? own_schema(field)
					: value_schema(field->type, field);
}

static void
add_property(
    json_t *table, const char *key, const char *summary, json_t *schema)
{
	if (summary != NULL)
		json_object_set_new(
		    schema, "description", json_string(summary));
	json_object_set_new(json_object_get(table, "properties"), key, schema);
}

static json_t *
object_schema(void)
{
	return json_pack("{s:s, s:b, s:{}}", "type", "object",
	    "additionalProperties", 0, "properties");
}

static json_t *
table_schema(const struct field *fields)
{
	json_t *table = object_schema(), *required = json_array();

	for (; fields->key != NULL; fields++) {
		add_property(
		    table, fields->key, fields->summary, field_schema(fields));
		if (fields->required)
			json_array_append_new(
			    required, json_string(fields->key));
	}
	if (json_array_size(required) > 0)
		json_object_set(table, "required", required);
	json_decref(required);
	return table;
}

static json_t *
check_schema(const struct check *check)
{
	if (check->value == NULL)
		return table_schema(check->fields);
	if (check->fields == NULL)
		return field_schema(check->value);
	return either(field_schema(check->value), table_schema(check->fields));
}

static json_t *
checks_schema(void)
{
	json_t *table = object_schema();

	json_object_set_new(table, "minProperties", json_integer(1));
	for (size_t i = 0; checks[i] != NULL; i++)
		add_property(table, checks[i]->name, checks[i]->summary,
		    check_schema(checks[i]));
	return table;
}

static json_t *
policy_schema(void)
{
	json_t *schema = json_pack("{s:s, s:s}", "$schema",
	    "http://json-schema.org/draft-07/schema#", "title",
	    "refwarden policy");
	json_t *table = table_schema(policy_fields);

	json_object_update(schema, table);
	json_object_set_new(schema, "definitions",
	    json_pack("{s:o}", "checks", checks_schema()));
	json_decref(table);
	return schema;
}

int
policy_schema_command(int argc, char **argv)
{
	struct options options;
	int status = options_read(&command, argc, argv, &options);

	if (status != -1)
		return status;
	json_show(policy_schema());
	return fflush(stdout) != 0 || ferror(stdout) ? EXIT_ENVIRONMENT
						     : EXIT_YES;
}
