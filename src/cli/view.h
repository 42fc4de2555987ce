#ifndef BL_CLI_VIEW_H
#define BL_CLI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"
#include "cli/table.h"
#include "delivery/item.h"
#include "store/store.h"
#include "timeline/gaps.h"

struct bl_cli;
struct bl_columns;
struct bl_coverage;
struct bl_json_parser;
struct bl_resource;
struct bl_timeline;

/*
 * What the verbs about time (at, history, show, diff) share: the opened store as known at a
 * position, the choice of account, region and type, moments, items, rows.  Errors go to cli->err.
 */

/* --account, --region and --type; none of a kind: all. */
struct bl_choice {
	const struct bl_str *accounts, *regions, *types;
	size_t n_accounts, n_regions, n_types;
};

struct bl_view {
	struct bl_cli *cli;
	struct bl_store *store;
	struct bl_columns *columns;
	struct bl_json_parser *parser;
	struct bl_arena *scratch; /* For one item or resource. */
	const struct bl_coverage *coverage;
	const struct bl_gaps *gaps; /* No recorder is believed beyond its last delivery. */
	struct bl_choice choice;
	uint64_t position;	 /* 0: all */
	const uint32_t *n_known; /* [store types] versions known at the position: the first ones */
};

/* bl_view_open(cli, &view): the store of --store, --known-at and the choice.  Close it also after a
 * failure. */
BL_STATUS bl_view_open(struct bl_cli *cli, struct bl_view *ret_view);
void bl_view_close(struct bl_view *view);

#define BL_OPTION_ACCOUNT                                                                          \
	{                                                                                          \
		"account", 'a', "ID,...", "only these accounts", NULL, NULL                        \
	}
#define BL_OPTION_REGION                                                                           \
	{                                                                                          \
		"region", 'r', "NAME,...", "only these regions", NULL, NULL                        \
	}
#define BL_OPTION_TYPE                                                                             \
	{                                                                                          \
		"type", 'y', "TYPE,...",                                                           \
		    "only these resource types; AWS::EC2::* stands for all that begin so", NULL,   \
		    NULL                                                                           \
	}

/* bl_view_types(view, &type_nos, &n): the types of the choice, by name.  A named type of which no
 * item was delivered up to the position is BL_ENOTFOUND, with the nearest one that is there: not
 * recorded is not absent. */
BL_STATUS bl_view_types(const struct bl_view *view, uint32_t **ret_type_nos, size_t *ret_n);
/* bl_view_wants(view, account, region): does the choice hold them? */
bool bl_view_wants(const struct bl_view *view, struct bl_str account, struct bl_str region);
/* bl_view_timeline(view, type_nos, n, &timeline): in the view's arena. */
BL_STATUS bl_view_timeline(const struct bl_view *view, const uint32_t *type_nos, size_t n,
    const struct bl_timeline **ret_timeline);

/* bl_view_check(view, timeline): BL_ENOTFOUND for a named account or region that neither a recorder
 * nor a resource of the time line is of: a misspelt one must not look like one without resources.
 */
BL_STATUS bl_view_check(const struct bl_view *view, const struct bl_timeline *timeline);

/* A moment that somebody named. */
struct bl_moment {
	int64_t at_ns;
	bool each_at_its_last;	    /* "last": of each account and region its own. */
	const struct bl_gaps *gaps; /* What is not known, asked for that moment. */
};

/* bl_view_moment(view, text, &moment): an instant, "now", or "last": the newest delivery's moment,
 * for which each account and region that is less than a day older speaks (as evaluate does). */
BL_STATUS bl_view_moment(const struct bl_view *view, const char *text, struct bl_moment *ret);

/* One version, read: bytes, hash and item live in ${arena}. */
struct bl_view_item {
	struct bl_str bytes;
	struct bl_sha256 sha256;
	struct bl_item item;
};
BL_STATUS bl_view_item(const struct bl_view *view, struct bl_version_id version,
    struct bl_arena *arena, struct bl_view_item *ret_item);

/* bl_view_version(view, version, arena, &text): "AWS::EC2::Volume:12". */
BL_STATUS bl_view_version(const struct bl_view *view, struct bl_version_id version,
    struct bl_arena *arena, struct bl_str *ret_text);

/* bl_view_title(view, resource, arena, &text): "AWS::EC2::Volume vol-1 (name) 111122223333
 * eu-central-1", printable. */
BL_STATUS bl_view_title(const struct bl_view *view, const struct bl_resource *resource,
    struct bl_arena *arena, struct bl_str *ret_text);

/* Rows for --format table and csv: the titles of a CSV have _ for each blank. */
struct bl_rows {
	struct bl_cli *cli;
	const struct bl_table_column *columns;
	size_t n_columns, n;
	struct bl_table *table;
};
BL_STATUS bl_rows_begin(struct bl_cli *cli, const struct bl_table_column *columns, size_t n_columns,
    struct bl_rows *ret_rows);
BL_STATUS bl_rows_add(struct bl_rows *rows, const struct bl_str *cells);
BL_STATUS bl_rows_end(struct bl_rows *rows);

/* bl_view_when(ns, text): the instant; "" for BL_INSTANT_MIN, "-" for BL_INSTANT_MAX. */
struct bl_str bl_view_when(int64_t ns, char *text);

#endif
