/* What a rule reads of an item. */
#include <string.h>

#include "base/arena.h"
#include "rules/rule_priv.h"

#define PATHS_LIMIT 1024u

struct gather {
	struct bl_arena *arena;
	struct bl_str *path; /* [PATHS_LIMIT], in byte order */
	size_t n;
};

static enum bl_status
add(struct gather *g, struct bl_str path, struct bl_err *reterr)
{
	size_t at = 0;

	while (at < g->n && bl_str_cmp(g->path[at], path) < 0)
		at++;
	if (at < g->n && bl_str_eq(g->path[at], path))
		return BL_OK;
	if (g->n == PATHS_LIMIT)
		return bl_fail(reterr, BL_ELIMIT, "a rule reads more than %u paths", PATHS_LIMIT);
	memmove(g->path + at + 1, g->path + at, (g->n - at) * sizeof(*g->path));
	g->path[at] = path;
	g->n++;
	return BL_OK;
}

static enum bl_status
add_expr(struct gather *g, const struct bl_rule_expr *expr, struct bl_err *reterr)
{
	struct bl_str *paths = NULL;
	size_t n = 0;
	enum bl_status status;

	if (expr->expr == NULL)
		return BL_OK;
	status = bl_expr_paths(expr->expr, g->arena, &paths, &n, reterr);
	for (size_t i = 0; i < n && status == BL_OK; i++)
		status = add(g, paths[i], reterr);
	return status;
}

enum bl_status
bl_rule_paths(const struct bl_rule *rule, struct bl_arena *arena, const struct bl_str **ret_paths,
    size_t *ret_n, struct bl_err *reterr)
{
	const struct bl_rule_body *body = rule->body;
	struct gather g = {.arena = arena, .path = bl_new(arena, struct bl_str, PATHS_LIMIT)};
	enum bl_status status;

	if (g.path == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a rule's paths");
	status = add_expr(&g, &body->applicable, reterr);
	if (status == BL_OK)
		status = add_expr(&g, &body->compliant, reterr);
	if (status == BL_OK)
		status = add_expr(&g, &body->reason, reterr);
	for (size_t i = 0; i < body->n_gaps && status == BL_OK; i++)
		status = add_expr(&g, &body->gaps[i].when, reterr);
	if (status != BL_OK)
		return status;
	*ret_paths = g.path;
	*ret_n = g.n;
	return BL_OK;
}
