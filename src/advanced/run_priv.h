#ifndef BL_ADVANCED_RUN_PRIV_H
#define BL_ADVANCED_RUN_PRIV_H

#include "advanced/advanced_priv.h"
#include "base/buf.h"
#include "query/expr.h"
#include "store/store.h"
#include "timeline/gaps.h"

struct bl_columns;
struct bl_coverage;
struct bl_item;
struct bl_json;
struct bl_json_parser;
struct bl_timeline;
struct bl_advanced_key;

/* A resource that is asked: it is there, or it is not known whether it is. */
struct bl_advanced_row {
	const struct bl_resource *resource;
	uint32_t type_no, ordinal;	    /* Of its version. */
	bool known;			    /* It is there. */
	bool matched;			    /* WHERE holds. */
	bool shown;			    /* On this page. */
	size_t place;			    /* Of those in the result, by order. */
	const struct bl_advanced_key *keys; /* ORDER BY: [n_orders] */
	enum bl_gap_why why;		    /* Not known. */
};

#define BL_ADVANCED_MAX_NOTES 200

/* One run. */
struct bl_advanced_run {
	struct bl_store *store;
	const struct bl_advanced_query *query;
	const struct bl_advanced_options *options;
	struct bl_arena *arena;	  /* What lives as long as the run; the budget. */
	struct bl_arena *scratch; /* Of one item; reset for the next. */
	struct bl_arena *out;	  /* The caller's. */
	struct bl_columns *columns;
	struct bl_json_parser *parser;
	struct bl_buf buf;
	struct bl_err *reterr;
	enum bl_advanced_code code;
	int64_t end_ns; /* Of the monotonic clock; 0: never. */
	uint32_t beats;

	int64_t at_ns;	   /* BL_INSTANT_MAX: the last known. */
	uint64_t position; /* Always told. */
	uint64_t offset;   /* Rows of the pages before. */
	int64_t moment_ns; /* at_ns, or the newest delivery's. */
	const struct bl_coverage *coverage;
	const struct bl_gaps *gaps;
	const struct bl_timeline *timeline;
	struct bl_advanced_row *rows; /* [n_rows] by type, account, region, id */
	size_t n_rows;
	uint64_t n_not_recorded, n_unproven;

	struct bl_str notes[BL_ADVANCED_MAX_NOTES];
	size_t n_notes;
};

/* Three-valued: what part of the facts says. */
enum bl_advanced_says { BL_ADVANCED_FALSE, BL_ADVANCED_TRUE, BL_ADVANCED_OPEN };

/* advanced.c */
/* bl_advanced__go_on(run): time-out and cancel; cheap enough for every item. */
BL_STATUS bl_advanced__go_on(struct bl_advanced_run *run);
/* bl_advanced__note(run, fmt, ...): a note of the result; beyond the limit one says so. */
BL_STATUS bl_advanced__note(struct bl_advanced_run *run, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* build.c: a condition, or the values of a path, as an expression over items. */
BL_STATUS bl_advanced__filter(struct bl_advanced_run *run, const struct bl_advanced_cond *cond,
    const struct bl_expr **ret_expr);
BL_STATUS bl_advanced__exists(struct bl_advanced_run *run, const struct bl_advanced_path *path,
    const struct bl_expr **ret_expr);
BL_STATUS bl_advanced__values(struct bl_advanced_run *run, const struct bl_advanced_path *path,
    const struct bl_expr **ret_expr);

/* scope.c: who is asked. */
BL_STATUS bl_advanced__scope(struct bl_advanced_run *run);
/* bl_advanced__says(run, cond, resource): what type, account, region and id alone say. */
BL_STATUS bl_advanced__says(struct bl_advanced_run *run, const struct bl_advanced_cond *cond,
    const struct bl_resource *resource, enum bl_advanced_says *ret_says);

/* ask.c: expressions on the versions of rows. */
/* Called for each row with its item and the values of the expressions, [n_exprs]; they live until
 * it returns. */
typedef enum bl_status (*bl_advanced_told_fn)(void *ctx, struct bl_advanced_row *row,
    const struct bl_item *item, const struct bl_value *values);
/* bl_advanced__ask(run, wanted, exprs, n, fn, ctx): of all rows for which ${wanted} is true, type
 * by type. */
BL_STATUS bl_advanced__ask(struct bl_advanced_run *run,
    bool (*wanted)(const struct bl_advanced_row *row), const struct bl_expr *const *exprs,
    size_t n_exprs, bl_advanced_told_fn fn, void *ctx);

/* document.c: an item as AWS shows it: one object with accountId, configuration, tags as a list. */
BL_STATUS bl_advanced__document(const struct bl_item *item, struct bl_arena *arena,
    const struct bl_json **ret_document, struct bl_err *reterr);

/* project.c: what is selected of documents. */
struct bl_advanced_shape; /* The selected paths as a tree. */
BL_STATUS bl_advanced__shape(
    struct bl_advanced_run *run, const struct bl_advanced_shape **ret_shape);
/* bl_advanced__project(shape, document, out): the row's JSON text, appended. */
BL_STATUS bl_advanced__project(const struct bl_advanced_shape *shape,
    const struct bl_json *document, struct bl_buf *out, struct bl_err *reterr);
/* bl_advanced__project_texts(shape, texts, out): the same of JSON texts by item of the query;
 * absent ones are left out. */
BL_STATUS bl_advanced__project_texts(const struct bl_advanced_shape *shape,
    const struct bl_str *texts, struct bl_buf *out, struct bl_err *reterr);
/* bl_advanced__cell(document, steps, n_steps, out): the one value at a path, or the list of its
 * values where it goes through an array; nothing when there is none. */
BL_STATUS bl_advanced__cell(const struct bl_json *document, const struct bl_match_step *steps,
    uint32_t n_steps, struct bl_buf *out, struct bl_err *reterr);
/* bl_advanced__dump(value, out): compact JSON without null members. */
BL_STATUS bl_advanced__dump(const struct bl_json *value, struct bl_buf *out, struct bl_err *reterr);
/* The ten scalars of *, in their order. */
#define BL_ADVANCED_N_SCALARS 10
extern const char *const bl_advanced__scalars[BL_ADVANCED_N_SCALARS];

/* key.c: values that order and group. */
struct bl_advanced_key {
	uint8_t rank;	     /* Of its kind; BL_ADVANCED_ABSENT sorts last in both directions. */
	struct bl_str text;  /* JSON text */
	struct bl_str plain; /* Of a string: unescaped. */
};
#define BL_ADVANCED_ABSENT 9
int bl_advanced__key_order(const struct bl_advanced_key *a, const struct bl_advanced_key *b);
/* bl_advanced__key(value, arena, &key): of one JSON value; NULL: absent. */
BL_STATUS bl_advanced__key(
    struct bl_advanced_run *run, const struct bl_json *value, struct bl_advanced_key *ret_key);

/* group.c, rows.c: the two kinds of results, all of them in order; pages are cut by run.c. */
struct bl_advanced_table {
	struct bl_str *rows;  /* [n] */
	struct bl_str *cells; /* [n * n_columns] */
	size_t n, n_columns;
	size_t n_all; /* Rows of all pages. */
};
BL_STATUS bl_advanced__group(struct bl_advanced_run *run, struct bl_advanced_table *ret_table);
BL_STATUS bl_advanced__list(struct bl_advanced_run *run, struct bl_advanced_table *ret_table);
/* bl_advanced__page(run, n_all, &from, &to): which rows of all this page gives. */
void bl_advanced__page(
    const struct bl_advanced_run *run, size_t n_all, size_t *ret_from, size_t *ret_to);
/* bl_advanced__take(run, &text): what stands in run->buf, as a text of the caller's arena. */
BL_STATUS bl_advanced__take(struct bl_advanced_run *run, struct bl_str *ret_text);
bool bl_advanced__is_matched(const struct bl_advanced_row *row);

/* token.c */
BL_STATUS bl_advanced__token_make(
    struct bl_advanced_run *run, struct bl_str text, uint64_t offset, struct bl_str *ret_token);
/* bl_advanced__token_read: sets run->position, at_ns and offset; BL_EINPUT for one that is not
 * right. */
BL_STATUS bl_advanced__token_read(struct bl_advanced_run *run, struct bl_str text);

/* notes.c: what is not known, and what was probably not meant. */
BL_STATUS bl_advanced__notes_before(struct bl_advanced_run *run);
BL_STATUS bl_advanced__notes_after(struct bl_advanced_run *run);
/* bl_advanced__paths: the outer paths of the query, each once. */
BL_STATUS bl_advanced__paths(
    struct bl_advanced_run *run, const struct bl_advanced_path ***ret_paths, uint32_t *ret_n);
/* bl_advanced__note_unseen(run, path): no row has a value there. */
BL_STATUS bl_advanced__note_unseen(
    struct bl_advanced_run *run, const struct bl_advanced_path *path);

#endif
