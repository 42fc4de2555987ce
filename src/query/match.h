#ifndef BL_QUERY_MATCH_H
#define BL_QUERY_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "query/value.h"

struct bl_arena;
struct bl_json;
struct bl_node;

/*
 * Tests as AWS Config's advanced queries make them.  A path goes through objects and, without being
 * told, through arrays; a test passes when ANY value at the path passes it; a value of another type
 * does not pass and is no error.  The result is never NULL.
 *
 * What compares:
 *	text and text		by bytes, with regard to case; as instants when both are dates
 *				(without a zone: UTC), as ranges when both are addresses
 *	number and number	exactly
 *	number and text		as numbers when the text is one, else never
 *	boolean and text	when the text is true or false, without regard to case
 *	date and number		the number as milliseconds since 1970, when it is at least 10^11
 *
 * Addresses: a value is the range from its first to its last address.  = holds for a range that
 * includes the whole operand, < and > for one that has an address below or above the operand,
 * BETWEEN for one that shares an address with it.  IPv4 and IPv6 never compare.
 *
 * Source: AWS Config Developer Guide, "Querying AWS resources", limitations and CIDR notation; how
 * text, number and boolean meet is what a search index does.
 */

enum bl_match_step_kind {
	BL_MATCH_MEMBER, /* name; of every element, where an array stands */
	BL_MATCH_INDEX,	 /* [index], from 0 */
	BL_MATCH_EACH,	 /* [*]: every element */
};

struct bl_match_step {
	enum bl_match_step_kind kind;
	uint32_t index;
	struct bl_str name;
};

enum bl_match_op {
	BL_MATCH_EXISTS, /* There is a value. */
	BL_MATCH_EQ,
	BL_MATCH_LT,
	BL_MATCH_LE,
	BL_MATCH_GT,
	BL_MATCH_GE,
	BL_MATCH_IN,	  /* One of the operands, as EQ. */
	BL_MATCH_BETWEEN, /* operands[0], operands[1] */
	BL_MATCH_LIKE,	  /* operands[0]: % and _; operands[1], if any: the escape character */
};

enum bl_match_operand_kind { BL_MATCH_TEXT, BL_MATCH_NUMBER, BL_MATCH_BOOLEAN };

/* Addresses as 16 bytes, big-endian. */
struct bl_match_range {
	uint8_t family; /* 0: none; 4, 6 */
	uint8_t first[16], last[16];
};

struct bl_match_operand {
	enum bl_match_operand_kind kind;
	struct bl_str text; /* Of a number: as written. */
	bool boolean;
	/* Made by bl_match_operand(). */
	bool is_number, is_date;
	int64_t ns;
	struct bl_match_range range;
};

struct bl_match_test {
	enum bl_match_op op;
	const struct bl_match_operand *operands; /* [n_operands] */
	uint32_t n_operands;
};

/* bl_match_operand(kind, text): what there is to know of an operand; ${text} is borrowed. */
struct bl_match_operand bl_match_operand(enum bl_match_operand_kind kind, struct bl_str text);

/* bl_match_date(text, &ns): an instant in one of AWS's forms, also without a zone (UTC). */
bool bl_match_date(struct bl_str text, int64_t *ret_ns);
/* bl_match_address(text, &range): "10.0.0.5", "10.0.0.0/8", "::/0". */
bool bl_match_address(struct bl_str text, struct bl_match_range *ret_range);

/* bl_match_value(test, value, &steps, &holds, reterr): does this one value pass?  NULL and JSON
 * null pass nothing.  Takes from ${steps}; BL_ELIMIT when they are spent. */
BL_STATUS bl_match_value(const struct bl_match_test *test, const struct bl_json *value,
    uint64_t *steps, bool *ret_holds, struct bl_err *reterr);

/* The values at a path, one after the other, in document order.  Empty arrays and JSON null are
 * none; ${fn} returns true to stop.  Returns whether it was stopped.  Recursion is bounded by
 * JSON's depth (BL_JSON_MAX_DEPTH). */
typedef bool (*bl_match_fn)(void *ctx, const struct bl_json *value);
bool bl_match_walk(const struct bl_json *root, const struct bl_match_step *steps, uint32_t n_steps,
    bl_match_fn fn, void *ctx);

/* bl_match_tags(tags, arena, &list, reterr): the list of {key, value, tag} that AWS makes of tags;
 * NULL gives an empty one. */
BL_STATUS bl_match_tags(const struct bl_json *tags, struct bl_arena *arena,
    const struct bl_json **ret_list, struct bl_err *reterr);

/*
 * Calls of the functions of fn_path.c, for those who make trees.  No text can call them: their
 * names begin with '$'.  ${root} is what the path starts from; ${steps} and ${test} must outlive
 * the expression.  The call's depth is set.
 *
 *	$match(root, ...)	boolean: does any value at the path pass? never NULL
 *	$pick(root, ...)	array(json): the values at the path; never NULL
 *
 * Tags (a MAP) are walked as the list of {key, value, tag} that AWS makes of them.
 */
BL_STATUS bl_match_call(struct bl_node *root, const struct bl_match_step *steps, uint32_t n_steps,
    const struct bl_match_test *test, struct bl_arena *arena, struct bl_node **ret_call,
    struct bl_err *reterr);
BL_STATUS bl_match_pick(struct bl_node *root, const struct bl_match_step *steps, uint32_t n_steps,
    struct bl_arena *arena, struct bl_node **ret_call, struct bl_err *reterr);

#endif
