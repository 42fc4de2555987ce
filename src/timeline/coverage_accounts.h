#ifndef BL_TIMELINE_COVERAGE_ACCOUNTS_H
#define BL_TIMELINE_COVERAGE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_json_parser;
struct bl_store;

/* One account, as `aws organizations list-accounts` names it. */
struct bl_listed_account {
	struct bl_str id;     /* 12 digits */
	struct bl_str name;   /* May be absent. */
	struct bl_str status; /* "ACTIVE", "SUSPENDED", "PENDING_CLOSURE"; absent: not told */
	int64_t joined_ns;    /* BL_INSTANT_MIN: not told */
};

struct bl_account_list {
	const struct bl_listed_account *accounts; /* [n] by id, each once */
	size_t n;
	bool has_more;	   /* Its last page says that there is a further one (NextToken). */
	uint64_t position; /* Of the delivery that brought it; 0: from a file. */
	int64_t date_ns;   /* Its own date; BL_INSTANT_MIN: it has none. */
};

/*
 * bl_coverage_accounts_read(text, arena, &list, reterr): from the output of list-accounts: one
 * page, several in a row, or an array of pages or of accounts.  An account that stands in two
 * pages counts as the later one has it.  BL_EINPUT: not such a list, an Id that is not 12 digits,
 * a time that cannot be read.
 */
BL_STATUS bl_coverage_accounts_read(struct bl_str text, struct bl_arena *arena,
    struct bl_account_list *ret_list, struct bl_err *reterr);

/* bl_coverage_accounts_stored(store, position, tolerant, arena, &lists, &n, reterr): every account
 * list of the store up to ${position} (0: all), the newest last: by their dates, then by position;
 * one without a date counts as of the latest date among those that came before it.  One that
 * cannot be read is BL_EINPUT, or left out when ${tolerant}. */
BL_STATUS bl_coverage_accounts_stored(struct bl_store *store, uint64_t position, bool tolerant,
    struct bl_arena *arena, struct bl_account_list **ret_lists, size_t *ret_n,
    struct bl_err *reterr);

/* bl_coverage_accounts_newest(store, position, arena, &list, reterr): the last of these alone; NULL
 * when there is none.  BL_EINPUT: it cannot be read. */
BL_STATUS bl_coverage_accounts_newest(struct bl_store *store, uint64_t position,
    struct bl_arena *arena, const struct bl_account_list **ret_list, struct bl_err *reterr);

/* bl_coverage_accounts_find(list, id): or NULL. */
const struct bl_listed_account *bl_coverage_accounts_find(
    const struct bl_account_list *list, struct bl_str id);

#endif
