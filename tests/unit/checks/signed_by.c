/* Signatures of commits, against real keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"
#include "../../support/keys.h"

static const char payload[] = "tree 1\n\nsubject\n";
static const char pgp[] = "-----BEGIN PGP SIGNATURE-----\n"
			  "-----END PGP SIGNATURE-----\n";

static char directory[] = "/tmp/signed-by-test-XXXXXX";

/* Everybody who signs has a key; a stranger's is listed nowhere. */
static const char *const signers[] = {"ada", "bob", "gone", "stranger"};
enum { SIGNERS = sizeof signers / sizeof *signers };
static struct text keys[SIGNERS], signatures[SIGNERS], elsewhere;

static void
sign(const char *key, const char *space, struct text *signature)
{
	char path[64];
	FILE *out;

	snprintf(path, sizeof path, "%s/data", directory);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(payload, out);
	fclose(out);
	key_sign(directory, key, space, path);
	snprintf(path, sizeof path, "%s/data.sig", directory);
	file_read(path, signature);
}

static int
begin(void **state)
{
	(void)state;
	if (mkdtemp(directory) == NULL)
		return -1;
	for (size_t i = 0; i < SIGNERS; i++) {
		key_make(directory, signers[i], "ed25519", &keys[i]);
		sign(signers[i], "git", &signatures[i]);
	}
	sign("ada", "file", &elsewhere);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIGNERS; i++) {
		text_free(&keys[i]);
		text_free(&signatures[i]);
	}
	text_free(&elsewhere);
	directory_remove(directory);
	return 0;
}

static void
keys_give(struct maker *maker)
{
	static const char *list[SIGNERS];

	for (size_t i = 0; i < maker->people.count; i++)
		for (size_t k = 0; k < SIGNERS; k++) {
			struct person *person = &maker->people.list[i];

			if (strcmp(person->name, signers[k]) != 0)
				continue;
			list[k] = keys[k].data;
			person->keys = (struct texts){&list[k], 1};
		}
}

static void
commit_signed(struct maker *maker, const char *signature, const char *text)
{
	struct commit *commit = maker_commit(maker, "bob", "subject\n");

	commit->signature = signature;
	commit->payload = text;
	commit->payload_len = strlen(text);
}

static void
somebody_of_the_group_signed(void **state)
{
	const struct {
		const char *signature, *payload, *codes;
	} rows[] = {
	    {signatures[0].data, payload, ""},
	    {NULL, payload, "signature.missing"},
	    {pgp, payload, "signature.invalid"},
	    {"", payload, "signature.invalid"},
	    {signatures[0].data, "tree 2\n\nsubject\n", "signature.invalid"},
	    {elsewhere.data, payload, "signature.invalid"},
	    {signatures[1].data, payload, "signature.signer"},
	    {signatures[2].data, payload, "signature.signer"},
	    {signatures[3].data, payload, "signature.signer"},
	    {signatures[3].data, "tree 2\n", "signature.invalid"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		keys_give(&maker);
		commit_signed(&maker, rows[i].signature, rows[i].payload);
		assert_int_equal(
		    maker_settings(&maker, "signed_by", "maintainers"), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

static void
every_commit_is_signed(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	keys_give(&maker);
	maker.change.thorough = true;
	commit_signed(&maker, signatures[0].data, payload);
	commit_signed(&maker, NULL, payload);
	commit_signed(&maker, signatures[3].data, payload);
	maker_settings(&maker, "signed_by", "maintainers");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_string_equal(
	    maker_codes(&maker), "signature.missing signature.signer");
	assert_ptr_equal(maker.findings.list[0].commit, &maker.commits[1]);
	maker_free(&maker);
}

static void
without_keys_nobody_signed(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	commit_signed(&maker, signatures[0].data, payload);
	maker_settings(&maker, "signed_by", "maintainers");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_string_equal(maker_codes(&maker), "signature.signer");
	maker_free(&maker);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(somebody_of_the_group_signed),
	    cmocka_unit_test(every_commit_is_signed),
	    cmocka_unit_test(without_keys_nobody_signed),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
