/*
 * The heads of the types hold each distinct text once: a type in which no text is the wanted one
 * costs one walk over its texts, and no time line.
 */
#include "cli/find_resource.h"

#include <stdlib.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/nearest.h"
#include "cli/view.h"
#include "columns/columns.h"
#include "timeline/timeline.h"

#define LISTED 20

struct find {
	const struct bl_view *view;
	struct bl_str wanted;
	struct bl_nearest nearest;
	const struct bl_resource **resources;
	size_t n, cap;
	struct bl_err *err;
};

static enum bl_status
no_memory(struct find *f)
{
	return bl_fail(f->err, BL_ENOMEM, "no memory to find the resource");
}

static enum bl_status
add_resource(struct find *f, const struct bl_resource *r)
{
	if (f->n == f->cap) {
		size_t cap = f->cap == 0 ? 16 : f->cap * 2;
		const struct bl_resource **more =
		    bl_new(f->view->cli->arena, const struct bl_resource *, cap);

		if (more == NULL)
			return no_memory(f);
		for (size_t i = 0; i < f->n; i++)
			more[i] = f->resources[i];
		f->resources = more;
		f->cap = cap;
	}
	f->resources[f->n++] = r;
	return BL_OK;
}

/* Who a version is of: numbers of texts of the type's heads. */
struct owner {
	struct bl_str account, region, id;
};

static int
cmp_owners(const void *pa, const void *pb)
{
	const struct owner *a = pa, *b = pb;
	int c = bl_str_cmp(a->account, b->account);

	if (c == 0)
		c = bl_str_cmp(a->region, b->region);
	return c != 0 ? c : bl_str_cmp(a->id, b->id);
}

static struct bl_str
text_of(const struct bl_heads *heads, uint32_t number)
{
	return number == BL_HEADS_ABSENT ? (struct bl_str){NULL, 0} : heads->text[number];
}

/* The owners of known versions of which a text is the wanted one; in the scratch arena, sorted. */
static enum bl_status
list_owners(struct find *f, const struct bl_heads *heads, struct owner **ret, size_t *ret_n)
{
	uint32_t number = 0, n_known = f->view->n_known[heads->type_no];
	struct owner *owners;
	size_t n = 0;

	*ret_n = 0;
	while (number < heads->n_texts && !bl_str_eq(heads->text[number], f->wanted))
		number++;
	if (number == heads->n_texts)
		return BL_OK;
	owners = bl_new(f->view->scratch, struct owner, n_known);
	if (owners == NULL)
		return no_memory(f);
	for (uint32_t i = 0; i < n_known; i++)
		if (heads->id[i] == number || heads->name[i] == number || heads->arn[i] == number)
			owners[n++] = (struct owner){text_of(heads, heads->account[i]),
			    text_of(heads, heads->region[i]), text_of(heads, heads->id[i])};
	if (n > 0)
		qsort(owners, n, sizeof(owners[0]), cmp_owners);
	*ret = owners;
	*ret_n = n;
	return BL_OK;
}

/* Candidates for "did you mean": ids, names and ARNs, each once. */
static enum bl_status
offer_texts(struct find *f, const struct bl_heads *heads)
{
	bool *seen = bl_new(f->view->scratch, bool, (size_t)heads->n_texts + 1);

	if (seen == NULL)
		return no_memory(f);
	for (uint32_t i = 0; i < f->view->n_known[heads->type_no]; i++) {
		const uint32_t numbers[] = {heads->id[i], heads->name[i], heads->arn[i]};

		if (!bl_view_wants(f->view, text_of(heads, heads->account[i]),
			text_of(heads, heads->region[i])))
			continue;
		for (size_t k = 0; k < 3; k++)
			if (numbers[k] != BL_HEADS_ABSENT && !seen[numbers[k]]) {
				seen[numbers[k]] = true;
				bl_nearest_offer(
				    &f->nearest, heads->text[numbers[k]], heads->type_no);
			}
	}
	return BL_OK;
}

static enum bl_status
find_in_type(struct find *f, uint32_t type_no)
{
	const struct bl_timeline *timeline;
	const struct bl_heads *heads;
	struct owner *owners = NULL;
	size_t n = 0;
	enum bl_status status = bl_columns_heads(f->view->columns, type_no, &heads, f->err);

	bl_arena_reset(f->view->scratch);
	if (status == BL_OK)
		status = list_owners(f, heads, &owners, &n);
	if (status != BL_OK || n == 0)
		return status;
	status = bl_view_timeline(f->view, &type_no, 1, &timeline);
	for (size_t i = 0; status == BL_OK && i < timeline->n; i++) {
		const struct bl_resource *r = &timeline->resources[i];
		struct owner key = {r->account, r->region, r->id};

		if (bl_view_wants(f->view, r->account, r->region) &&
		    bsearch(&key, owners, n, sizeof(owners[0]), cmp_owners) != NULL)
			status = add_resource(f, r);
	}
	return status;
}

static enum bl_status
not_found(struct find *f, const uint32_t *type_nos, size_t n_types)
{
	struct bl_str near = {0};

	for (size_t i = 0; i < n_types; i++) {
		const struct bl_heads *heads;
		enum bl_status status =
		    bl_columns_heads(f->view->columns, type_nos[i], &heads, f->err);

		bl_arena_reset(f->view->scratch);
		if (status == BL_OK)
			status = offer_texts(f, heads);
		if (status != BL_OK)
			return status;
	}
	for (size_t i = 0; i < f->nearest.n; i++) {
		struct bl_str before = near;
		enum bl_status status =
		    bl_str_printf(f->view->cli->arena, &near, f->err, "%.*s%s%.*s (%.*s)",
			BL_STR_ARG(before), i == 0 ? "" : ", ", BL_STR_ARG(f->nearest.best[i].text),
			BL_STR_ARG(bl_store_type_name(f->view->store, f->nearest.best[i].tag)));

		if (status != BL_OK)
			return status;
	}
	if (f->nearest.n == 0)
		return bl_fail(f->err, BL_ENOTFOUND,
		    "no delivered item has the id, name or ARN '%.*s'", BL_STR_ARG(f->wanted));
	return bl_fail(f->err, BL_ENOTFOUND,
	    "no delivered item has the id, name or ARN '%.*s'; did you mean %.*s?",
	    BL_STR_ARG(f->wanted), BL_STR_ARG(near));
}

enum bl_status
bl_find_resources(const struct bl_view *view, char **args, int n_args, struct bl_found *ret_found)
{
	struct find f = {.view = view, .err = &view->cli->err};
	struct bl_view narrowed = *view;
	struct bl_str type = {0};
	uint32_t *type_nos = NULL;
	size_t n_types = 0;
	enum bl_status status;

	if (n_args < 1 || n_args > 2)
		return bl_fail(
		    f.err, BL_EUSAGE, "which resource? [TYPE] and its id, name or ARN are wanted");
	f.wanted = bl_str_of(args[n_args - 1]);
	f.nearest.wanted = f.wanted;
	if (n_args == 2) {
		type = bl_str_of(args[0]);
		narrowed.choice.types = &type;
		narrowed.choice.n_types = 1;
	}
	status = bl_view_types(&narrowed, &type_nos, &n_types);
	for (size_t i = 0; i < n_types && status == BL_OK; i++)
		status = find_in_type(&f, type_nos[i]);
	if (status == BL_OK && f.n == 0)
		status = not_found(&f, type_nos, n_types);
	if (status == BL_OK)
		*ret_found = (struct bl_found){.resources = f.resources, .n = f.n};
	return status;
}

enum bl_status
bl_find_one(
    const struct bl_view *view, char **args, int n_args, const struct bl_resource **ret_resource)
{
	struct bl_found found = {0};
	enum bl_status status = bl_find_resources(view, args, n_args, &found);

	if (status != BL_OK)
		return status;
	if (found.n == 1) {
		*ret_resource = found.resources[0];
		return BL_OK;
	}
	for (size_t i = 0; i < found.n && i < LISTED; i++)
		bl_cli_error(view->cli, "%.*s %.*s %.*s %.*s", BL_STR_ARG(found.resources[i]->type),
		    BL_STR_ARG(found.resources[i]->id), BL_STR_ARG(found.resources[i]->account),
		    BL_STR_ARG(found.resources[i]->region));
	return bl_fail(&view->cli->err, BL_EUSAGE,
	    "%zu resources fit '%s'%s: choose with --account, --region or --type", found.n,
	    args[n_args - 1], found.n > LISTED ? " (the first 20 are listed)" : "");
}
