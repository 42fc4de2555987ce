/*
 * What AWS refuses of a query as a whole: identifiers that differ in case only, groups that are too
 * many, properties that are selected beside groups.
 *
 * Source: AWS Config Developer Guide, "Querying AWS resources", limitations.
 */
#include <string.h>

#include "advanced/advanced_priv.h"
#include "base/arena.h"
#include "query/lexer.h"

static BL_STATUS
cond_paths(const struct bl_advanced_cond *cond, bool inner, bl_advanced_path_fn fn, void *ctx)
{
	enum bl_status status = BL_OK;

	if (cond->kind == BL_ADVANCED_TEST || cond->kind == BL_ADVANCED_ELEMENT)
		status = fn(ctx, &cond->path, inner);
	for (uint32_t i = 0; !status && i < cond->n_kids; i++)
		status =
		    cond_paths(cond->kids[i], inner || cond->kind == BL_ADVANCED_ELEMENT, fn, ctx);
	return status;
}

BL_STATUS
bl_advanced__each_path(const struct bl_advanced_query *q, bl_advanced_path_fn fn, void *ctx)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < q->n_items; i++)
		if (q->items[i].path.n_steps > 0)
			status = fn(ctx, &q->items[i].path, false);
	if (!status && q->where != NULL)
		status = cond_paths(q->where, false, fn, ctx);
	for (uint32_t i = 0; !status && i < q->n_groups; i++)
		status = fn(ctx, &q->groups[i], false);
	for (uint32_t i = 0; !status && i < q->n_orders; i++)
		if (q->orders[i].key.path.n_steps > 0)
			status = fn(ctx, &q->orders[i].key.path, false);
	return status;
}

/* ---- Mismatched identifiers. ------------------------------------------------------------- */

struct spellings {
	struct bl_advanced_parser *p;
	const struct bl_advanced_path **seen; /* [n] */
	uint32_t n;
};

/* One begins with the other, or is it, but for the case of letters. */
static bool
is_mismatched(struct bl_str a, struct bl_str b)
{
	size_t least = a.len < b.len ? a.len : b.len;
	struct bl_str x = bl_str_sub(a, 0, least), y = bl_str_sub(b, 0, least);

	return bl_str_eq_ci(x, y) && !bl_str_eq(x, y);
}

static BL_STATUS
check_spelling(void *ctx, const struct bl_advanced_path *path, bool inner)
{
	struct spellings *s = ctx;
	struct bl_token at = {.line = path->line, .column = path->column};

	/* Those within ELEMENT begin elsewhere. */
	if (inner)
		return BL_OK;
	for (uint32_t i = 0; i < s->n; i++) {
		if (bl_str_eq(s->seen[i]->text, path->text))
			return BL_OK;
		if (!is_mismatched(s->seen[i]->text, path->text))
			continue;
		if (s->p->mode == BL_ADVANCED_STRICT)
			return bl_fail_pos(s->p->reterr, BL_EINPUT, at.line, at.column,
			    "AWS Config does not support mismatched identifiers: %.*s and %.*s "
			    "differ in the case of their letters",
			    BL_STR_ARG(s->seen[i]->text), BL_STR_ARG(path->text));
		return bl_advanced__extend(s->p, &at, "identifiers that differ in case");
	}
	return bl_advanced__push(s->p, &s->seen, &s->n, sizeof(struct bl_advanced_path *), &path);
}

/* ---- Groups. -------------------------------------------------------------------------------- */

static bool
is_grouped(const struct bl_advanced_query *q, const struct bl_advanced_path *path)
{
	for (uint32_t i = 0; i < q->n_groups; i++)
		if (bl_str_eq(q->groups[i].text, path->text))
			return true;
	return false;
}

static BL_STATUS
check_selected(struct bl_advanced_parser *p, const struct bl_advanced_query *q)
{
	for (uint32_t i = 0; i < q->n_items; i++) {
		const struct bl_advanced_item *item = &q->items[i];

		if (item->fn != BL_ADVANCED_NO_FN || (!item->star && is_grouped(q, &item->path)))
			continue;
		return bl_fail_pos(p->reterr, BL_EINPUT, item->line, item->column,
		    "%.*s is selected beside %s, so it must stand in GROUP BY",
		    BL_STR_ARG(item->name), q->n_groups > 0 ? "groups" : "an aggregate");
	}
	return BL_OK;
}

static BL_STATUS
check_orders(struct bl_advanced_parser *p, const struct bl_advanced_query *q)
{
	for (uint32_t i = 0; i < q->n_orders; i++) {
		const struct bl_advanced_item *key = &q->orders[i].key;
		struct bl_token at = {.line = key->line, .column = key->column};
		bool grouped = q->n_groups > 0 || q->has_fn;
		enum bl_status status = BL_OK;

		if (key->fn != BL_ADVANCED_NO_FN && !grouped)
			return bl_fail_pos(p->reterr, BL_EINPUT, at.line, at.column,
			    "%.*s orders groups, and there is no GROUP BY", BL_STR_ARG(key->name));
		if (key->fn == BL_ADVANCED_NO_FN && grouped && !is_grouped(q, &key->path))
			return bl_fail_pos(p->reterr, BL_EINPUT, at.line, at.column,
			    "%.*s orders groups, so it must stand in GROUP BY",
			    BL_STR_ARG(key->name));
		if (key->fn != BL_ADVANCED_NO_FN && q->n_groups > 1)
			status = bl_advanced__extend(p, &at,
			    "more than one GROUP BY property with ORDER BY on an aggregate");
		if (status)
			return status;
	}
	return BL_OK;
}

static BL_STATUS
check_distinct(struct bl_advanced_parser *p, const struct bl_advanced_query *q)
{
	for (uint32_t i = 0; q->distinct && i < q->n_orders; i++) {
		const struct bl_advanced_item *key = &q->orders[i].key;
		bool selected = false;

		for (uint32_t k = 0; k < q->n_items; k++)
			selected =
			    selected || (q->items[k].fn == key->fn &&
					    bl_str_eq(q->items[k].path.text, key->path.text));
		if (!selected)
			return bl_fail_pos(p->reterr, BL_EINPUT, key->line, key->column,
			    "%.*s orders distinct rows, so it must be selected",
			    BL_STR_ARG(key->name));
	}
	return BL_OK;
}

/* Two results of one name would be one member of the row. */
static BL_STATUS
check_aliases(struct bl_advanced_parser *p, const struct bl_advanced_query *q)
{
	for (uint32_t i = 0; i < q->n_items; i++) {
		for (uint32_t k = 0; k < q->n_items && q->items[i].alias.ptr != NULL; k++) {
			struct bl_str other = q->items[k].alias;
			const struct bl_advanced_path *path = &q->items[k].path;

			if (other.ptr == NULL && path->n_steps > 0 &&
			    q->items[k].fn == BL_ADVANCED_NO_FN)
				other = path->steps[0].name;
			if (k != i && other.ptr != NULL && bl_str_eq(other, q->items[i].alias))
				return bl_fail_pos(p->reterr, BL_EINPUT, q->items[i].line,
				    q->items[i].column, "two results are called %.*s",
				    BL_STR_ARG(other));
		}
	}
	return BL_OK;
}

BL_STATUS
bl_advanced__check(struct bl_advanced_parser *p, const struct bl_advanced_query *q)
{
	struct spellings s = {.p = p};
	enum bl_status status = bl_advanced__each_path(q, check_spelling, &s);

	if (!status && q->n_groups > BL_ADVANCED_MAX_GROUPS) {
		struct bl_token at = {.line = q->groups[BL_ADVANCED_MAX_GROUPS].line,
		    .column = q->groups[BL_ADVANCED_MAX_GROUPS].column};

		status = bl_advanced__extend(p, &at, "more than three properties in GROUP BY");
	}
	if (!status && (q->n_groups > 0 || q->has_fn))
		status = check_selected(p, q);
	if (!status)
		status = check_orders(p, q);
	if (!status)
		status = check_distinct(p, q);
	return status ? status : check_aliases(p, q);
}
