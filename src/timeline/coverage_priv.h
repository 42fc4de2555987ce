#ifndef BL_TIMELINE_COVERAGE_PRIV_H
#define BL_TIMELINE_COVERAGE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "timeline/coverage.h"
#include "timeline/coverage_report.h"

struct bl_arena;
struct bl_columns;
struct bl_json;
struct bl_json_parser;
struct bl_store;

/* One coverage in the making. */
struct bl_coverage__build {
	struct bl_columns *columns;
	struct bl_store *store;
	uint64_t position;
	struct bl_arena *arena;	  /* The result. */
	struct bl_arena *work;	  /* Until it is done. */
	struct bl_arena *scratch; /* One item or document. */
	struct bl_json_parser *parser;
	struct bl_recorder_cover *recorders; /* [n_recorders] that deliver, by account, region */
	size_t n_recorders;
	struct bl_recorder_cover *others; /* [n_others] that are only told of */
	size_t n_others, cap_others;
	struct bl_err *err;
};

BL_STATUS bl_coverage__no_memory(struct bl_err *reterr);

/* bl_coverage__cover(b, account, region, &cover): the one of the place; made among the others where
 * nothing was delivered.  Valid until the next call. */
BL_STATUS bl_coverage__cover(struct bl_coverage__build *b, struct bl_str account,
    struct bl_str region, struct bl_recorder_cover **ret_cover);

/* bl_coverage__items(b): what recorder items say.  bl_coverage__trail(b): what CloudTrail says;
 * after the items. */
BL_STATUS bl_coverage__items(struct bl_coverage__build *b);
BL_STATUS bl_coverage__trail(struct bl_coverage__build *b);

/* bl_coverage__group_says(group, type): what it was told of the type. */
enum bl_records bl_coverage__group_says(const struct bl_recording_group *g, struct bl_str type);

/* A place of the report in the making. */
struct bl_coverage__place {
	struct bl_cover_place *out;
	struct bl_span_set part[BL_N_COVERS]; /* Disjoint; together the period. */
};

/* One report in the making. */
struct bl_coverage__reporting {
	struct bl_columns *columns;
	struct bl_store *store;
	const struct bl_coverage *coverage;
	const struct bl_coverage_options *o;
	uint64_t position;
	struct bl_arena *arena, *work;
	struct bl_coverage_report *out;
	struct bl_account_list *lists; /* [n_lists] of the store */
	size_t n_lists;
	const struct bl_account_list *list; /* The population; NULL: none */
	struct bl_cover_account *accounts;  /* [out->n_accounts] */
	struct bl_coverage__place *places;  /* [n_places] */
	size_t n_places;
	struct bl_gap *gaps; /* [n_gaps] */
	size_t n_gaps, cap_gaps;
	struct bl_err *err;
};

/* bl_coverage__add_gap: its text is kept.  bl_coverage__place_gaps: what no delivery shows of a
 * place.  bl_coverage__types: what was not recorded; moves time from KNOWN to NOT_RECORDED. */
BL_STATUS bl_coverage__add_gap(struct bl_coverage__reporting *r, const struct bl_gap *gap);
BL_STATUS bl_coverage__place_gaps(
    struct bl_coverage__reporting *r, const struct bl_coverage__place *place);
BL_STATUS bl_coverage__types(struct bl_coverage__reporting *r);

/* bl_coverage__list_date(text, name, &ns, reterr): of an account list by its reply's headers
 * (ResponseMetadata), else by a day in the name of its file; BL_INSTANT_MIN: neither has one.
 * _http_date: "Tue, 03 Feb 2026 10:11:12 GMT".  _name_date: the first 2026-02-03 or 20260203. */
BL_STATUS bl_coverage__list_date(
    struct bl_str text, struct bl_str name, int64_t *ret_ns, struct bl_err *reterr);
bool bl_coverage__http_date(struct bl_str s, int64_t *ret_ns);
bool bl_coverage__name_date(struct bl_str name, int64_t *ret_ns);

/* bl_coverage__documents(text, fn, ctx): each JSON document of a text, parsed into ${arena}, which
 * is reset before each.  A document that is no JSON is BL_EINPUT. */
typedef enum bl_status (*bl_coverage__document_fn)(
    void *ctx, const struct bl_json *root, struct bl_err *reterr);
BL_STATUS bl_coverage__documents(struct bl_json_parser *parser, struct bl_arena *arena,
    struct bl_str text, bl_coverage__document_fn fn, void *ctx, struct bl_err *reterr);

#endif
