#include "cli/shell_words.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/mem.h"
#include "query/functions.h"
#include "sql/source.h"

static const char *const keywords[] = {"SELECT", "DISTINCT", "FROM", "WHERE", "GROUP BY", "HAVING",
    "ORDER BY", "LIMIT", "OFFSET", "WITH", "UNION ALL", "UNION", "INTERSECT", "EXCEPT",
    "CROSS JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "INNER JOIN", "JOIN", "ON", "USING",
    "UNNEST", "VALUES", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "TRY_CAST", "BETWEEN",
    "LIKE", "EXISTS", "IS NULL", "IS NOT NULL", "NOT", "AND", "OR", "IN", "AS", "ASC", "DESC",
    "NULLS FIRST", "NULLS LAST", "OVER", "PARTITION BY", "ROWS", "RANGE", "INTERVAL", "TIMESTAMP",
    "DATE", "FOR TIMESTAMP AS OF", "FOR VERSION AS OF", "EXPLAIN", "EXPLAIN ANALYZE", "CREATE VIEW",
    "CREATE OR REPLACE VIEW", "CREATE EXTERNAL TABLE", "DROP VIEW", "DROP TABLE", "SHOW TABLES",
    "SHOW COLUMNS FROM", "DESCRIBE", "SHOW CREATE VIEW", "TRUE", "FALSE", "NULL"};

static const char *const aggregates[] = {"count", "count_if", "sum", "avg", "min", "max", "min_by",
    "max_by", "arbitrary", "any_value", "bool_and", "bool_or", "every", "array_agg", "listagg",
    "map_agg", "histogram", "approx_distinct", "approx_percentile", "stddev", "variance",
    "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead",
    "first_value", "last_value", "nth_value"};

static enum bl_status
add(struct bl_shell_words *w, struct bl_str word, struct bl_arena *arena, struct bl_err *reterr)
{
	if (w->n == w->cap) {
		size_t cap = w->cap == 0 ? 256 : w->cap * 2;
		struct bl_str *grown = bl_new(arena, struct bl_str, cap);

		if (grown == NULL)
			return bl_fail(reterr, BL_ENOMEM, "no memory for the words to complete");
		if (w->n > 0)
			memcpy(grown, w->words, w->n * sizeof(grown[0]));
		w->words = grown;
		w->cap = cap;
	}
	if (bl_str_dup(arena, word, &w->words[w->n]) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the words to complete");
	w->n++;
	return BL_OK;
}

static enum bl_status
add_all(struct bl_shell_words *w, const char *const *words, size_t n, struct bl_arena *arena,
    struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < n && status == BL_OK; i++)
		status = add(w, bl_str_of(words[i]), arena, reterr);
	return status;
}

/* The fields of rows count too: ci.resourceid. */
static enum bl_status
add_type(struct bl_shell_words *w, const struct bl_datatype *type, struct bl_arena *arena,
    struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	while (type->kind == BL_TYPE_ARRAY)
		type = type->element;
	for (uint32_t i = 0; i < type->n_fields && status == BL_OK; i++) {
		if (type->fields[i].name.ptr != NULL)
			status = add(w, type->fields[i].name, arena, reterr);
		if (status == BL_OK)
			status = add_type(w, &type->fields[i].type, arena, reterr);
	}
	return status;
}

static enum bl_status
add_tables(struct bl_shell_words *w, const struct bl_catalog *c, struct bl_arena *arena,
    struct bl_err *reterr)
{
	struct bl_name_list list = {0};
	enum bl_status status = c->list(c->ctx, arena, &list, reterr);

	for (size_t i = 0; i < list.n && status == BL_OK; i++) {
		struct bl_found found = {0};

		status = add(w, list.names[i], arena, reterr);
		/* A view that no longer fits its tables is not the prompt's matter. */
		if (status != BL_OK || c->find(c->ctx, list.schemas[i], list.names[i],
					   &(struct bl_as_of){0}, arena, &found, NULL) != BL_OK)
			continue;
		for (uint32_t k = 0;
		     found.source != NULL && status == BL_OK && k < found.source->n_columns; k++) {
			status = add(w, found.source->columns[k].name, arena, reterr);
			if (status == BL_OK)
				status = add_type(w, &found.source->columns[k].type, arena, reterr);
		}
	}
	return status;
}

static int
cmp_words(const void *pa, const void *pb)
{
	const struct bl_str *a = pa, *b = pb;
	int order = strcasecmp(a->ptr, b->ptr);

	return order != 0 ? order : strcmp(a->ptr, b->ptr);
}

enum bl_status
bl_shell_words_read(struct bl_shell_words *words, const struct bl_catalog *catalog,
    struct bl_arena *arena, struct bl_err *reterr)
{
	struct bl_shell_words *w = words;
	size_t n = 0;
	enum bl_status status =
	    add_all(w, keywords, sizeof(keywords) / sizeof(keywords[0]), arena, reterr);

	if (status == BL_OK)
		status = add_all(
		    w, aggregates, sizeof(aggregates) / sizeof(aggregates[0]), arena, reterr);
	for (size_t i = 0; i < bl_functions_n && status == BL_OK; i++)
		if (bl_functions_all[i].name[0] != '$')
			status = add(w, bl_str_of(bl_functions_all[i].name), arena, reterr);
	if (status == BL_OK)
		status = add_tables(w, catalog, arena, reterr);
	if (status != BL_OK)
		return status;
	qsort(w->words, w->n, sizeof(w->words[0]), cmp_words);
	for (size_t i = 0; i < w->n; i++)
		if (n == 0 || strcasecmp(w->words[n - 1].ptr, w->words[i].ptr) != 0)
			w->words[n++] = w->words[i];
	w->n = n;
	return BL_OK;
}

char *
bl_shell_words_next(struct bl_shell_words *words, const char *text, int state)
{
	size_t len = strlen(text);

	if (state == 0)
		words->at = 0;
	while (words->at < words->n) {
		const char *word = words->words[words->at++].ptr;

		if (strncasecmp(word, text, len) == 0) {
			char *copy = bl_mem_alloc(strlen(word) + 1); /* The line's owner frees it. */

			if (copy != NULL)
				memcpy(copy, word, strlen(word) + 1);
			return copy;
		}
	}
	return NULL;
}
