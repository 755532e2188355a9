/* "did you mean": the nearest word by slips of typing. */
#include <string.h>

#include "yaml/field.h"

enum { WORD_LIMIT = 40 }; /* nobody mistypes a longer key into ours */

static int
least(int a, int b)
{
	return a < b ? a : b;
}

/*
 * How many letters were left out, added, changed or swapped with the next
 * (optimal string alignment), by rows; both words are at most WORD_LIMIT.
 */
static int
slips(const char *a, const char *b)
{
	int rows[3][WORD_LIMIT + 1];
	int *before = rows[0], *last = rows[1], *row = rows[2], *oldest;
	int b_len = (int)strlen(b);

	for (int j = 0; j <= b_len; j++)
		row[j] = j;
	for (int i = 1; a[i - 1] != '\0'; i++) {
		oldest = before;
		before = last;
		last = row;
		row = oldest;
		row[0] = i;
		for (int j = 1; j <= b_len; j++) {
			row[j] = last[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = least(row[j], last[j] + 1);
			row[j] = least(row[j], row[j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[b_len];
}

const char *
did_you_mean(const char *word, const char *const *words, size_t count)
{
	size_t len = strlen(word);
	int nearest = len <= 4 ? 2 : 3; /* one slip in a short word, or two */
	const char *meant = NULL;

	if (len < 2 || len > WORD_LIMIT)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		int distance;

		if (strlen(words[i]) > WORD_LIMIT)
			continue;
		distance = slips(word, words[i]);
		if (distance < nearest) {
			nearest = distance;
			meant = words[i];
		}
	}
	return meant;
}
