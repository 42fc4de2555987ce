#ifndef BL_COLUMNS_STEPS_H
#define BL_COLUMNS_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;

/*
 * A path of an item, as text: "configuration.ipPermissions[*].fromPort".  The first word is one of
 * the item's own columns; then come .name, ['any name'], [n] (from 1) and [*].
 */
#define BL_STEPS_LIMIT 64u	      /* Steps of a path. */
#define BL_STEPS_BYTES ((size_t)4096) /* Of its text. */

enum bl_root {
	BL_ROOT_VERSION,
	BL_ROOT_ACCOUNT,
	BL_ROOT_REGION,
	BL_ROOT_ZONE,
	BL_ROOT_TYPE,
	BL_ROOT_ID,
	BL_ROOT_NAME,
	BL_ROOT_ARN,
	BL_ROOT_CAPTURE,
	BL_ROOT_CREATED,
	BL_ROOT_STATUS,
	BL_ROOT_STATE_ID,
	BL_ROOT_TAGS,
	BL_ROOT_CONFIGURATION,
	BL_ROOT_SUPPLEMENTARY,
	BL_ROOT_RELATIONSHIPS,
};
#define BL_N_ROOTS 16

enum bl_step_kind { BL_STEP_KEY, BL_STEP_INDEX, BL_STEP_EACH };

struct bl_step {
	enum bl_step_kind kind;
	struct bl_str key;
	uint64_t index; /* From 0. */
};

struct bl_steps {
	struct bl_str text; /* As it was given; NUL-terminated. */
	enum bl_root root;
	struct bl_step step[BL_STEPS_LIMIT];
	uint32_t n;
	uint32_t n_each; /* [*] among them. */
};

/* bl_steps__parse(text, arena, &steps, reterr): BL_EINPUT with the byte where it goes wrong,
 * BL_ELIMIT for its length and its number of steps. */
BL_STATUS bl_steps__parse(struct bl_str text, struct bl_arena *arena,
    const struct bl_steps **ret_steps, struct bl_err *reterr);

/* bl_steps__rows(steps): the text up to the last [*], with it: whose rows a column of ${steps} has;
 * absent when there is none. */
struct bl_str bl_steps__rows(const struct bl_steps *steps);

#endif
