#include "cli/config.h"

#include <stdbool.h>

#include "base/arena.h"

static bool
is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

static size_t
bare_len(struct bl_str s)
{
	size_t n = 0;

	while (n < s.len && is_bare(s.ptr[n]))
		n++;
	return n;
}

/* "text" with \" and \\, or 'text'; what follows must be a comment or nothing. */
static bool
quoted(struct bl_str s, struct bl_arena *arena, struct bl_str *ret_value, struct bl_str *ret_rest)
{
	char quote = s.ptr[0];
	char *out = bl_new(arena, char, s.len + 1);
	size_t n = 0;

	if (out == NULL)
		return false;
	for (size_t i = 1; i < s.len; i++) {
		if (s.ptr[i] == quote) {
			*ret_value = (struct bl_str){out, n};
			*ret_rest = bl_str_sub(s, i + 1, s.len);
			return true;
		}
		if (quote == '"' && s.ptr[i] == '\\') {
			i++;
			if (i >= s.len || (s.ptr[i] != '"' && s.ptr[i] != '\\'))
				return false;
		}
		out[n++] = s.ptr[i];
	}
	return false;
}

static enum bl_status
parse_line(struct bl_str file, struct bl_str line, uint32_t number, struct bl_arena *arena,
    struct bl_config_entry *ret, struct bl_err *reterr)
{
	struct bl_str rest = bl_str_trim(line), value = {NULL, 0};
	uint32_t column = (uint32_t)(rest.ptr - line.ptr) + 1;
	size_t n = bare_len(rest);

	if (n == 0)
		return bl_fail_pos(reterr, BL_EINPUT, number, column,
		    "%.*s:%u:%u: expected a line such as store = \"/var/lib/beleg\"",
		    BL_STR_ARG(file), number, column);
	ret->key = bl_str_sub(rest, 0, n);
	rest = bl_str_trim(bl_str_sub(rest, n, rest.len));
	if (rest.len == 0 || rest.ptr[0] != '=')
		return bl_fail_pos(reterr, BL_EINPUT, number, column,
		    "%.*s:%u:%u: expected '=' behind %.*s", BL_STR_ARG(file), number, column,
		    BL_STR_ARG(ret->key));
	rest = bl_str_trim(bl_str_sub(rest, 1, rest.len));
	column = (uint32_t)(rest.ptr - line.ptr) + 1;
	if (rest.len > 0 && (rest.ptr[0] == '"' || rest.ptr[0] == '\'')) {
		if (!quoted(rest, arena, &value, &rest))
			value.ptr = NULL;
	} else if (bare_len(rest) > 0) {
		value = bl_str_sub(rest, 0, bare_len(rest));
		rest = bl_str_sub(rest, value.len, rest.len);
	}
	rest = bl_str_trim(rest);
	if (value.ptr == NULL || (rest.len > 0 && rest.ptr[0] != '#'))
		return bl_fail_pos(reterr, BL_EINPUT, number, column,
		    "%.*s:%u:%u: the value of %.*s must be one \"quoted\" text or a bare word",
		    BL_STR_ARG(file), number, column, BL_STR_ARG(ret->key));
	if (bl_str_dup(arena, value, &ret->value) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the configuration");
	return BL_OK;
}

enum bl_status
bl_config_parse(struct bl_str file, struct bl_str text, struct bl_arena *arena,
    struct bl_config_entry **ret_entries, size_t *ret_n, struct bl_err *reterr)
{
	struct bl_str rest = text, line;
	size_t n_lines = 1, n = 0;
	struct bl_config_entry *entries;
	uint32_t number = 0;

	for (size_t i = 0; i < text.len; i++)
		n_lines += text.ptr[i] == '\n';
	entries = bl_new(arena, struct bl_config_entry, n_lines);
	if (entries == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the configuration");
	while (bl_str_split(&rest, '\n', &line)) {
		struct bl_str trimmed = bl_str_trim(line);
		enum bl_status status;

		number++;
		if (trimmed.len == 0 || trimmed.ptr[0] == '#')
			continue;
		status = parse_line(file, line, number, arena, &entries[n++], reterr);
		if (status != BL_OK)
			return status;
	}
	*ret_entries = entries;
	*ret_n = n;
	return BL_OK;
}
