#ifndef BL_RULES_RETENTION_H
#define BL_RULES_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_columns;

/*
 * How long evidence must stay, and what would be removable at a moment.  Nothing is removed: this
 * says what could be, and why the rest could not.
 *
 * A version may go only when its interval ended before the horizon of its type and account, no hold
 * covers it, and no delivery that stays held it: else a kept snapshot would name what is not there.
 */
struct bl_retention_period {
	uint32_t years, days; /* One of them is 0. */
};

/* Absent texts match everything; in the others, * stands for any bytes. */
struct bl_retention_rule {
	struct bl_str account, type;
	struct bl_retention_period keep;
};

struct bl_retention_hold {
	struct bl_str account, type, resource;
	int64_t from_ns, to_ns; /* Of what held within; MIN, MAX: always. */
	int64_t until_ns;	/* The hold itself ends; MAX: never. */
	struct bl_str reason;
	uint32_t line; /* In the policy. */
};

struct bl_retention {
	struct bl_retention_period keep; /* Where no rule matches. */
	struct bl_retention_rule *rules; /* [n_rules], the first that matches counts */
	size_t n_rules;
	struct bl_retention_hold *holds; /* [n_holds] */
	size_t n_holds;
};

#define BL_RETENTION_LIMIT 10000 /* Of rules, and of holds. */

/* bl_retention_parse(text, arena, &policy, reterr): a policy's YAML.  BL_EINPUT with line and
 * column. */
BL_STATUS bl_retention_parse(struct bl_str text, struct bl_arena *arena,
    const struct bl_retention **ret_policy, struct bl_err *reterr);

/* bl_retention_matches(pattern, text): * is any bytes; an absent pattern matches. */
bool bl_retention_matches(struct bl_str pattern, struct bl_str text);

/* bl_retention_horizon(period, at_ns): what ended before it is due. */
int64_t bl_retention_horizon(struct bl_retention_period period, int64_t at_ns);

/* Why a version stays, in the order of asking; the last one need not. */
enum bl_fate {
	BL_FATE_CURRENT, /* It holds at that moment. */
	BL_FATE_WITHIN,	 /* Its period is not over. */
	BL_FATE_HELD,	 /* A hold covers it. */
	BL_FATE_NEEDED,	 /* A delivery that stays held it. */
	BL_FATE_REMOVABLE,
};
#define BL_FATES 5

struct bl_retention_row {
	struct bl_str type, account;
	uint64_t n[BL_FATES], bytes[BL_FATES]; /* Versions; bytes of their JSON. */
};

struct bl_retention_held { /* By the hold of the same number. */
	bool expired;
	uint64_t versions, bytes, deliveries;
};

struct bl_retention_plan {
	int64_t at_ns;
	struct bl_retention_row *rows; /* [n], by type, account */
	size_t n;
	struct bl_retention_row total;
	uint64_t deliveries[BL_FATES]; /* WITHIN, HELD, REMOVABLE; their sum is all. */
	struct bl_retention_held *holds;
};

BL_STATUS bl_retention_plan(const struct bl_retention *policy, struct bl_columns *columns,
    int64_t at_ns, struct bl_arena *arena, const struct bl_retention_plan **ret_plan,
    struct bl_err *reterr);

#endif
