/* From a statement's tree to its plan: the steps, in turn. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "sql/bind_priv.h"

BL_STATUS
bl_bind__no_memory(struct bl_binder *b)
{
	return bl_fail(b->reterr, BL_ENOMEM, "no memory for the statement's plan");
}

BL_STATUS
bl_bind__fail(struct bl_binder *b, uint32_t line, uint32_t column, const char *fmt, ...)
{
	char text[380];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return bl_fail_pos(b->reterr, BL_EINPUT, line, column, "%s", text);
}

BL_STATUS
bl_bind__refuse(struct bl_binder *b, uint32_t line, uint32_t column, const char *fmt, ...)
{
	char text[380];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return bl_fail_pos(b->reterr, BL_EUNSUPPORTED, line, column, "%s", text);
}

BL_STATUS
bl_bind__note(struct bl_binder *b, uint32_t line, uint32_t column, const char *fmt, ...)
{
	struct bl_sql_note *note = bl_new(b->arena, struct bl_sql_note, 1);
	char text[380];
	va_list ap;

	if (note == NULL)
		return bl_bind__no_memory(b);
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	note->line = line;
	note->column = column;
	for (struct bl_sql_note *old = b->notes; old != NULL; old = old->next)
		if (old->line == line && old->column == column &&
		    bl_str_eq(old->text, bl_str_of(text)))
			return BL_OK;
	if (bl_str_dup(b->arena, bl_str_of(text), &note->text))
		return bl_bind__no_memory(b);
	*b->notes_end = note;
	b->notes_end = &note->next;
	return BL_OK;
}

BL_STATUS
bl_bind__deeper(struct bl_binder *b, uint32_t line, uint32_t column)
{
	if (++b->depth > BL_BIND_MAX_DEPTH)
		return bl_fail_pos(b->reterr, BL_ELIMIT, line, column,
		    "queries, views and relations are more than %d deep in each other",
		    BL_BIND_MAX_DEPTH);
	return BL_OK;
}

BL_STATUS
bl_sql_bind(struct bl_query *query, const struct bl_bind_options *options, struct bl_arena *arena,
    struct bl_bound_query *ret_bound, struct bl_err *reterr)
{
	struct bl_binder b = {.options = options, .arena = arena, .reterr = reterr};
	struct bl_name *names = NULL;
	struct bl_rel *rel = NULL;
	struct bl_plan *plan = NULL;
	struct bl_str *texts;
	uint32_t n = 0;
	enum bl_status status;

	b.notes_end = &b.notes;
	status = bl_bind__query(&b, query, NULL, &rel, &names, &n);
	if (!status)
		status = bl_push__all(&b, &rel);
	if (!status)
		status = bl_items__all(&b, rel);
	if (!status)
		status = bl_lower__plan(&b, rel, &plan);
	if (status)
		return status;
	texts = bl_new(arena, struct bl_str, n);
	if (texts == NULL)
		return bl_bind__no_memory(&b);
	for (uint32_t i = 0; i < n; i++)
		texts[i] = names[i].name;
	assert(plan->n_slots == n);
	*ret_bound = (struct bl_bound_query){
	    .plan = plan, .n_plans = b.n_plans, .names = texts, .notes = b.notes};
	return BL_OK;
}
