#ifndef BL_JSON_JSON_PRIV_H
#define BL_JSON_JSON_PRIV_H

#include "json/json.h"
#include "json/json_shim.h"

/* One open array or object while the tree is built. */
struct bl_json__level {
	struct bl_json *node;
	struct bl_json *last; /* Its last child so far; NULL when it has none. */
};

/* One open array or object while a text is checked: what held around it. */
struct bl_json__open {
	uint32_t n_keys; /* Keys of the levels around it. */
	char closer;	 /* The bracket that closes the level around it. */
};

struct bl_json_parser {
	struct bl_json_limits limits; /* None is 0. */
	struct bl_json__index *index;
	struct bl_json__level *level;	/* [limits.max_depth] */
	const struct bl_json **members; /* Scratch of the search for duplicate keys. */
	size_t members_cap;
	struct bl_json__open *open; /* [limits.max_depth] */
	uint32_t *keys;		    /* Scratch of bl_json_check: short hashes of keys. */
	size_t keys_cap;
};

/* bl_json__duplicate(parser, object, &twice): the second member of an equal pair, or NULL.
 * O(n log n) whatever the keys are.  BL_ENOMEM. */
BL_STATUS bl_json__duplicate(struct bl_json_parser *parser, const struct bl_json *object,
    const struct bl_json **ret_twice, struct bl_err *reterr);

/* bl_json__is_number(s): is all of it a number of RFC 8259? */
bool bl_json__is_number(struct bl_str s);

/* bl_json__unescape(s, &at): in place; the new length, or SIZE_MAX with the index of the
 * bad escape in ${at}. */
size_t bl_json__unescape(char *s, size_t len, size_t *ret_at);

/* bl_json__escapes_ok(s): is each backslash in ${s} the beginning of a valid escape? */
bool bl_json__escapes_ok(struct bl_str s);

/* bl_json__explain(text, reterr): why the first stage refused ${text}: BL_EINPUT. */
BL_STATUS bl_json__explain(struct bl_str text, struct bl_err *reterr);

#endif
