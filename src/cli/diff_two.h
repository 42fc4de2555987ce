#ifndef BL_CLI_DIFF_TWO_H
#define BL_CLI_DIFF_TWO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/str.h"
#include "timeline/gaps.h"

struct bl_json_change;
struct bl_moment;
struct bl_resource;
struct bl_state;
struct bl_view;

/* One resource at two moments. */
enum bl_two_kind {
	BL_TWO_ABSENT,	  /* Not there at either, nor in between. */
	BL_TWO_UNCHANGED, /* The same content at both. */
	BL_TWO_CHANGED,
	BL_TWO_RECREATED, /* There at both, deleted or gone in between. */
	BL_TWO_CREATED,
	BL_TWO_DELETED,	 /* By a deletion item. */
	BL_TWO_VANISHED, /* Gone without one. */
	BL_TWO_PASSED,	 /* There in between only. */
	BL_TWO_NOT_KNOWN,
	BL_N_TWO
};
const char *bl_two_name(enum bl_two_kind kind); /* "created", "came-and-went", ... */

struct bl_two_options {
	const struct bl_str *ignored; /* [n_ignored] paths */
	size_t n_ignored;
};

struct bl_two {
	enum bl_two_kind kind;
	enum bl_gap_why why;		       /* NOT_KNOWN */
	const struct bl_state *before, *after; /* NULL: absent then. */
	struct bl_json_change *changes;	       /* [n_changes] CHANGED, RECREATED */
	size_t n_changes;
};

/* bl_two_compare(view, resource, from, to, options, &two): in the view's scratch arena. */
BL_STATUS bl_two_compare(const struct bl_view *view, const struct bl_resource *resource,
    const struct bl_moment *from, const struct bl_moment *to, const struct bl_two_options *options,
    struct bl_two *ret_two);

#endif
