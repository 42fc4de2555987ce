/*
 * GROUP BY and aggregates.
 *
 * A resource counts once in the group of each of its values: one of [a, b] is in a's group and in
 * b's, as in a search index.  One without a value is in the group that lacks the property: no
 * resource is dropped.  COUNT(*) counts resources, COUNT(property) and the others its values.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advanced/run_priv.h"
#include "base/arena.h"
#include "base/hash.h"
#include "json/json.h"

#define MAX_COMBINATIONS 100000 /* Groups of one resource. */

struct aggregate {
	uint64_t count;	  /* Values, or resources. */
	uint64_t numbers; /* Of them. */
	int64_t exact;
	double sum;
	bool inexact; /* exact does not hold the sum. */
	struct bl_advanced_key least, greatest;
};

struct group {
	const struct bl_advanced_key *keys; /* [n_groups] */
	struct aggregate *aggregates;	    /* [n_items + n_orders] */
	const struct bl_advanced_query *query;
};

struct grouping {
	struct bl_advanced_run *run;
	struct group **slots; /* [n_slots] open hash table; a power of two */
	size_t n_slots;
	struct group **all; /* [n], room for n_slots / 2 */
	size_t n;
	const struct bl_expr **exprs; /* Groups, then items, then orders; NULL left out: */
	uint32_t *expr_of;	      /* [n_groups + n_items + n_orders], or UINT32_MAX */
	uint32_t n_exprs;
	uint64_t not_numbers;
};

static const struct bl_advanced_item *
item_at(const struct bl_advanced_query *q, uint32_t i)
{
	return i < q->n_items ? &q->items[i] : &q->orders[i - q->n_items].key;
}

/* ---- Finding a group. -------------------------------------------------------------------- */

static bool
same_keys(const struct bl_advanced_query *q, const struct bl_advanced_key *a,
    const struct bl_advanced_key *b)
{
	for (uint32_t i = 0; i < q->n_groups; i++)
		if (bl_advanced__key_order(&a[i], &b[i]) != 0)
			return false;
	return true;
}

/* Equal numbers may be written in two ways: they hash by their kind alone where that can be. */
static struct bl_str
hash_text(const struct bl_advanced_key *key)
{
	struct bl_str s = key->text;

	if (key->rank != BL_JSON_NUMBER || bl_str_find_byte(s, 'e') != SIZE_MAX ||
	    bl_str_find_byte(s, 'E') != SIZE_MAX)
		return key->rank == BL_JSON_NUMBER ? BL_STR("number") : s;
	if (bl_str_find_byte(s, '.') == SIZE_MAX)
		return s.len > 15 ? BL_STR("number") : s;
	while (bl_str_ends(s, BL_STR("0")))
		s.len--;
	if (bl_str_ends(s, BL_STR(".")))
		s.len--;
	return s.len > 15 || bl_str_eq(s, BL_STR("-0")) ? BL_STR("number") : s;
}

static size_t
slot_of(const struct grouping *g, const struct bl_advanced_key *keys)
{
	const struct bl_advanced_query *q = g->run->query;
	uint64_t hash = 0;
	size_t at;

	for (uint32_t i = 0; i < q->n_groups; i++)
		hash = (hash ^ bl_hash128_of(hash_text(&keys[i]), keys[i].rank).low) *
		       UINT64_C(0x9e3779b97f4a7c15);
	at = (size_t)(hash >> 20) & (g->n_slots - 1);
	while (g->slots[at] != NULL && !same_keys(q, g->slots[at]->keys, keys))
		at = (at + 1) & (g->n_slots - 1);
	return at;
}

static BL_STATUS
resize(struct grouping *g, size_t n_slots)
{
	struct group **all = bl_new(g->run->arena, struct group *, n_slots / 2);

	g->slots = bl_new(g->run->arena, struct group *, n_slots);
	if (all == NULL || g->slots == NULL)
		return bl_advanced__no_memory(g->run->reterr);
	g->n_slots = n_slots;
	for (size_t i = 0; i < g->n; i++) {
		all[i] = g->all[i];
		g->slots[slot_of(g, all[i]->keys)] = all[i];
	}
	g->all = all;
	return BL_OK;
}

static BL_STATUS
find_group(struct grouping *g, const struct bl_advanced_key *keys, struct group **ret)
{
	const struct bl_advanced_query *q = g->run->query;
	struct bl_advanced_key *copy;
	struct group *group;
	size_t at;

	if (g->n == g->n_slots / 2) {
		enum bl_status status = resize(g, g->n_slots == 0 ? 64 : g->n_slots * 2);

		if (status)
			return status;
	}
	at = slot_of(g, keys);
	*ret = g->slots[at];
	if (*ret != NULL)
		return BL_OK;
	group = bl_new(g->run->arena, struct group, 1);
	copy = bl_new(g->run->arena, struct bl_advanced_key, q->n_groups);
	if (group != NULL)
		group->aggregates =
		    bl_new(g->run->arena, struct aggregate, (size_t)q->n_items + q->n_orders);
	if (group == NULL || copy == NULL || group->aggregates == NULL)
		return bl_advanced__no_memory(g->run->reterr);
	for (uint32_t i = 0; i < q->n_groups; i++)
		copy[i] = keys[i];
	group->keys = copy;
	group->query = q;
	g->slots[at] = g->all[g->n++] = *ret = group;
	return BL_OK;
}

/* ---- Counting. ------------------------------------------------------------------------------ */

static void
add_number(struct aggregate *a, const struct bl_json *value)
{
	int64_t whole = 0;
	double d = 0;

	if (!bl_value_to_double(value->text, &d))
		return;
	a->numbers++;
	a->sum += d;
	if (!bl_json_i64(value, &whole) || __builtin_add_overflow(a->exact, whole, &a->exact))
		a->inexact = true;
}

static BL_STATUS
add_values(struct grouping *g, struct aggregate *a, const struct bl_advanced_item *item,
    const struct bl_value *values)
{
	for (uint64_t k = 0; k < values->n; k++) {
		const struct bl_json *value = values->elements[k].json;
		struct bl_advanced_key key;
		enum bl_status status = BL_OK;

		a->count++;
		if (item->fn == BL_ADVANCED_COUNT)
			continue;
		if (value->kind == BL_JSON_NUMBER)
			add_number(a, value);
		else
			g->not_numbers +=
			    item->fn == BL_ADVANCED_SUM || item->fn == BL_ADVANCED_AVG;
		if (item->fn != BL_ADVANCED_MIN && item->fn != BL_ADVANCED_MAX)
			continue;
		status = bl_advanced__key(g->run, value, &key);
		if (status)
			return status;
		if (a->count == 1 || bl_advanced__key_order(&key, &a->least) < 0)
			a->least = key;
		if (a->count == 1 || bl_advanced__key_order(&key, &a->greatest) > 0)
			a->greatest = key;
	}
	return BL_OK;
}

static BL_STATUS
add_to_group(struct grouping *g, const struct bl_advanced_key *keys, const struct bl_value *values)
{
	const struct bl_advanced_query *q = g->run->query;
	struct group *group = NULL;
	enum bl_status status = find_group(g, keys, &group);

	for (uint32_t i = 0; !status && i < q->n_items + q->n_orders; i++) {
		uint32_t expr = g->expr_of[q->n_groups + i];

		if (item_at(q, i)->fn == BL_ADVANCED_NO_FN)
			continue;
		if (expr == UINT32_MAX)
			group->aggregates[i].count++;
		else
			status = add_values(g, &group->aggregates[i], item_at(q, i), &values[expr]);
	}
	return status;
}

/* The distinct values of one property, or the one absent. */
static BL_STATUS
distinct_keys(struct bl_advanced_run *run, const struct bl_value *values,
    struct bl_advanced_key **ret_keys, size_t *ret_n)
{
	struct bl_advanced_key *keys =
	    bl_new(run->arena, struct bl_advanced_key, (size_t)values->n + 1);
	size_t n = 0;

	if (keys == NULL)
		return bl_advanced__no_memory(run->reterr);
	keys[0].rank = BL_ADVANCED_ABSENT;
	for (uint64_t k = 0; k < values->n; k++) {
		struct bl_advanced_key key;
		enum bl_status status = bl_advanced__key(run, values->elements[k].json, &key);
		bool had = false;

		if (status)
			return status;
		for (size_t i = 0; i < n && !had; i++)
			had = bl_advanced__key_order(&keys[i], &key) == 0;
		if (!had)
			keys[n++] = key;
	}
	*ret_keys = keys;
	*ret_n = n == 0 ? 1 : n;
	return BL_OK;
}

/* One resource: into the group of each combination of its values. */
static BL_STATUS
add_row(void *ctx, struct bl_advanced_row *row, const struct bl_item *item,
    const struct bl_value *values)
{
	struct grouping *g = ctx;
	struct bl_advanced_run *run = g->run;
	uint32_t n = run->query->n_groups;
	struct bl_advanced_key **keys = bl_new(run->scratch, struct bl_advanced_key *, n);
	struct bl_advanced_key *now = bl_new(run->scratch, struct bl_advanced_key, n);
	size_t *counts = bl_new(run->scratch, size_t, n), combinations = 1;
	enum bl_status status = BL_OK;

	(void)row;
	(void)item;
	if (keys == NULL || now == NULL || counts == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (uint32_t i = 0; !status && i < n; i++) {
		status = distinct_keys(run, &values[g->expr_of[i]], &keys[i], &counts[i]);
		if (!status && counts[i] > MAX_COMBINATIONS / combinations)
			return bl_fail(run->reterr, BL_ELIMIT,
			    "a resource is in more than %d groups", MAX_COMBINATIONS);
		combinations *= status ? 1 : counts[i];
	}
	for (size_t c = 0; !status && c < combinations; c++) {
		size_t rest = c;

		for (uint32_t i = 0; i < n; i++) {
			now[i] = keys[i][rest % counts[i]];
			rest /= counts[i];
		}
		status = add_to_group(g, now, values);
	}
	return status;
}

/* ---- What is asked. -------------------------------------------------------------------------- */

static BL_STATUS
add_expr(struct grouping *g, uint32_t at, const struct bl_advanced_path *path)
{
	g->expr_of[at] = UINT32_MAX;
	if (path->n_steps == 0)
		return BL_OK;
	g->expr_of[at] = g->n_exprs;
	return bl_advanced__values(g->run, path, &g->exprs[g->n_exprs++]);
}

static BL_STATUS
prepare(struct grouping *g)
{
	const struct bl_advanced_query *q = g->run->query;
	size_t n = (size_t)q->n_groups + q->n_items + q->n_orders;
	struct bl_advanced_key none;
	struct group *all;
	enum bl_status status = BL_OK;

	g->exprs = bl_new(g->run->arena, const struct bl_expr *, n);
	g->expr_of = bl_new(g->run->arena, uint32_t, n);
	if (g->exprs == NULL || g->expr_of == NULL)
		return bl_advanced__no_memory(g->run->reterr);
	for (uint32_t i = 0; !status && i < q->n_groups; i++)
		status = add_expr(g, i, &q->groups[i]);
	for (uint32_t i = 0; !status && i < q->n_items + q->n_orders; i++) {
		g->expr_of[q->n_groups + i] = UINT32_MAX;
		if (item_at(q, i)->fn != BL_ADVANCED_NO_FN)
			status = add_expr(g, q->n_groups + i, &item_at(q, i)->path);
	}
	/* Without GROUP BY there is one group, also of nothing. */
	return status || q->n_groups > 0 ? status : find_group(g, &none, &all);
}

/* ---- Results. ----------------------------------------------------------------------------------
 */

/* The shortest text that reads back as the same double. */
static BL_STATUS
double_text(struct bl_advanced_run *run, double d, struct bl_str *ret)
{
	char room[40];
	double back = 0;

	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(room, sizeof(room), "%.*g", digits, d);
		if (bl_value_to_double(bl_str_of(room), &back) && !(back < d) && !(back > d))
			break;
	}
	return bl_str_printf(
	    run->arena, ret, run->reterr, "%s%s", room, strpbrk(room, ".en") == NULL ? ".0" : "");
}

/* What an item says of a group, as JSON; absent: nothing. */
static BL_STATUS
text_of(struct bl_advanced_run *run, const struct group *group, uint32_t i, struct bl_str *ret)
{
	const struct bl_advanced_query *q = run->query;
	const struct bl_advanced_item *item = item_at(q, i);
	const struct aggregate *a = &group->aggregates[i];

	*ret = (struct bl_str){0};
	switch (item->fn) {
	case BL_ADVANCED_NO_FN:
		for (uint32_t k = 0; k < q->n_groups; k++)
			if (bl_str_eq(q->groups[k].text, item->path.text))
				*ret = group->keys[k].text;
		return BL_OK;
	case BL_ADVANCED_COUNT:
		return bl_str_printf(
		    run->arena, ret, run->reterr, "%llu", (unsigned long long)a->count);
	case BL_ADVANCED_MIN: *ret = a->count == 0 ? *ret : a->least.text; return BL_OK;
	case BL_ADVANCED_MAX: *ret = a->count == 0 ? *ret : a->greatest.text; return BL_OK;
	case BL_ADVANCED_AVG:
		return a->numbers == 0 ? BL_OK : double_text(run, a->sum / (double)a->numbers, ret);
	case BL_ADVANCED_SUM:
		if (a->numbers == 0)
			return BL_OK;
		if (a->inexact)
			return double_text(run, a->sum, ret);
		return bl_str_printf(run->arena, ret, run->reterr, "%lld", (long long)a->exact);
	}
	assert(false);
	return BL_OK;
}

struct line {
	const struct group *group;
	const struct bl_advanced_key *orders; /* [n_orders] */
};

static int
cmp_lines(const void *pa, const void *pb)
{
	const struct line *a = pa, *b = pb;
	const struct bl_advanced_query *q = a->group->query;
	int order = 0;

	for (uint32_t i = 0; i < q->n_orders; i++) {
		bool absent = a->orders[i].rank == BL_ADVANCED_ABSENT ||
			      b->orders[i].rank == BL_ADVANCED_ABSENT;

		order = bl_advanced__key_order(&a->orders[i], &b->orders[i]);
		if (order != 0)
			return q->orders[i].descending && !absent ? -order : order;
	}
	for (uint32_t i = 0; order == 0 && i < q->n_groups; i++)
		order = bl_advanced__key_order(&a->group->keys[i], &b->group->keys[i]);
	return order;
}

static BL_STATUS
order_line(struct grouping *g, struct line *line)
{
	const struct bl_advanced_query *q = g->run->query;
	struct bl_advanced_key *keys = bl_new(g->run->arena, struct bl_advanced_key, q->n_orders);
	enum bl_status status = BL_OK;

	if (keys == NULL)
		return bl_advanced__no_memory(g->run->reterr);
	for (uint32_t i = 0; !status && i < q->n_orders; i++) {
		const struct bl_advanced_item *item = &q->orders[i].key;
		const struct aggregate *a = &line->group->aggregates[q->n_items + i];

		keys[i].rank = BL_ADVANCED_ABSENT;
		for (uint32_t k = 0; item->fn == BL_ADVANCED_NO_FN && k < q->n_groups; k++)
			if (bl_str_eq(q->groups[k].text, item->path.text))
				keys[i] = line->group->keys[k];
		if (item->fn == BL_ADVANCED_MIN && a->count > 0)
			keys[i] = a->least;
		else if (item->fn == BL_ADVANCED_MAX && a->count > 0)
			keys[i] = a->greatest;
		if (item->fn != BL_ADVANCED_COUNT && item->fn != BL_ADVANCED_SUM &&
		    item->fn != BL_ADVANCED_AVG)
			continue;
		status = text_of(g->run, line->group, q->n_items + i, &keys[i].text);
		if (keys[i].text.ptr != NULL)
			keys[i].rank = BL_JSON_NUMBER;
	}
	line->orders = keys;
	return status;
}

/* The page's lines as rows. */
static BL_STATUS
show_lines(struct grouping *g, const struct line *lines, size_t n, struct bl_advanced_table *t)
{
	struct bl_advanced_run *run = g->run;
	const struct bl_advanced_shape *shape = NULL;
	size_t from, to;
	enum bl_status status = bl_advanced__shape(run, &shape);

	t->n_all = n;
	bl_advanced__page(run, n, &from, &to);
	t->n = to - from;
	t->rows = bl_new(run->out, struct bl_str, t->n);
	t->cells = bl_new(run->out, struct bl_str, t->n * t->n_columns);
	if (t->rows == NULL || t->cells == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (size_t i = from; !status && i < to; i++) {
		struct bl_str *cells = t->cells + (i - from) * t->n_columns;

		for (uint32_t k = 0; !status && k < run->query->n_items; k++) {
			struct bl_str text;

			status = text_of(run, lines[i].group, k, &text);
			if (!status && text.ptr != NULL && bl_str_dup(run->out, text, &cells[k]))
				status = bl_advanced__no_memory(run->reterr);
		}
		run->buf.len = 0;
		if (!status)
			status = bl_advanced__project_texts(shape, cells, &run->buf, run->reterr);
		if (!status)
			status = bl_advanced__take(run, &t->rows[i - from]);
	}
	return status;
}

BL_STATUS
bl_advanced__group(struct bl_advanced_run *run, struct bl_advanced_table *ret_table)
{
	struct grouping g = {.run = run};
	struct line *lines = NULL;
	enum bl_status status = prepare(&g);

	if (!status)
		status =
		    bl_advanced__ask(run, bl_advanced__is_matched, g.exprs, g.n_exprs, add_row, &g);
	if (!status) {
		lines = bl_new(run->arena, struct line, g.n);
		if (lines == NULL)
			return bl_advanced__no_memory(run->reterr);
	}
	for (size_t i = 0; !status && i < g.n; i++) {
		lines[i].group = g.all[i];
		status = order_line(&g, &lines[i]);
	}
	if (!status && g.n > 0)
		qsort(lines, g.n, sizeof(*lines), cmp_lines);
	if (!status && g.not_numbers > 0)
		status = bl_advanced__note(run,
		    "%llu values are no numbers and are not part of SUM or AVG",
		    (unsigned long long)g.not_numbers);
	return status ? status : show_lines(&g, lines, g.n, ret_table);
}
