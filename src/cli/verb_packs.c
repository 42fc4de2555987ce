#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "rules/catalogue.h"
#include "rules/pack.h"
#include "json/writer.h"

/* One file's outcome. */
static enum bl_status
print_problems(struct bl_cli *cli, struct bl_str file, const struct bl_pack *pack,
    const struct bl_pack_problem *problems, size_t n)
{
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 24);
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &out, 0);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "file");
	bl_json_w_str(&w, file);
	bl_json_w_key(&w, "valid");
	bl_json_w_bool(&w, pack != NULL);
	bl_json_w_key(&w, "rules");
	bl_json_w_u64(&w, pack == NULL ? 0 : pack->n_rules);
	bl_json_w_key(&w, "problems");
	bl_json_w_array(&w);
	for (size_t i = 0; i < n; i++) {
		bl_json_w_object(&w);
		bl_json_w_key(&w, "severity");
		bl_json_w_z(&w, problems[i].error ? "error" : "warning");
		bl_json_w_key(&w, "line");
		bl_json_w_u64(&w, problems[i].line);
		bl_json_w_key(&w, "column");
		bl_json_w_u64(&w, problems[i].column);
		bl_json_w_key(&w, "text");
		bl_json_w_str(&w, problems[i].text);
		bl_json_w_close(&w);
	}
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &cli->err);
	if (status == BL_OK)
		status = bl_buf_add_byte(&out, '\n', &cli->err);
	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&out));
	bl_buf_release(&out);
	return status;
}

static int
validate_one(struct bl_cli *cli, const char *name)
{
	const struct bl_pack_problem *problems = NULL;
	const struct bl_pack *pack = NULL;
	struct bl_str file, text;
	size_t n = 0;
	enum bl_status status = bl_load_pack_text(cli, name, &file, &text);

	if (status != BL_OK)
		return bl_cli_fail(cli);
	status = bl_pack_load(file, text, NULL, 0, cli->arena, &pack, &problems, &n, &cli->err);
	if (status != BL_OK && status != BL_EINPUT)
		return bl_cli_fail(cli);
	if (cli->format == BL_FORMAT_JSON) {
		if (print_problems(cli, file, pack, problems, n) != BL_OK)
			return bl_cli_fail(cli);
		return status == BL_OK ? BL_EXIT_OK : BL_EXIT_ERROR;
	}
	for (size_t i = 0; i < n; i++)
		(void)fprintf(stderr, "%.*s:%" PRIu32 ":%" PRIu32 ": %s: %.*s\n", BL_STR_ARG(file),
		    problems[i].line, problems[i].column, problems[i].error ? "error" : "warning",
		    BL_STR_ARG(problems[i].text));
	if (status != BL_OK) {
		if (n == 0)
			return bl_cli_fail(cli);
		return BL_EXIT_ERROR;
	}
	(void)printf("%.*s: valid, %zu rules, %zu parameters\n", BL_STR_ARG(file), pack->n_rules,
	    pack->n_parameters);
	return BL_EXIT_OK;
}

static int
validate(struct bl_cli *cli)
{
	int code = BL_EXIT_OK;

	if (cli->n_args < 2)
		return bl_cli_usage(cli, "name the files to validate");
	for (int i = 1; i < cli->n_args; i++)
		if (validate_one(cli, cli->args[i]) != BL_EXIT_OK)
			code = BL_EXIT_ERROR;
	return code;
}

static int
list(struct bl_cli *cli)
{
	if (cli->n_args > 1)
		return bl_cli_usage(cli, "list takes no argument, found '%s'", cli->args[1]);
	if (cli->format == BL_FORMAT_CSV)
		bl_cli_write(BL_STR("name\r\n"));
	/* The names are ours: nothing in them wants quotes. */
	for (size_t i = 0; i < bl_catalogue_n_packs; i++)
		(void)printf(cli->format == BL_FORMAT_JSON  ? "{\"name\":\"%s\"}\n"
			     : cli->format == BL_FORMAT_CSV ? "%s\r\n"
							    : "%s\n",
		    bl_catalogue_packs[i].name);
	return BL_EXIT_OK;
}

static int
show(struct bl_cli *cli)
{
	struct bl_str file, text;

	if (cli->n_args != 2)
		return bl_cli_usage(cli, "name one pack to show");
	if (bl_load_pack_text(cli, cli->args[1], &file, &text) != BL_OK)
		return bl_cli_fail(cli);
	bl_cli_write(text);
	return BL_EXIT_OK;
}

static int
run(struct bl_cli *cli)
{
	const char *what = cli->n_args > 0 ? cli->args[0] : "";

	if (strcmp(what, "validate") == 0)
		return validate(cli);
	if (strcmp(what, "list") == 0)
		return list(cli);
	if (strcmp(what, "show") == 0)
		return show(cli);
	return bl_cli_usage(
	    cli, "expected: packs validate FILE..., packs list, or packs show NAME");
}

static const struct bl_option options[] = {BL_OPTION_FORMAT, BL_OPTION_QUIET, BL_OPTION_END};

const struct bl_verb bl_verb_packs = {
    .name = "packs",
    .synopsis = "validate FILE... | list | show NAME",
    .summary = "check conformance packs, list and show those that beleg carries",
    .text = "validate reads a conformance pack as AWS Config takes it (CloudFormation YAML or "
	    "JSON) and\n"
	    "reports every error and warning with line and column. list names the packs that this\n"
	    "build carries, show prints one: copy it, change it, give it with --pack.\n",
    .examples = "  $ beleg packs validate my-pack.yaml\n"
		"  $ beleg packs show nis2-kritis > my-pack.yaml\n",
    .options = options,
    .run = run,
};
