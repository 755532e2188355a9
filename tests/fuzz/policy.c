/* The loader of policies, for a layer of the server and for one in the tree. */
#include "fuzz.h"

#include "policy/policy.h"

static void
load(const uint8_t *data, size_t size, enum layer_kind layer)
{
	struct faults faults;
	struct policy *policy;

	faults_init(&faults, "policy.yml");
	policy = policy_load((const char *)data, size, layer, &faults);
	must_hold((policy == NULL) == (faults.errors > 0));
	for (size_t i = 0; i < faults.count; i++) {
		must_hold(faults.list[i].line > 0);
		must_hold(faults.list[i].column > 0);
		must_hold(faults.list[i].text[0] != '\0');
	}
	policy_free(policy);
	faults_free(&faults);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	load(data, size, LAYER_SYSTEM);
	load(data, size, LAYER_TREE);
	return 0;
}
