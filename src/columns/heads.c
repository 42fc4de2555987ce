/* The outside of each version: who, where, when. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "columns/columns_priv.h"
#include "delivery/item.h"
#include "store/store.h"
#include "json/json.h"

#define SCRATCH_BYTES ((size_t)256 << 20)

struct make {
	struct bl_columns *columns;
	struct bl_heads *heads;
	int64_t *capture_ns, *state_id;
	uint8_t *status;
	uint32_t *account, *region, *id, *name, *arn;
	uint32_t n; /* So far. */
	/* Texts, and an open hash table of their numbers + 1. */
	struct bl_str *text;
	uint32_t n_texts, cap_texts;
	uint32_t *slot;
	uint32_t n_slots; /* A power of two, or 0. */
	struct bl_arena *scratch, *work;
	struct bl_json_parser *parser;
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for columns");
}

/* Twice the room for texts; the table stays at most half full. */
static enum bl_status
more_texts(struct make *m, struct bl_err *reterr)
{
	uint32_t cap = m->cap_texts == 0 ? 1024 : m->cap_texts * 2;
	struct bl_str *text = bl_new(m->work, struct bl_str, cap);
	uint32_t *slot = bl_new(m->work, uint32_t, (size_t)cap * 2);

	if (text == NULL || slot == NULL)
		return no_memory(reterr);
	for (uint32_t i = 0; i < m->n_texts; i++) {
		uint64_t at = bl_hash64_of(m->text[i]) & (cap * 2 - 1);

		text[i] = m->text[i];
		while (slot[at] != 0)
			at = (at + 1) & (cap * 2 - 1);
		slot[at] = i + 1;
	}
	m->text = text;
	m->cap_texts = cap;
	m->slot = slot;
	m->n_slots = cap * 2;
	return BL_OK;
}

static enum bl_status
number_of(struct make *m, struct bl_str s, uint32_t *ret, struct bl_err *reterr)
{
	uint64_t at;

	if (s.ptr == NULL) {
		*ret = BL_HEADS_ABSENT;
		return BL_OK;
	}
	if (m->n_texts == m->cap_texts) {
		enum bl_status status = more_texts(m, reterr);

		if (status != BL_OK)
			return status;
	}
	at = bl_hash64_of(s) & (m->n_slots - 1);
	while (m->slot[at] != 0 && !bl_str_eq(m->text[m->slot[at] - 1], s))
		at = (at + 1) & (m->n_slots - 1);
	if (m->slot[at] == 0) {
		if (bl_str_dup(m->columns->arena, s, &m->text[m->n_texts]) != BL_OK)
			return no_memory(reterr);
		m->slot[at] = ++m->n_texts;
	}
	*ret = m->slot[at] - 1;
	return BL_OK;
}

static enum bl_status
add(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct make *m = ctx;
	uint32_t i = id.ordinal;
	struct bl_item item;
	enum bl_status status;

	assert(i == m->n && i < m->heads->n);
	bl_arena_reset(m->scratch);
	status = bl_item_parse(m->parser, bytes, m->scratch, &item, reterr);
	if (status == BL_EINPUT) /* It was read when it was stored. */
		return bl_fail(reterr, BL_ECORRUPT, "a stored item cannot be read any more");
	if (status == BL_OK)
		status = number_of(m, item.account, &m->account[i], reterr);
	if (status == BL_OK)
		status = number_of(m, item.region, &m->region[i], reterr);
	if (status == BL_OK)
		status = number_of(m, item.id, &m->id[i], reterr);
	if (status == BL_OK)
		status = number_of(m, item.name, &m->name[i], reterr);
	if (status == BL_OK)
		status = number_of(m, item.arn, &m->arn[i], reterr);
	if (status != BL_OK)
		return status;
	m->capture_ns[i] = item.capture_ns;
	m->state_id[i] = item.state_id;
	m->status[i] = (uint8_t)item.status;
	m->n++;
	return BL_OK;
}

static enum bl_status
reserve(struct make *m, struct bl_err *reterr)
{
	struct bl_arena *arena = m->columns->arena;
	size_t n = m->heads->n;

	m->capture_ns = bl_new(arena, int64_t, n);
	m->state_id = bl_new(arena, int64_t, n);
	m->status = bl_new(arena, uint8_t, n);
	m->account = bl_new(arena, uint32_t, n);
	m->region = bl_new(arena, uint32_t, n);
	m->id = bl_new(arena, uint32_t, n);
	m->name = bl_new(arena, uint32_t, n);
	m->arn = bl_new(arena, uint32_t, n);
	if (m->capture_ns == NULL || m->state_id == NULL || m->status == NULL ||
	    m->account == NULL || m->region == NULL || m->id == NULL || m->name == NULL ||
	    m->arn == NULL)
		return no_memory(reterr);
	return BL_OK;
}

/* The texts move from the work arena to the lasting one. */
static enum bl_status
finish(struct make *m, struct bl_err *reterr)
{
	struct bl_str *text = bl_new(m->columns->arena, struct bl_str, m->n_texts);

	assert(m->n == m->heads->n);
	if (text == NULL)
		return no_memory(reterr);
	if (m->n_texts > 0)
		memcpy(text, m->text, m->n_texts * sizeof(*text));
	*m->heads = (struct bl_heads){.type_no = m->heads->type_no,
	    .n = m->heads->n,
	    .capture_ns = m->capture_ns,
	    .state_id = m->state_id,
	    .status = m->status,
	    .account = m->account,
	    .region = m->region,
	    .id = m->id,
	    .name = m->name,
	    .arn = m->arn,
	    .text = text,
	    .n_texts = m->n_texts};
	return BL_OK;
}

enum bl_status
bl_heads__make(struct bl_columns *columns, uint32_t type_no, const struct bl_heads **ret_heads,
    struct bl_err *reterr)
{
	struct make m = {.columns = columns};
	enum bl_status status = BL_ENOMEM;

	m.heads = bl_new(columns->arena, struct bl_heads, 1);
	m.scratch = bl_arena_new(SCRATCH_BYTES);
	m.work = bl_arena_new((size_t)64 << 30);
	if (m.heads == NULL || m.scratch == NULL || m.work == NULL) {
		status = no_memory(reterr);
		goto out;
	}
	*m.heads = (struct bl_heads){
	    .type_no = type_no, .n = bl_store_n_versions(columns->store, type_no)};
	status = bl_json_parser_new((struct bl_json_limits){0}, &m.parser, reterr);
	if (status == BL_OK)
		status = reserve(&m, reterr);
	if (status == BL_OK)
		status = bl_store_scan(columns->store, type_no, add, &m, reterr);
	if (status == BL_OK)
		status = finish(&m, reterr);
	if (status == BL_OK)
		*ret_heads = m.heads;
out:
	bl_json_parser_free(&m.parser);
	bl_arena_free(&m.scratch);
	bl_arena_free(&m.work);
	return status;
}
