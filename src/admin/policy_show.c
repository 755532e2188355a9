/* `refwarden policy show`: the rules in force for a repository and a ref. */
#include <stdio.h>
#include <string.h>

#include "admin/command.h"
#include "admin/in_force.h"
#include "admin/options.h"
#include "admin/shown.h"

static const struct command_line command = {
    .usage =
	"usage: refwarden policy show [--json] [--ref REF]\n"
	"                             [--repo REPO | --policy FILE]\n"
	"\n"
	"Show the rules in force for the repository around or REPO, or those "
	"of\n"
	"FILE: of all layers, and with REF only those that REF is held to.\n",
    .letters = "Rrpj",
};

static size_t
show_layer(const struct policy *policy, const struct options *options,
    const char *ref, json_t *list)
{
	size_t count = 0;

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (ref != NULL && !rule_applies(rule, ref))
			continue;
		count++;
		if (options->json) {
			json_array_append_new(list, rule_json(rule));
			continue;
		}
		rule_print(rule, false);
		putchar('\n');
	}
	return count;
}

static void
tell_protection(const struct layers *layers, const char *ref, size_t count)
{
	bool is_protected = false;

	for (size_t i = 0; ref != NULL && i < layers->count; i++)
		if (policy_protects(layers->list[i], ref))
			is_protected = true;
	if (ref != NULL && !is_protected)
		fprintf(stderr,
		    "refwarden: %s is not protected: anything may be pushed "
		    "to it\n",
		    ref_shown(ref));
	else
		fprintf(stderr, "refwarden: %zu rule%s%s%s\n", count,
		    count == 1 ? "" : "s", ref != NULL ? " for " : "",
		    ref != NULL ? ref_shown(ref) : "");
}

static void
show(const struct layers *layers, const struct options *options)
{
	struct arena arena = {0};
	json_t *list = json_array();
	const char *ref = options->ref != NULL
			      ? ref_pattern_full(&arena, options->ref)
			      : NULL;
	size_t count = 0;

	for (size_t i = 0; i < layers->count; i++)
		count += show_layer(layers->list[i], options, ref, list);
	if (options->json)
		json_show(json_incref(list));
	tell_protection(layers, ref, count);
	json_decref(list);
	arena_free(&arena);
}

int
policy_show_command(int argc, char **argv)
{
	struct layers layers;
	struct options options;
	struct error err;
	int status = options_read(&command, argc, argv, &options);

	if (status != -1)
		return status;
	status = EXIT_YES;
	if (layers_in_force(options.policy, options.repo, &layers, &err) == 0) {
		show(&layers, &options);
	} else {
		fprintf(stderr, "refwarden: %s\n", err.text);
		status = error_status(&err);
	}
	layers_free(&layers);
	if (fflush(stdout) != 0 || ferror(stdout))
		return EXIT_ENVIRONMENT;
	return status;
}
