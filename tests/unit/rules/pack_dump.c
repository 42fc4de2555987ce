/*
 * pack_dump FILE [NAME=VALUE...]: what bl_pack_load makes of a pack, one JSON object
 * a line, for the golden and differential tests.  Exit code 0: loaded, 1: refused, 2: no file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "rules/pack.h"

#define MAX_FILE ((size_t)4 << 20)
#define MAX_OVERRIDES 100

static void
put_str(struct bl_str s)
{
	if (s.ptr == NULL) {
		(void)fputs("null", stdout);
		return;
	}
	(void)putchar('"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c == '"' || c == '\\')
			(void)printf("\\%c", c);
		else if (c < 0x20)
			(void)printf("\\u%04x", c);
		else
			(void)putchar(c);
	}
	(void)putchar('"');
}

static void
put_list(const char *name, const struct bl_str *items, size_t n)
{
	(void)printf(", \"%s\": [", name);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			(void)fputs(", ", stdout);
		put_str(items[i]);
	}
	(void)putchar(']');
}

static void
put_rule(const struct bl_pack_rule *rule)
{
	static const char *const origins[] = {"literal", "default", "override"};

	(void)fputs("{\"rule\": ", stdout);
	put_str(rule->name);
	(void)fputs(", \"id\": ", stdout);
	put_str(rule->logical_id);
	(void)fputs(", \"owner\": ", stdout);
	put_str(rule->owner);
	(void)fputs(", \"identifier\": ", stdout);
	put_str(rule->identifier);
	(void)fputs(", \"description\": ", stdout);
	put_str(rule->description);
	(void)fputs(", \"frequency\": ", stdout);
	put_str(rule->frequency);
	put_list("types", rule->types, rule->n_types);
	put_list("controls", rule->controls, rule->n_controls);
	(void)fputs(", \"inputs\": {", stdout);
	for (size_t i = 0; i < rule->n_inputs; i++) {
		if (i > 0)
			(void)fputs(", ", stdout);
		put_str(rule->inputs[i].name);
		(void)fputs(": [", stdout);
		put_str(rule->inputs[i].value);
		(void)printf(", \"%s\"]", origins[rule->inputs[i].origin]);
	}
	(void)printf("}, \"line\": %u, \"column\": %u}\n", rule->line, rule->column);
}

static void
put_pack(const struct bl_pack *pack)
{
	char hex[BL_SHA256_HEX];

	(void)fputs("{\"pack\": ", stdout);
	put_str(pack->name);
	(void)printf(
	    ", \"rules\": %zu, \"dropped\": %zu, \"remediations\": %zu, \"parameters\": %zu, "
	    "\"sha256\": \"%s\"}\n",
	    pack->n_rules, pack->n_dropped, pack->n_remediations, pack->n_parameters,
	    bl_sha256_hex(&pack->sha256, hex));
	for (size_t i = 0; i < pack->n_rules; i++)
		put_rule(&pack->rules[i]);
}

static size_t
read_all(const char *path, char *text)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	n = fread(text, 1, MAX_FILE, f);
	(void)fclose(f);
	return n;
}

int
main(int argc, char **argv)
{
	struct bl_arena *arena = bl_arena_new((size_t)256 << 20);
	char *text = malloc(MAX_FILE);
	struct bl_rule_input overrides[MAX_OVERRIDES];
	const struct bl_pack *pack = NULL;
	const struct bl_pack_problem *problems = NULL;
	size_t n_problems = 0, n_overrides = 0, len;
	struct bl_err err = {0};
	enum bl_status status;

	if (argc < 2 || arena == NULL || text == NULL)
		return 2;
	len = read_all(argv[1], text);
	for (int i = 2; i < argc && n_overrides < MAX_OVERRIDES; i++) {
		struct bl_str arg = bl_str_of(argv[i]);
		size_t equals = bl_str_find_byte(arg, '=');

		if (equals == SIZE_MAX)
			return 2;
		overrides[n_overrides].name = bl_str_sub(arg, 0, equals);
		overrides[n_overrides++].value = bl_str_sub(arg, equals + 1, arg.len);
	}
	status = bl_pack_load(bl_str_of(argv[1]), (struct bl_str){text, len}, overrides,
	    n_overrides, arena, &pack, &problems, &n_problems, &err);
	for (size_t i = 0; i < n_problems; i++) {
		(void)printf("{\"line\": %u, \"column\": %u, \"level\": \"%s\", \"text\": ",
		    problems[i].line, problems[i].column, problems[i].error ? "error" : "warning");
		put_str(problems[i].text);
		(void)puts("}");
	}
	if (status == BL_OK)
		put_pack(pack);
	else
		(void)fprintf(stderr, "%s: %s\n", bl_status_name(status), err.text);
	bl_arena_free(&arena);
	free(text);
	return status == BL_OK ? 0 : 1;
}
