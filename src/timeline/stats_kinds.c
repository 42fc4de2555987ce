/* Deliveries by kind: nothing is left out, also not what only a later program knows by name. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "store/store.h"
#include "timeline/stats.h"

#define MAX_KINDS 256 /* A kind is a byte's worth: store/catalogue.c. */

static void
add(struct bl_stats_kind *t, const struct bl_delivery *d)
{
	t->deliveries++;
	t->items += d->n_items;
	t->new_items += d->n_new;
	t->known += d->n_known;
	t->quarantined += d->n_quarantined;
	t->bytes_in += d->bytes_in;
	t->bytes_json += d->bytes_json;
}

static enum bl_status
name_of(size_t kind, struct bl_arena *arena, struct bl_str *ret, struct bl_err *reterr)
{
	*ret = bl_str_of(bl_delivery_kind_name((enum bl_delivery_kind)kind));
	return kind <= BL_DELIVERY_TRAIL
		   ? BL_OK
		   : bl_str_printf(arena, ret, reterr, "unknown kind %zu", kind);
}

enum bl_status
bl_stats_kinds(const struct bl_store *store, uint64_t position, struct bl_arena *arena,
    struct bl_stats_kinds *ret_kinds, struct bl_err *reterr)
{
	struct bl_stats_kind *rows = bl_new(arena, struct bl_stats_kind, MAX_KINDS);
	struct bl_stats_kinds out = {.rows = rows, .all = {.name = BL_STR("all")}};
	uint64_t n = bl_store_n_deliveries(store);
	enum bl_status status = BL_OK;

	if (rows == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to count deliveries");
	for (uint64_t p = 1; p <= (position == 0 || position > n ? n : position); p++) {
		const struct bl_delivery *d = bl_store_delivery(store, p);

		assert((size_t)d->kind < MAX_KINDS);
		add(&rows[d->kind], d);
		add(&out.all, d);
	}
	for (size_t k = 0; k < MAX_KINDS && status == BL_OK; k++) {
		if (rows[k].deliveries == 0)
			continue;
		status = name_of(k, arena, &rows[k].name, reterr);
		rows[out.n++] = rows[k];
	}
	if (status == BL_OK)
		*ret_kinds = out;
	return status;
}
