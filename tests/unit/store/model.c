#include "model.h"

#include <stdio.h>
#include <stdlib.h>

void
model_release(struct model *model)
{
	while (model->n > 0)
		model_pop(model);
	free(model->delivery);
	model->delivery = NULL;
}

void
model_pop(struct model *model)
{
	assert_true(model->n > 0);
	free(model->delivery[--model->n].item);
}

static const struct model_delivery *
last_snapshot(const struct model *model, uint64_t account)
{
	for (size_t i = model->n; i > 0; i--)
		if (model->delivery[i - 1].kind == BL_DELIVERY_SNAPSHOT &&
		    model->delivery[i - 1].complete && model->delivery[i - 1].number % 2 == account)
			return &model->delivery[i - 1];
	return NULL;
}

/* Snapshots hold most of what the last one held, as real ones do. */
struct model_delivery *
model_next(struct model *model, uint64_t *random, uint32_t n_items)
{
	static const enum bl_delivery_kind kinds[] = {
	    BL_DELIVERY_SNAPSHOT, BL_DELIVERY_SNAPSHOT, BL_DELIVERY_HISTORY, BL_DELIVERY_API};
	struct model_delivery d = {.number = kit_random(random) % 1000000};
	const struct model_delivery *base;
	uint32_t space = (uint32_t)(model->n + 2) * n_items / 3 + 1;

	d.kind = kinds[kit_random(random) % 4];
	d.complete = kit_random(random) % 5 != 0;
	d.n_items = kit_random(random) % (n_items + 1);
	base = d.kind == BL_DELIVERY_SNAPSHOT && d.complete ? last_snapshot(model, d.number % 2)
							    : NULL;
	if (base != NULL)
		d.n_items = d.n_items / 8 + base->n_items;
	d.n_refused = kit_random(random) % 4 == 0 ? (uint32_t)(kit_random(random) % 3) : 0;
	d.attached = kit_random(random) % 6 == 0;
	d.item = calloc(d.n_items + 1, sizeof(*d.item));
	assert_non_null(d.item);
	for (size_t i = 0; i < d.n_items; i++)
		d.item[i] = (struct model_item){(uint32_t)(kit_random(random) % MODEL_TYPES),
		    (uint32_t)(kit_random(random) % space)};
	/* Of what was there most stays, in another order. */
	for (size_t i = 0; base != NULL && i < base->n_items; i++)
		if (kit_random(random) % 20 != 0)
			d.item[d.n_items - 1 - i] = base->item[i];
	model->delivery = realloc(model->delivery, sizeof(d) * (model->n + 1));
	assert_non_null(model->delivery);
	model->delivery[model->n++] = d;
	return &model->delivery[model->n - 1];
}

static struct bl_str
attachment(const struct model_delivery *d, char out[64])
{
	return (struct bl_str){out, (size_t)snprintf(out, 64, "user,arn\n<root_account>,%llu\n",
					(unsigned long long)d->number)};
}

static struct bl_quarantine
refused(const struct model_delivery *d, uint32_t i)
{
	return (struct bl_quarantine){.item_index = i == 0 ? BL_NO_OFFSET : d->number + i,
	    .offset = i == 0 ? BL_NO_OFFSET : d->number * 7,
	    .length = i,
	    .reason = i % 2 == 0 ? BL_STR("no resourceId") : BL_STR("depth \xe2\x89\xa5 512")};
}

enum bl_status
model_give(struct bl_store *store, const struct model_delivery *d, struct bl_err *reterr)
{
	static struct bl_buf buf = BL_BUF_INIT((size_t)1 << 20); /* Kept: not the store's memory. */
	enum bl_status status = bl_store_begin(store, reterr);
	char text[64];

	for (size_t i = 0; i < d->n_items && status == BL_OK; i++) {
		struct bl_str bytes =
		    kit_item(&buf, d->item[i].type, d->item[i].n, MODEL_ITEM_BYTES);
		struct bl_version_id id;

		status = kit_add(store, kit_type(d->item[i].type), bytes, &id, reterr);
	}
	for (uint32_t i = 0; i < d->n_refused && status == BL_OK; i++) {
		struct bl_quarantine q = refused(d, i);

		status = bl_store_refuse(store, &q, reterr);
	}
	if (status == BL_OK && d->attached)
		status = bl_store_attach(store, attachment(d, text), reterr);
	return status;
}

enum bl_status
model_commit(struct bl_store *store, const struct model_delivery *d, uint64_t *ret_position,
    struct bl_err *reterr)
{
	struct bl_delivery delivery = kit_delivery(d->number, d->kind, d->complete);

	return bl_store_commit(store, &delivery, ret_position, reterr);
}

/* ---- Checking. ----------------------------------------------------------- */

/* The state after D deliveries: types in order of arrival, and for each its items in order of
 * arrival. */
struct state {
	uint32_t type[MODEL_TYPES]; /* By number: which kit_type. */
	uint32_t n_types;
	uint32_t *item[MODEL_TYPES]; /* By number: n of kit_item. */
	uint32_t n[MODEL_TYPES];
};

static uint32_t
type_no(struct state *s, uint32_t type)
{
	for (uint32_t i = 0; i < s->n_types; i++)
		if (s->type[i] == type)
			return i;
	s->type[s->n_types] = type;
	return s->n_types++;
}

static uint32_t
ordinal(struct state *s, uint32_t no, uint32_t n)
{
	for (uint32_t i = 0; i < s->n[no]; i++)
		if (s->item[no][i] == n)
			return i;
	s->item[no] = realloc(s->item[no], sizeof(uint32_t) * (s->n[no] + 1));
	assert_non_null(s->item[no]);
	s->item[no][s->n[no]] = n;
	return s->n[no]++;
}

static int
compare_ids(const void *a, const void *b)
{
	const struct bl_version_id *x = a, *y = b;

	if (x->type_no != y->type_no)
		return x->type_no < y->type_no ? -1 : 1;
	return x->ordinal < y->ordinal ? -1 : x->ordinal > y->ordinal;
}

static void
check_strings(struct bl_str a, struct bl_str b)
{
	assert_true(bl_str_eq(a, b));
	assert_int_equal(a.ptr == NULL, b.ptr == NULL);
}

static void
check_delivery(const struct model_delivery *m, struct bl_store *store, uint64_t position)
{
	struct bl_delivery want = kit_delivery(m->number, m->kind, m->complete);
	const struct bl_delivery *have = bl_store_delivery(store, position);
	uint64_t found;

	assert_non_null(have);
	assert_int_equal(have->position, position);
	check_strings(have->key, want.key);
	check_strings(have->name, want.name);
	check_strings(have->account, want.account);
	check_strings(have->region, want.region);
	check_strings(have->note, want.note);
	assert_int_equal(have->kind, want.kind);
	assert_int_equal(have->complete, want.complete);
	assert_true(have->as_of_ns == want.as_of_ns && have->first_ns == want.first_ns &&
		    have->ingested_ns == want.ingested_ns);
	assert_memory_equal(have->sha256.byte, want.sha256.byte, BL_SHA256_BYTES);
	assert_true(have->bytes_in == want.bytes_in && have->bytes_json == want.bytes_json &&
		    have->n_items == want.n_items && have->n_new == want.n_new &&
		    have->n_known == want.n_known && have->n_quarantined == want.n_quarantined);
	found = bl_store_find_delivery(store, &want.sha256, want.name);
	assert_in_range(found, 1, position);
	assert_int_equal(
	    found, bl_store_find_delivery(store, &want.sha256, (struct bl_str){.ptr = NULL}));
	assert_int_equal(bl_store_find_delivery(store, &want.sha256, BL_STR("another")), 0);
}

static void
check_members(struct state *s, const struct model_delivery *m, struct bl_store *store,
    uint64_t position, struct bl_arena *arena)
{
	struct bl_version_id *ids, *want = calloc(m->n_items + 1, sizeof(*want));
	struct bl_err err;
	size_t n, n_want = 0;

	assert_non_null(want);
	for (size_t i = 0; i < m->n_items; i++) {
		uint32_t no = type_no(s, m->item[i].type);

		want[i] = (struct bl_version_id){no, ordinal(s, no, m->item[i].n)};
	}
	qsort(want, m->n_items, sizeof(*want), compare_ids);
	for (size_t i = 0; i < m->n_items; i++)
		if (n_want == 0 || compare_ids(&want[n_want - 1], &want[i]) != 0)
			want[n_want++] = want[i];
	bl_arena_reset(arena);
	assert_ok(bl_store_members(store, position, arena, &ids, &n, &err), err);
	assert_int_equal(n, n_want);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(compare_ids(&ids[i], &want[i]), 0);
	free(want);
}

/* What exactly one of two deliveries held, against both memberships, which are checked already. */
static void
check_change(struct bl_store *store, uint64_t from, uint64_t to, struct bl_arena *arena)
{
	struct bl_version_id *a = NULL, *b, id;
	const struct bl_version_run *runs;
	size_t n_a = 0, n_b, n, i = 0, k = 0;
	struct bl_err err;

	bl_arena_reset(arena);
	if (from > 0)
		assert_ok(bl_store_members(store, from, arena, &a, &n_a, &err), err);
	assert_ok(bl_store_members(store, to, arena, &b, &n_b, &err), err);
	assert_ok(bl_store_change(store, from, to, arena, &runs, &n, &err), err);
	for (size_t r = 0; r < n; r++) {
		assert_true(runs[r].n > 0);
		for (uint32_t o = 0; o < runs[r].n; o++) {
			id = (struct bl_version_id){runs[r].type_no, runs[r].first + o};
			while (i < n_a && k < n_b && compare_ids(&a[i], &b[k]) == 0) {
				i++;
				k++;
			}
			if (i < n_a && compare_ids(&a[i], &id) == 0)
				i++;
			else
				assert_true(k < n_b && compare_ids(&b[k++], &id) == 0);
		}
	}
	for (; i < n_a && k < n_b; i++, k++)
		assert_int_equal(compare_ids(&a[i], &b[k]), 0);
	assert_true(i == n_a && k == n_b);
}

/* ${before}: as the state was before the delivery ${position}, which is the last in ${now}. */
static void
check_growth(const struct state *before, const struct state *now, struct bl_store *store,
    uint64_t position, struct bl_arena *arena)
{
	const struct bl_version_run *runs;
	struct bl_err err;
	size_t n, i = 0;

	bl_arena_reset(arena);
	assert_ok(bl_store_growth(store, position, arena, &runs, &n, &err), err);
	for (uint32_t t = 0; t < now->n_types; t++) {
		if (t < before->n_types && before->n[t] == now->n[t])
			continue;
		assert_true(
		    i < n && runs[i].type_no == t && runs[i].first == 0 && runs[i].n == now->n[t]);
		i++;
	}
	assert_int_equal(i, n);
}

struct scan {
	const struct state *s;
	struct bl_buf buf;
	uint32_t no, next;
};

static enum bl_status
scanned(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct scan *scan = ctx;

	(void)reterr;
	assert_int_equal(id.type_no, scan->no);
	assert_int_equal(id.ordinal, scan->next);
	assert_true(scan->next < scan->s->n[scan->no]);
	assert_true(bl_str_eq(bytes, kit_item(&scan->buf, scan->s->type[scan->no],
					 scan->s->item[scan->no][scan->next], MODEL_ITEM_BYTES)));
	scan->next++;
	return BL_OK;
}

static void
check_versions(const struct state *s, struct bl_store *store, struct bl_arena *arena)
{
	struct scan scan = {.s = s, .buf = BL_BUF_INIT((size_t)1 << 20)};
	struct bl_err err;

	assert_int_equal(bl_store_n_types(store), s->n_types);
	for (scan.no = 0; scan.no < s->n_types; scan.no++) {
		struct bl_str name = kit_type(s->type[scan.no]);

		check_strings(bl_store_type_name(store, scan.no), name);
		assert_int_equal(bl_store_type_no(store, name), scan.no);
		assert_int_equal(bl_store_n_versions(store, scan.no), s->n[scan.no]);
		scan.next = 0;
		assert_ok(bl_store_scan(store, scan.no, scanned, &scan, &err), err);
		assert_int_equal(scan.next, s->n[scan.no]);
		for (uint32_t i = 0; i < s->n[scan.no]; i += 1 + s->n[scan.no] / 7) {
			struct bl_str bytes, want;
			struct bl_sha256 sha256, want_sha;
			struct bl_hash128 hash;
			struct bl_version_id id;

			bl_arena_reset(arena);
			want = kit_item(
			    &scan.buf, s->type[scan.no], s->item[scan.no][i], MODEL_ITEM_BYTES);
			assert_ok(bl_store_read(store, (struct bl_version_id){scan.no, i}, arena,
				      &bytes, &sha256, &err),
			    err);
			assert_true(bl_str_eq(bytes, want));
			assert_ok(bl_sha256_of(want, &want_sha, &err), err);
			assert_memory_equal(sha256.byte, want_sha.byte, BL_SHA256_BYTES);
			if (!store->writer)
				continue;
			assert_true(bl_store_find(store, want, &hash, &id));
			assert_true(id.type_no == scan.no && id.ordinal == i);
		}
	}
	bl_buf_release(&scan.buf);
}

static void
check_attachment(const struct model_delivery *m, struct bl_store *store, struct bl_arena *arena)
{
	char text[64];
	struct bl_str want = attachment(m, text), have;
	struct bl_sha256 sha256;
	struct bl_err err;

	bl_arena_reset(arena);
	assert_ok(bl_sha256_of(want, &sha256, &err), err);
	assert_ok(bl_store_attachment(store, &sha256, arena, &have, &err), err);
	assert_true(bl_str_eq(have, want));
}

size_t
model_check(const struct model *model, struct bl_store *store, size_t least)
{
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	size_t n = bl_store_n_deliveries(store);
	struct state s = {.n_types = 0};
	uint64_t q = 0;

	assert_non_null(arena);
	assert_in_range(n, least, model->n);
	for (size_t i = 0; i < n; i++) {
		const struct model_delivery *m = &model->delivery[i];
		struct state before = s;

		check_delivery(m, store, i + 1);
		check_members(&s, m, store, i + 1, arena);
		check_growth(&before, &s, store, i + 1, arena);
		check_change(store, i, i + 1, arena);
		check_change(store, i + 1, i * 7919 % n + 1, arena);
		if (i % 5 == 0)
			check_change(store, 0, i + 1, arena);
		for (uint32_t k = 0; k < m->n_refused; k++, q++) {
			const struct bl_store_quarantine *have = bl_store_quarantined(store, q);
			struct bl_quarantine want = refused(m, k);

			assert_non_null(have);
			assert_true(
			    have->position == i + 1 && have->what.item_index == want.item_index &&
			    have->what.offset == want.offset && have->what.length == want.length);
			check_strings(have->what.reason, want.reason);
		}
		if (m->attached)
			check_attachment(m, store, arena);
	}
	assert_int_equal(bl_store_n_quarantined(store), q);
	assert_null(bl_store_quarantined(store, q));
	assert_null(bl_store_delivery(store, n + 1));
	check_versions(&s, store, arena);
	for (uint32_t i = 0; i < s.n_types; i++)
		free(s.item[i]);
	bl_arena_free(&arena);
	return n;
}
