#ifndef BL_SQL_BATCH_H
#define BL_SQL_BATCH_H

#include <stdint.h>

#include "query/value.h"

/*
 * Rows on their way, by columns.
 *
 * Life time: what a batch points to holds until its maker is asked for the next one; who keeps
 * rows, copies them (bl_batch_keep).
 */
#define BL_BATCH_ROWS 4096u

/* One column of a batch. */
struct bl_vector {
	/* CODED when codes is not NULL: row i is values[codes[i]].  FLAT else: row i is values[i].
	 */
	const uint32_t *codes;	       /* [rows] or NULL */
	const struct bl_value *values; /* [n_values] or [rows] */
	uint32_t n_values;
	/* CODED: batches of one scan with the same number share the dictionary: what was found out
	 * about a code holds for the next batch too.  A dictionary may grow at its end.  0: a
	 * dictionary of this batch alone (operators make such ones; sources have a number). */
	uint64_t dictionary;
};

struct bl_batch {
	uint32_t n; /* Rows, at most BL_BATCH_ROWS; 0 says nothing of the end. */
	const struct bl_vector *columns; /* [n_columns] */
	uint32_t n_columns;
};

static inline const struct bl_value *
bl_vector_at(const struct bl_vector *v, uint32_t row)
{
	return &v->values[v->codes == NULL ? row : v->codes[row]];
}

#endif
