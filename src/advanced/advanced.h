#ifndef BL_ADVANCED_ADVANCED_H
#define BL_ADVANCED_ADVANCED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_store;

/*
 * AWS Config's advanced queries (SelectResourceConfig, SelectAggregateResourceConfig): SELECT
 * without FROM, over what is there now, or at a moment.
 *
 * Strict: accepted and refused is what AWS documents, with AWS's error code.  Extended: also AS OF,
 * IS NULL, DISTINCT, LIMIT, AS, any LIKE, [n] from 0, ELEMENT(path WHERE condition) for conditions
 * that one element of an array must meet together; each use is named in notes.
 *
 * Source of the rules: AWS Config Developer Guide, "Query components", "Querying AWS resources".
 */
enum bl_advanced_mode { BL_ADVANCED_STRICT, BL_ADVANCED_EXTENDED };

/* AWS's error codes; told beside the error's text. */
enum bl_advanced_code {
	BL_ADVANCED_OK,
	BL_ADVANCED_INVALID_EXPRESSION, /* InvalidExpressionException */
	BL_ADVANCED_INVALID_LIMIT,	/* InvalidLimitException */
	BL_ADVANCED_INVALID_TOKEN,	/* InvalidNextTokenException */
};
const char *bl_advanced_code_name(enum bl_advanced_code code);

struct bl_advanced_options {
	enum bl_advanced_mode mode;
	int64_t at_ns;				 /* BL_INSTANT_MAX: the last known */
	uint64_t known_position;		 /* 0: all */
	const struct bl_str *accounts, *regions; /* Only these; n 0: all */
	size_t n_accounts, n_regions;
	uint32_t limit;	     /* Rows of a page; 0: all (strict: at most 100) */
	struct bl_str token; /* Of the page before; absent: the first */
	size_t memory;	     /* Of the work, not of the result; 0: 1 GiB */
	int64_t timeout_ns;  /* 0: none */
	const volatile bool *cancel;
};

struct bl_advanced_result {
	const struct bl_str *fields; /* [n_fields] SelectFields, as written ('*' is one) */
	size_t n_fields;
	const struct bl_str *rows; /* [n_rows] each a JSON object as AWS writes it */
	size_t n_rows;
	/* The same as a table: '*' is the ten scalars. */
	const struct bl_str *columns; /* [n_columns] */
	size_t n_columns;
	const struct bl_str *cells; /* [n_rows * n_columns] JSON text; absent: no value.  A path
				       through an array gives the list of its values. */
	struct bl_str next_token;   /* Absent: the last page */
	const struct bl_str
	    *notes; /* [n_notes] extensions used, unknown paths, what is not known */
	size_t n_notes;
	int64_t moment_ns; /* What was asked about: the moment, */
	uint64_t position; /* as known at this ledger position. */
};

/*
 * bl_advanced_run(store, text, options, arena, &result, &code, reterr): everything is in ${arena}.
 *
 * Who is asked: what was there at the moment, as known at the position; not what is deleted, and
 * not what AWS does not record.  Of what is not known the notes tell how much matched when it was
 * last seen.  Rows come by type, account, region and id unless ORDER BY says otherwise, so pages
 * are stable; a token answers from the position that its first page was made at.
 *
 * On an error *ret_code tells AWS's code (BL_ADVANCED_OK where AWS has none); the text points at
 * the place (line, column).  BL_EINPUT: the query, limit or token; BL_ENOTFOUND: nothing was ever
 * delivered; BL_ENOMEM: ${memory} or ${arena} is spent; BL_ELIMIT: time-out, cancel, and limits of
 * the engine.
 */
BL_STATUS bl_advanced_run(struct bl_store *store, struct bl_str text,
    const struct bl_advanced_options *options, struct bl_arena *arena,
    struct bl_advanced_result *ret_result, enum bl_advanced_code *ret_code, struct bl_err *reterr);

/* bl_advanced_check(text, mode, &code, reterr): is it accepted?  No store. */
BL_STATUS bl_advanced_check(struct bl_str text, enum bl_advanced_mode mode,
    enum bl_advanced_code *ret_code, struct bl_err *reterr);

#endif
