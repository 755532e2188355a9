/* `refwarden explain`: what a code means, what a rule of the policy asks. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "admin/in_force.h"
#include "admin/options.h"
#include "admin/shown.h"
#include "checks/code.h"
#include "git/repo.h"

static const struct command_line command = {
    .usage = "usage: refwarden explain [--json] [CODE]\n"
	     "       refwarden explain [--json] [--policy FILE] RULE\n"
	     "\n"
	     "Say what CODE means and what to do about it, or what RULE asks "
	     "for: of\n"
	     "the policy in force for this repository, or of FILE.  Without "
	     "either,\n"
	     "list all codes.\n",
    .letters = "pj",
    .most = 1,
};

enum { WIDTH = 72 };

/* One line of prose, broken between words, behind two blanks. */
static void
print_folded(const char *line, size_t len)
{
	size_t column = 0;

	while (len > 0) {
		size_t word = 0;

		while (word < len && line[word] != ' ')
			word++;
		if (column > 0 && column + 1 + word > WIDTH) {
			putchar('\n');
			column = 0;
		}
		column += (size_t)printf(
		    "%s%.*s", column == 0 ? "  " : " ", (int)word, line);
		line += word;
		len -= word;
		while (len > 0 && *line == ' ') {
			line++;
			len--;
		}
	}
	putchar('\n');
}

/* Prose is folded; lines that begin with a blank are commands. */
static void
print_text(const char *text)
{
	bool shell = false;

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (shell != (*text == ' '))
			putchar('\n');
		shell = *text == ' ';
		if (shell)
			printf("  %.*s\n", (int)len, text);
		else
			print_folded(text, len);
		text += len + (text[len] == '\n');
	}
	putchar('\n');
}

static const char *
consequence(const struct code *code)
{
	switch (code->class) {
	case CODE_ALWAYS:
		return "It refuses the push in every mode, and no exception "
		       "can waive it.";
	case CODE_LAYER:
		return code->waivable
			   ? "It follows the policy's top-level mode; an "
			     "exception that names `history` can waive it."
			   : "It follows the policy's top-level mode; no "
			     "exception can waive it.";
	case CODE_RULE:
		break;
	}
	return code->waivable
		   ? "It follows the mode of its rule; an exception that "
		     "names the rule can waive it."
		   : "It is told beside what the exception was to waive, "
		     "which stands.";
}

static const char *
class_name(const struct code *code)
{
	static const char *const names[] = {[CODE_ALWAYS] = "always",
	    [CODE_LAYER] = "layer",
	    [CODE_RULE] = "rule"};

	return names[code->class];
}

static json_t *
code_json(const struct code *code)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "code",
	    code->slug, "title", code->title, "meaning", code->meaning,
	    "example", code->example, "fix", code->fix, "class",
	    class_name(code), "waivable", code->waivable, "server_fault",
	    code->server_fault);
}

static int
explain_code(const struct code *code, const struct options *options)
{
	if (options->json) {
		json_show(code_json(code));
		return EXIT_YES;
	}
	printf("%s: %s\n\n", code->slug, code->title);
	print_text(code->meaning);
	print_text(consequence(code));
	if (code->server_fault)
		print_text("It is not about the commits: it is for the "
			   "administrator to mend.");
	printf("For example\n\n");
	print_text(code->example);
	printf("What to do\n\n");
	print_text(code->fix);
	return EXIT_YES;
}

static int
list_codes(const struct options *options)
{
	json_t *list = json_array();

	for (size_t i = 0; i < code_count; i++)
		if (options->json)
			json_array_append_new(list, code_json(&codes[i]));
		else
			printf("%-20s %s\n", codes[i].slug, codes[i].title);
	if (options->json)
		json_show(json_incref(list));
	json_decref(list);
	return EXIT_YES;
}

/* Is it `id`, or `LAYER/id`? */
static bool
rule_is(const struct rule *rule, const char *word)
{
	const char *layer = layer_names[rule->policy->layer];
	size_t len = strlen(layer);

	if (strncmp(word, layer, len) == 0 && word[len] == '/')
		word += len + 1;
	return strcmp(rule->id, word) == 0;
}

static size_t
explain_rules(const struct layers *layers, const struct options *options,
    const char *word)
{
	json_t *list = json_array();
	size_t found = 0;

	for (size_t i = 0; i < layers->count; i++)
		for (size_t r = 0; r < layers->list[i]->rule_count; r++) {
			const struct rule *rule = &layers->list[i]->rules[r];

			if (!rule_is(rule, word))
				continue;
			if (!options->json && found > 0)
				putchar('\n');
			if (options->json)
				json_array_append_new(list, rule_json(rule));
			else
				rule_print(rule, true);
			found++;
		}
	if (options->json && found > 0)
		json_show(json_incref(list));
	json_decref(list);
	return found;
}

static int
unknown(const struct layers *layers, const char *word)
{
	size_t count = 0, room = code_count;
	const char **words, *meant;

	for (size_t i = 0; i < layers->count; i++)
		room += layers->list[i]->rule_count;
	words = mem_array(room, sizeof *words);
	for (size_t i = 0; i < code_count; i++)
		words[count++] = codes[i].slug;
	for (size_t i = 0; i < layers->count; i++)
		for (size_t r = 0; r < layers->list[i]->rule_count; r++)
			words[count++] = layers->list[i]->rules[r].id;
	meant = did_you_mean(word, words, count);
	free(words);
	fprintf(stderr, "refwarden: no code or rule \"%s\"", word);
	if (meant != NULL)
		fprintf(stderr, ", did you mean \"%s\"?", meant);
	fprintf(stderr, "\n`refwarden explain` lists the codes.\n");
	return EXIT_USAGE;
}

/* The policy that may know the rule; none at all is no failure. */
static int
layers_find(
    const struct options *options, struct layers *layers, struct error *err)
{
	bool none;

	if (layers_in_force(options->policy, NULL, layers, err) == 0)
		return 0;
	if (options->policy != NULL)
		return -1;
	none = repo_exists(".") ? strcmp(err->code, "policy.missing") == 0
				: !starts_with(err->code, "policy.");
	return none ? 0 : -1;
}

static int
explain_word(const struct options *options, const char *word)
{
	struct layers layers = {.count = 0};
	int status = EXIT_YES;
	struct error err;

	if (strchr(word, '.') != NULL)
		return unknown(&layers, word);
	if (layers_find(options, &layers, &err) < 0) {
		fprintf(stderr, "refwarden: %s\n", err.text);
		status = error_status(&err);
	} else if (explain_rules(&layers, options, word) == 0) {
		status = unknown(&layers, word);
	}
	layers_free(&layers);
	return status;
}

int
explain_command(int argc, char **argv)
{
	struct options options;
	const struct code *code;
	int status = options_read(&command, argc, argv, &options);

	if (status != -1)
		return status;
	if (options.count == 0)
		status = list_codes(&options);
	else if ((code = code_find(options.operands[0])) != NULL)
		status = explain_code(code, &options);
	else
		status = explain_word(&options, options.operands[0]);
	if (fflush(stdout) != 0 || ferror(stdout))
		return EXIT_ENVIRONMENT;
	return status;
}
