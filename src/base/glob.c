/*
 * The patterns of all sets are one nondeterministic machine, a position for
 * every item of every pattern; a state is a set of positions, made when a name
 * first leads there.
 */
#include "base/glob.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pattern.h"

enum {
	INDEX_BITS = 12, /* of a state's number; the rest is its generation */
	STATES_MOST = 1 << INDEX_BITS,
	STATES_LEAST = 64,
	STATES_BYTES = 16 << 20, /* what all states together may take */
	SLOTS_LEAST = 64,
};

struct position {
	enum item_kind kind;
	unsigned char byte;
	uint64_t class[4];
};

struct pattern {
	size_t start, end; /* positions; the last is its ITEM_END */
	bool negative;     /* takes names out */
};

struct set {
	size_t first, end; /* patterns */
};

struct state {
	uint16_t next[256]; /* index + 1; 0 = not looked at yet */
	uint64_t words[];   /* live positions, then the sets that match */
};

struct globs {
	enum globs_case letters;
	struct position *positions;
	size_t count, capacity;
	struct pattern *patterns;
	size_t pattern_count, pattern_capacity;
	struct set *sets;
	size_t set_count, set_capacity;

	/* Made by prepare() when all sets are known. */
	size_t words, set_words, state_size, state_limit;
	uint64_t *start, *next; /* sets of positions */

	char *states;
	size_t state_count, state_capacity;
	unsigned generation;
	uint16_t *slots; /* a hash table, at most half full: index + 1 */
	size_t slot_count;
};

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
}

static void
add_position(struct globs *globs, struct position position)
{
	globs->positions = mem_grow(globs->positions, &globs->capacity,
	    globs->count + 1, sizeof *globs->positions);
	globs->positions[globs->count++] = position;
}

/* Letters are folded before the class is turned into its complement. */
static void
make_class(enum globs_case letters, const struct item *item, uint64_t *class)
{
	for (unsigned c = 0; c < 256; c++)
		if (bit_has(item->class, c))
			bit_put(class, letters == GLOBS_FOLD
					   ? lower((unsigned char)c)
					   : c);
	for (size_t i = 0; item->negated && i < 4; i++)
		class[i] = ~class[i];
	class['/' / 64] &= ~((uint64_t)1 << ('/' % 64));
}

static void
add_item(struct globs *globs, const struct item *item)
{
	struct position position = {.kind = item->kind, .byte = item->byte};

	if (globs->letters == GLOBS_FOLD)
		position.byte = lower(item->byte);
	if (item->kind == ITEM_CLASS)
		make_class(globs->letters, item, position.class);
	add_position(globs, position);
	if (item->kind == ITEM_DIRS)
		add_position(
		    globs, (struct position){.kind = ITEM_BYTE, .byte = '/'});
}

static void
add_pattern(struct globs *globs, const char *text)
{
	struct pattern pattern = {globs->count, 0, *text == '!'};
	struct item item = {.kind = ITEM_END};
	enum item_kind last;
	bool first = true;

	text += pattern.negative;
	do {
		last = item.kind;
		if (item_read(&text, first, &item) != NULL)
			assert(!"a pattern with a fault");
		first = item_ends_component(&item);
		/* Any directories twice are any directories. */
		if (item.kind != ITEM_DIRS || last != ITEM_DIRS)
			add_item(globs, &item);
	} while (item.kind != ITEM_END);
	pattern.end = globs->count - 1;
	globs->patterns = mem_grow(globs->patterns, &globs->pattern_capacity,
	    globs->pattern_count + 1, sizeof pattern);
	globs->patterns[globs->pattern_count++] = pattern;
}

struct globs *
globs_new(enum globs_case letters)
{
	struct globs *globs = mem_zero(sizeof *globs);

	globs->letters = letters;
	return globs;
}

/* Forget what is built from the positions. */
static void
unprepare(struct globs *globs)
{
	free(globs->start);
	free(globs->next);
	free(globs->states);
	free(globs->slots);
	globs->start = globs->next = NULL;
	globs->states = NULL;
	globs->slots = NULL;
	globs->state_capacity = globs->slot_count = 0;
}

void
globs_free(struct globs *globs)
{
	if (globs == NULL)
		return;
	unprepare(globs);
	free(globs->positions);
	free(globs->patterns);
	free(globs->sets);
	free(globs);
}

int
globs_add(struct globs *globs, const char *const *patterns, size_t count)
{
	struct set set = {.first = globs->pattern_count};

	unprepare(globs);
	for (size_t i = 0; i < count; i++)
		add_pattern(globs, patterns[i]);
	set.end = globs->pattern_count;
	globs->sets = mem_grow(globs->sets, &globs->set_capacity,
	    globs->set_count + 1, sizeof set);
	globs->sets[globs->set_count++] = set;
	return (int)globs->set_count - 1;
}

/* A name is before this position: where else is it, nothing read? */
static void
enter(const struct globs *globs, uint64_t *live, size_t at)
{
	for (;; at++) {
		bit_put(live, at);
		switch (globs->positions[at].kind) {
		case ITEM_STAR:
		case ITEM_ALL:
			break;
		case ITEM_DIRS:
			bit_put(live, ++at);
			break;
		case ITEM_BYTE:
		case ITEM_CLASS:
		case ITEM_END:
			return;
		}
	}
}

static void
read_byte(
    const struct globs *globs, uint64_t *live, size_t at, unsigned char byte)
{
	const struct position *position = &globs->positions[at];

	switch (position->kind) {
	case ITEM_BYTE:
		if (byte == position->byte)
			enter(globs, live, at + 1);
		break;
	case ITEM_CLASS:
		if (bit_has(position->class, byte))
			enter(globs, live, at + 1);
		break;
	case ITEM_STAR:
		if (byte != '/')
			enter(globs, live, at);
		break;
	case ITEM_ALL:
		enter(globs, live, at);
		break;
	case ITEM_DIRS: /* within a component: only its slash leads out */
		bit_put(live, at);
		bit_put(live, at + 1);
		break;
	case ITEM_END:
		break;
	}
}

static void
forget_states(struct globs *globs)
{
	globs->state_count = 0;
	globs->generation++;
	memset(globs->slots, 0, globs->slot_count * sizeof *globs->slots);
}

static void
prepare(struct globs *globs)
{
	globs->words = globs->count / 64 + 1;
	globs->set_words = globs->set_count / 64 + 1;
	globs->state_size =
	    sizeof(struct state) +
	    (globs->words + globs->set_words) * sizeof(uint64_t);
	globs->state_limit = STATES_BYTES / globs->state_size;
	if (globs->state_limit > STATES_MOST)
		globs->state_limit = STATES_MOST;
	if (globs->state_limit < STATES_LEAST)
		globs->state_limit = STATES_LEAST;
	globs->start = mem_array(globs->words, sizeof(uint64_t));
	globs->next = mem_array(globs->words, sizeof(uint64_t));
	globs->slot_count = SLOTS_LEAST;
	globs->slots = mem_array(globs->slot_count, sizeof *globs->slots);
	for (size_t i = 0; i < globs->pattern_count; i++)
		enter(globs, globs->start, globs->patterns[i].start);
	forget_states(globs);
}

static struct state *
state_at(const struct globs *globs, size_t index)
{
	return (struct state *)(globs->states + index * globs->state_size);
}

/* Does a name that ends here match the set? */
static bool
set_matches(
    const struct globs *globs, const struct set *set, const uint64_t *live)
{
	bool found = false;

	for (size_t i = set->first; i < set->end; i++) {
		if (!bit_has(live, globs->patterns[i].end))
			continue;
		if (globs->patterns[i].negative)
			return false;
		found = true;
	}
	return found;
}

static size_t
state_new(struct globs *globs, const uint64_t *live)
{
	size_t index = globs->state_count++;
	struct state *state;

	globs->states = mem_grow(globs->states, &globs->state_capacity,
	    globs->state_count, globs->state_size);
	state = state_at(globs, index);
	memset(state, 0, globs->state_size);
	memcpy(state->words, live, globs->words * sizeof *live);
	for (size_t i = 0; i < globs->set_count; i++)
		if (set_matches(globs, &globs->sets[i], live))
			bit_put(state->words + globs->words, i);
	return index;
}

static size_t
hash(const uint64_t *words, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum = (sum ^ words[i]) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 29;
	}
	return (size_t)sum;
}

/* The slot of the state with these positions, or the empty one for it. */
static uint16_t *
slot_find(const struct globs *globs, const uint64_t *live)
{
	size_t slot = hash(live, globs->words);
	size_t size = globs->words * sizeof *live;

	for (;; slot++) {
		slot &= globs->slot_count - 1;
		if (globs->slots[slot] == 0 ||
		    memcmp(state_at(globs, globs->slots[slot] - 1u)->words,
			live, size) == 0)
			return &globs->slots[slot];
	}
}

static void
slots_grow(struct globs *globs)
{
	free(globs->slots);
	globs->slot_count *= 2;
	globs->slots = mem_array(globs->slot_count, sizeof *globs->slots);
	for (size_t i = 0; i < globs->state_count; i++)
		*slot_find(globs, state_at(globs, i)->words) =
		    (uint16_t)(i + 1);
}

/* The index of the state with these positions, made if there is none. */
static size_t
state_find(struct globs *globs, const uint64_t *live)
{
	uint16_t *slot = slot_find(globs, live);

	if (*slot != 0)
		return *slot - 1u;
	if (globs->state_count == globs->state_limit)
		forget_states(globs);
	else if (2 * (globs->state_count + 1) > globs->slot_count)
		slots_grow(globs);
	slot = slot_find(globs, live);
	*slot = (uint16_t)(globs->state_count + 1);
	return state_new(globs, live);
}

/* The transition of one state by one byte, looked at for the first time. */
static size_t
step_new(struct globs *globs, size_t index, unsigned char byte)
{
	const uint64_t *live = state_at(globs, index)->words;
	unsigned generation = globs->generation;
	unsigned char read = globs->letters == GLOBS_FOLD ? lower(byte) : byte;
	size_t to;

	memset(globs->next, 0, globs->words * sizeof *globs->next);
	for (size_t i = 0; i < globs->words; i++)
		for (uint64_t bits = live[i]; bits != 0; bits &= bits - 1)
			read_byte(globs, globs->next,
			    i * 64 + (size_t)__builtin_ctzll(bits), read);
	to = state_find(globs, globs->next);
	if (globs->generation == generation)
		state_at(globs, index)->next[byte] = (uint16_t)(to + 1);
	return to;
}

static unsigned
state_number(const struct globs *globs, size_t index)
{
	return globs->generation << INDEX_BITS | (unsigned)index;
}

/* A caller that kept a state too long is stopped, not answered wrongly. */
static size_t
state_index(const struct globs *globs, unsigned state)
{
	size_t index = state & (STATES_MOST - 1);

	assert(state == state_number(globs, index));
	assert(index < globs->state_count);
	return index;
}

unsigned
globs_start(struct globs *globs)
{
	if (globs->start == NULL)
		prepare(globs);
	return state_number(globs, state_find(globs, globs->start));
}

unsigned
globs_step(struct globs *globs, unsigned state, const char *name, size_t len)
{
	size_t index = state_index(globs, state);

	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)name[i];
		unsigned next = state_at(globs, index)->next[byte];

		index = next != 0 ? next - 1 : step_new(globs, index, byte);
	}
	return state_number(globs, index);
}

unsigned
globs_generation(const struct globs *globs)
{
	return globs->generation;
}

bool
globs_accepts(struct globs *globs, unsigned state, int set)
{
	const uint64_t *words =
	    state_at(globs, state_index(globs, state))->words;

	assert(set >= 0 && (size_t)set < globs->set_count);
	return bit_has(words + globs->words, (size_t)set);
}

bool
globs_match(struct globs *globs, int set, const char *name)
{
	unsigned state = globs_start(globs);

	state = globs_step(globs, state, name, strlen(name));
	return globs_accepts(globs, state, set);
}

/* What a pattern still asks of the rest of the name. */
static enum globs_below
pattern_below(const struct globs *globs, const struct pattern *pattern,
    const uint64_t *live)
{
	enum globs_below below = GLOBS_NEVER;

	for (size_t i = pattern->start; i < pattern->end; i++) {
		if (!bit_has(live, i))
			continue;
		if (i + 1 == pattern->end &&
		    globs->positions[i].kind == ITEM_ALL)
			return GLOBS_ALWAYS;
		below = GLOBS_MAYBE;
	}
	return below;
}

enum globs_below
globs_below(struct globs *globs, unsigned state, int set)
{
	const uint64_t *live =
	    state_at(globs, state_index(globs, state))->words;
	enum globs_below most[2] = {GLOBS_NEVER, GLOBS_NEVER}, below;

	assert(set >= 0 && (size_t)set < globs->set_count);
	for (size_t i = globs->sets[set].first; i < globs->sets[set].end; i++) {
		const struct pattern *pattern = &globs->patterns[i];

		below = pattern_below(globs, pattern, live);
		if (below > most[pattern->negative])
			most[pattern->negative] = below;
	}
	if (most[true] == GLOBS_NEVER)
		return most[false];
	if (most[true] == GLOBS_ALWAYS || most[false] == GLOBS_NEVER)
		return GLOBS_NEVER;
	return GLOBS_MAYBE;
}
