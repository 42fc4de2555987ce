/*
 * The outer members of an item, found in its compact bytes: most of an item is its configuration,
 * and most questions are about something else, or about one member of it.
 */
#include <string.h>

#include "columns/columns_priv.h"
#include "columns/node.h"

enum outer {
	OUTER_OTHER,
	OUTER_CONFIGURATION,
	OUTER_TAGS,
	OUTER_SUPPLEMENTARY,
	OUTER_RELATIONSHIPS
};

static const struct {
	const char *name;
	enum outer what;
} outers[] = {
    {"configuration", OUTER_CONFIGURATION},
    {"Configuration", OUTER_CONFIGURATION},
    {"tags", OUTER_TAGS},
    {"Tags", OUTER_TAGS},
    {"supplementaryConfiguration", OUTER_SUPPLEMENTARY},
    {"SupplementaryConfiguration", OUTER_SUPPLEMENTARY},
    {"relationships", OUTER_RELATIONSHIPS},
    {"Relationships", OUTER_RELATIONSHIPS},
};

struct member {
	struct bl_str key;  /* As it stands, without quotes. */
	struct bl_str rest; /* From the value's first byte on. */
	enum outer what;
};

struct walk {
	struct bl_str bytes;
	size_t at;
	bool sure;
};

static enum outer
outer_of(struct bl_str key)
{
	for (size_t i = 0; i < sizeof(outers) / sizeof(outers[0]); i++)
		if (bl_str_eq(key, bl_str_of(outers[i].name)))
			return outers[i].what;
	return OUTER_OTHER;
}

static bool
unsure(struct walk *w)
{
	w->sure = false;
	return false;
}

/* The member at w->at; false at the end, or when not sure. */
static bool
next_member(struct walk *w, struct member *ret)
{
	struct bl_str rest = bl_str_sub(w->bytes, w->at, w->bytes.len), quoted;
	size_t len;

	if (w->at == 0 && rest.len >= 2 && rest.ptr[0] == '{' && rest.ptr[1] != '}') {
		w->at = 1;
		rest = bl_str_sub(rest, 1, rest.len);
	}
	if (w->at == 0 || rest.len == 0)
		return unsure(w);
	len = rest.ptr[0] == '"' ? bl_place__skip(rest) : SIZE_MAX;
	if (len == SIZE_MAX || len + 1 >= rest.len || rest.ptr[len] != ':')
		return unsure(w);
	quoted = bl_str_sub(rest, 0, len);
	if (memchr(quoted.ptr, '\\', quoted.len) != NULL)
		return unsure(w);
	ret->key = bl_str_sub(quoted, 1, len - 1);
	ret->rest = bl_str_sub(rest, len + 1, rest.len);
	ret->what = outer_of(ret->key);
	w->at += len + 1;
	return true;
}

/* Behind the value of a member: *ret_more says whether another one follows. */
static bool
skip_value(struct walk *w, const struct member *m, struct bl_str *ret_value, bool *ret_more)
{
	size_t len = bl_place__skip(m->rest);

	if (len == SIZE_MAX || len >= m->rest.len ||
	    (m->rest.ptr[len] != ',' && m->rest.ptr[len] != '}'))
		return unsure(w);
	*ret_value = bl_str_sub(m->rest, 0, len);
	*ret_more = m->rest.ptr[len] == ',';
	if (!*ret_more && len + 1 != m->rest.len)
		return unsure(w);
	w->at += len + 1;
	return true;
}

bool
bl_reduce__find(struct bl_str bytes, enum bl_root root, struct bl_str *ret_value)
{
	enum outer what = root == BL_ROOT_TAGS ? OUTER_TAGS : OUTER_CONFIGURATION;
	struct walk w = {.bytes = bytes, .sure = true};
	struct member m;
	struct bl_str value;
	bool more = true;

	while (more) {
		if (!next_member(&w, &m))
			return false;
		if (m.what == what && m.rest.len > 0 && m.rest.ptr[0] == '{') {
			*ret_value = m.rest;
			return true;
		}
		/* Null is as good as absent; a text may hold an object. */
		if (!skip_value(&w, &m, &value, &more) ||
		    (m.what == what && !bl_str_eq(value, BL_STR("null"))))
			return false;
	}
	*ret_value = (struct bl_str){.ptr = NULL};
	return true;
}

/* What stands for a member's value; absent: the member is left out. */
static struct bl_str
stand_in(const struct member *m, struct bl_str value, unsigned keep)
{
	bool kept = m->what == OUTER_OTHER ||
		    (m->what == OUTER_SUPPLEMENTARY && (keep & BL_REDUCE_SUPPLEMENTARY) != 0) ||
		    (m->what == OUTER_RELATIONSHIPS && (keep & BL_REDUCE_RELATIONSHIPS) != 0);

	if (kept)
		return value;
	/* Its kind tells the dialect. */
	if (m->what == OUTER_CONFIGURATION)
		return value.ptr[0] == '{'   ? BL_STR("{}")
		       : value.ptr[0] == '"' ? BL_STR("\"null\"")
					     : value;
	return (struct bl_str){.ptr = NULL};
}

static enum bl_status
add_member(struct bl_buf *out, struct bl_str key, struct bl_str value, struct bl_err *reterr)
{
	enum bl_status status =
	    bl_buf_add(out, out->len == 1 ? BL_STR("\"") : BL_STR(",\""), reterr);

	if (status == BL_OK)
		status = bl_buf_add(out, key, reterr);
	if (status == BL_OK)
		status = bl_buf_add(out, BL_STR("\":"), reterr);
	return status == BL_OK ? bl_buf_add(out, value, reterr) : status;
}

enum bl_status
bl_reduce__item(
    struct bl_str bytes, unsigned keep, struct bl_buf *out, bool *ret_sure, struct bl_err *reterr)
{
	struct walk w = {.bytes = bytes, .sure = true};
	struct member m;
	struct bl_str value, stands;
	bool more = true;
	enum bl_status status;

	out->len = 0;
	status = bl_buf_add_byte(out, '{', reterr);
	while (
	    status == BL_OK && more && next_member(&w, &m) && skip_value(&w, &m, &value, &more)) {
		stands = stand_in(&m, value, keep);
		if (stands.ptr != NULL)
			status = add_member(out, m.key, stands, reterr);
	}
	if (status == BL_OK)
		status = bl_buf_add_byte(out, '}', reterr);
	*ret_sure = w.sure;
	return status;
}
