/* SSH signatures against real keys. */
#include "people/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/keys.h"

static const char name_space[] = "exception@refwarden";
static const char data[] = "what was signed\n";

static char directory[] = "/tmp/signature-test-XXXXXX";
static struct text ada, bob, rsa;
static struct text by_ada, elsewhere, by_rsa;

static void
sign(const char *key, const char *space, struct text *signature)
{
	char path[64];
	FILE *out;

	snprintf(path, sizeof path, "%s/data", directory);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(data, out);
	fclose(out);
	key_sign(directory, key, space, path);
	snprintf(path, sizeof path, "%s/data.sig", directory);
	file_read(path, signature);
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(directory) == NULL)
		return -1;
	key_make(directory, "ada", "ed25519", &ada);
	key_make(directory, "bob", "ecdsa", &bob);
	key_make(directory, "rsa", "rsa", &rsa);
	sign("ada", name_space, &by_ada);
	sign("ada", "file", &elsewhere);
	sign("rsa", name_space, &by_rsa);
	return 0;
}

static int
teardown(void **state)
{
	struct text *all[] = {&ada, &bob, &rsa, &by_ada, &elsewhere, &by_rsa};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		text_free(all[i]);
	directory_remove(directory);
	return 0;
}

static int
verify(const char *text, const struct text *signature, const char *key,
    const char *other)
{
	const char *list[] = {key, other};
	const struct texts keys = {list, other == NULL ? 1 : 2};
	struct error err = {.text = ""};
	int result = signature_verify(text, strlen(text), signature->data,
	    signature->len, name_space, &keys, &err);

	assert_true(result >= 0);
	assert_true(result == 1 || err.text[0] != '\0');
	return result;
}

static void
a_good_signature_of_one_of_the_keys_is_good(void **state)
{
	(void)state;
	assert_int_equal(verify(data, &by_ada, ada.data, NULL), 1);
	assert_int_equal(verify(data, &by_ada, bob.data, ada.data), 1);
	assert_int_equal(verify(data, &by_rsa, rsa.data, NULL), 1);
}

static void
any_other_signature_is_not(void **state)
{
	const struct text rubbish = {.data = "rubbish", .len = 7};
	const struct text cut = {.data = by_ada.data, .len = by_ada.len / 2};
	const struct text empty = {.data = "", .len = 0};

	(void)state;
	assert_int_equal(
	    verify("something else\n", &by_ada, ada.data, NULL), 0);
	assert_int_equal(verify("", &by_ada, ada.data, NULL), 0);
	assert_int_equal(verify(data, &by_ada, bob.data, NULL), 0);
	assert_int_equal(verify(data, &elsewhere, ada.data, NULL), 0);
	assert_int_equal(verify(data, &rubbish, ada.data, NULL), 0);
	assert_int_equal(verify(data, &cut, ada.data, NULL), 0);
	assert_int_equal(verify(data, &empty, ada.data, NULL), 0);
}

/* Nothing in a key's text may become an option or a second signer. */
static void
a_key_of_another_form_is_passed_over(void **state)
{
	static const char *const forms[] = {
	    "cert-authority %s",
	    "namespaces=\"*\" %s",
	    "ssh-ed25519\t%s",
	    "# %s",
	    "ssh-ed25519 x\nsigner %s",
	    "ssh-dss %s",
	    "",
	    "ssh-ed25519",
	    "ssh-ed25519 ",
	};
	char key[1024];

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(key, sizeof key, forms[i], ada.data);
#pragma GCC diagnostic pop
		assert_int_equal(verify(data, &by_ada, key, NULL), 0);
	}
}

static void
without_keys_nothing_is_good(void **state)
{
	const struct texts none = {NULL, 0};
	struct error err;

	(void)state;
	assert_int_equal(signature_verify(data, strlen(data), by_ada.data,
			     by_ada.len, name_space, &none, &err),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_signature_of_one_of_the_keys_is_good),
	    cmocka_unit_test(any_other_signature_is_not),
	    cmocka_unit_test(a_key_of_another_form_is_passed_over),
	    cmocka_unit_test(without_keys_nothing_is_good),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
