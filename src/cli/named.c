#include "cli/named.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/named_files.h"
#include "cli/nearest.h"
#include "cli/rows_out.h"

/* What stands behind "-- KEY:" in the nth such line of the head; absent: no such line. */
static struct bl_str
head_line(struct bl_str text, const char *key, size_t n)
{
	struct bl_str rest = text, line, name = bl_str_of(key);

	while (rest.ptr != NULL && bl_str_split(&rest, '\n', &line)) {
		if (!bl_str_starts(line, BL_STR("--")))
			break;
		line = bl_str_trim(bl_str_sub(line, 2, line.len));
		if (!bl_str_starts(line, name) || line.len <= name.len || line.ptr[name.len] != ':')
			continue;
		if (n-- == 0)
			return bl_str_trim(bl_str_sub(line, name.len + 1, line.len));
	}
	return (struct bl_str){0};
}

void
bl_named_get(size_t i, struct bl_named_query *ret_query)
{
	struct bl_str text = bl_named__files[i].text, file = bl_str_of(bl_named__files[i].name);

	*ret_query = (struct bl_named_query){.name = bl_str_sub(file, 0, file.len - 4),
	    .text = text,
	    .title = head_line(text, "Title", 0),
	    .question = head_line(text, "Question", 0),
	    .controls = head_line(text, "Controls", 0),
	    .advanced = bl_str_eq(head_line(text, "Language", 0), BL_STR("advanced"))};
}

enum bl_status
bl_named_find(struct bl_cli *cli, const char *name, struct bl_named_query *ret_query)
{
	struct bl_nearest nearest = {.wanted = bl_str_of(name)};

	for (size_t i = 0; i < bl_named__n_files; i++) {
		bl_named_get(i, ret_query);
		if (bl_str_eq(ret_query->name, nearest.wanted))
			return BL_OK;
		bl_nearest_offer(&nearest, ret_query->name, (uint32_t)i);
	}
	return bl_fail(&cli->err, BL_ENOTFOUND,
	    "there is no query named '%s'; did you mean %.*s? (see: beleg query --list)", name,
	    BL_STR_ARG(nearest.best[0].text));
}

bool
bl_named_default(
    const struct bl_named_query *query, size_t n, struct bl_str *ret_name, struct bl_str *ret_value)
{
	struct bl_str line = head_line(query->text, "Parameter", n);
	size_t equals = bl_str_find_byte(line, '='), comma = bl_str_find_byte(line, ',');

	if (line.ptr == NULL || equals == SIZE_MAX)
		return false;
	*ret_name = bl_str_trim(bl_str_sub(line, 0, equals));
	*ret_value = bl_str_trim(
	    bl_str_sub(line, equals + 1, comma == SIZE_MAX || comma < equals ? line.len : comma));
	return true;
}

enum bl_status
bl_named_list(struct bl_cli *cli)
{
	static const struct bl_str titles[] = {{"name", sizeof("name") - 1},
	    {"language", sizeof("language") - 1}, {"title", sizeof("title") - 1},
	    {"controls", sizeof("controls") - 1}};
	struct bl_str *cells = bl_new(cli->arena, struct bl_str, bl_named__n_files * 4);
	struct bl_named_query q;
	enum bl_rows_form form = BL_ROWS_TABLE;
	enum bl_status status = bl_rows_form_of(cli, NULL, &form);

	if (cells == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory for the list");
	for (size_t i = 0; i < bl_named__n_files; i++) {
		bl_named_get(i, &q);
		cells[4 * i] = q.name;
		cells[4 * i + 1] = q.advanced ? BL_STR("advanced") : BL_STR("sql");
		cells[4 * i + 2] = q.title;
		cells[4 * i + 3] = q.controls;
	}
	if (status == BL_OK)
		status = bl_rows_out_texts(cli, form, NULL, titles, 4, cells, bl_named__n_files);
	return status;
}
