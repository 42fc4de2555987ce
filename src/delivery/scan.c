/* Strings, and the walk over raw members; where a value ends is in scan_run.c. */
#include "delivery/scan.h"

size_t
bl_scan__string(const char *bytes, size_t n, bool *escaped)
{
	size_t at = 0;

	if (*escaped && n > 0) {
		*escaped = false;
		at = 1;
	}
	for (; at < n; at++) {
		if (bytes[at] == '"')
			return at + 1;
		if (bytes[at] != '\\')
			continue;
		if (++at == n)
			*escaped = true;
	}
	return SIZE_MAX;
}

bool
bl_scan__walk(struct bl_str text, struct bl_scan_walk *ret_walk)
{
	if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '['))
		return false;
	*ret_walk = (struct bl_scan_walk){text, 1, text.ptr[0] == '{', true};
	return true;
}

static bool
skip_space(struct bl_scan_walk *walk)
{
	while (walk->at < walk->text.len && bl_scan__is_space(walk->text.ptr[walk->at]))
		walk->at++;
	return walk->at < walk->text.len;
}

/* The string that begins at walk->at, without its quotes. */
static bool
take_string(struct bl_scan_walk *walk, struct bl_str *ret)
{
	size_t from = walk->at + 1, len;
	bool escaped = false;

	if (walk->text.ptr[walk->at] != '"')
		return false;
	len = bl_scan__string(walk->text.ptr + from, walk->text.len - from, &escaped);
	if (len == SIZE_MAX)
		return false;
	*ret = (struct bl_str){walk->text.ptr + from, len - 1};
	walk->at = from + len;
	return true;
}

static bool
take_value(struct bl_scan_walk *walk, struct bl_str *ret)
{
	size_t from = walk->at;
	const char *p = walk->text.ptr;
	struct bl_str string;

	if (p[from] == '"') {
		if (!take_string(walk, &string))
			return false;
	} else if (p[from] == '{' || p[from] == '[') {
		struct bl_scan scan;

		bl_scan__begin(&scan, UINT32_MAX);
		walk->at += bl_scan__run(&scan, p + from, walk->text.len - from);
		if (scan.depth != 0)
			return false;
	} else {
		while (walk->at < walk->text.len && !bl_scan__is_space(p[walk->at]) &&
		       p[walk->at] != ',' && p[walk->at] != '}' && p[walk->at] != ']')
			walk->at++;
	}
	*ret = (struct bl_str){p + from, walk->at - from};
	return walk->at > from;
}

bool
bl_scan__next(struct bl_scan_walk *walk, struct bl_str *ret_key, struct bl_str *ret_value)
{
	struct bl_str key = {NULL, 0}, value;

	if (!skip_space(walk))
		return false;
	if (!walk->first) {
		if (walk->text.ptr[walk->at] != ',')
			return false;
		walk->at++;
		if (!skip_space(walk))
			return false;
	}
	walk->first = false;
	if (walk->object) {
		if (!take_string(walk, &key) || !skip_space(walk) ||
		    walk->text.ptr[walk->at] != ':')
			return false;
		walk->at++;
		if (!skip_space(walk))
			return false;
	}
	if (!take_value(walk, &value))
		return false;
	*ret_key = key;
	*ret_value = value;
	return true;
}

bool
bl_scan__member(struct bl_str text, struct bl_str key, struct bl_str *ret_value)
{
	struct bl_scan_walk walk;
	struct bl_str name, value;

	if (!bl_scan__walk(text, &walk) || !walk.object)
		return false;
	while (bl_scan__next(&walk, &name, &value)) {
		if (!bl_str_eq(name, key))
			continue;
		*ret_value = value;
		return true;
	}
	return false;
}
