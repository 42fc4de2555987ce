#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "os/os.h"
#include "rules/catalogue.h"
#include "rules/rule.h"
#include "json/json.h"
#include "json/writer.h"

#define RULE_BYTES ((size_t)256 << 10)

static enum bl_status
print_list(struct bl_cli *cli, const struct bl_catalogue *c)
{
	static const struct bl_table_column columns[] = {
	    {"identifier", false}, {"name", false}, {"sha256", false}, {"title", false}};
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 24);
	struct bl_table *t;
	enum bl_status status = bl_table_new(cli->arena, columns, 4, &t, &cli->err);

	if (status == BL_OK && cli->format == BL_FORMAT_CSV)
		status = bl_buf_add(&out, BL_STR("identifier,name,sha256,title\r\n"), &cli->err);
	for (size_t i = 0; i < c->n && status == BL_OK; i++) {
		const struct bl_rule *r = c->rules[i];
		char sha[BL_SHA256_HEX];
		struct bl_str cells[4] = {
		    r->identifier, r->name, bl_str_of(bl_sha256_hex(&r->sha256, sha)), r->title};
		struct bl_json_w w;

		if (cli->format == BL_FORMAT_TABLE) {
			cells[2].len = 12;
			status = bl_table_row(t, cells, &cli->err);
			continue;
		}
		if (cli->format == BL_FORMAT_CSV) {
			status = bl_table_csv(cells, 4, &out, &cli->err);
			continue;
		}
		bl_json_w_begin(&w, &out, 0);
		bl_json_w_object(&w);
		for (size_t k = 0; k < 4; k++) {
			bl_json_w_key(&w, columns[k].title);
			bl_json_w_str(&w, cells[k]);
		}
		bl_json_w_close(&w);
		status = bl_json_w_end(&w, &cli->err);
		if (status == BL_OK)
			status = bl_buf_add_byte(&out, '\n', &cli->err);
	}
	if (status == BL_OK && cli->format == BL_FORMAT_TABLE)
		status = bl_table_print(t, cli->color, &out, &cli->err);
	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&out));
	bl_buf_release(&out);
	return status;
}

/* Worked examples of one rule file, or of all that beleg carries. */
static enum bl_status
test_rule(struct bl_cli *cli, const struct bl_rule *rule, struct bl_json_parser *parser)
{
	size_t n = 0;
	enum bl_status status = bl_rule_test(rule, parser, cli->arena, &n, &cli->err);

	if (status == BL_OK)
		(void)printf("%.*s: %zu examples hold\n", BL_STR_ARG(rule->identifier), n);
	return status;
}

static enum bl_status
test(struct bl_cli *cli, const struct bl_catalogue *c)
{
	struct bl_json_parser *parser = NULL;
	enum bl_status status = bl_json_parser_new((struct bl_json_limits){0}, &parser, &cli->err);

	for (size_t i = 0; cli->n_args == 1 && i < c->n && status == BL_OK; i++)
		status = test_rule(cli, c->rules[i], parser);
	for (int i = 1; i < cli->n_args && status == BL_OK; i++) {
		const struct bl_rule *rule = NULL;
		struct bl_str text;

		status = bl_os_read_file(
		    cli->os, cli->arena, cli->args[i], RULE_BYTES, &text, &cli->err);
		if (status == BL_OK)
			status = bl_rule_load(
			    bl_str_of(cli->args[i]), text, cli->arena, &rule, &cli->err);
		if (status == BL_OK)
			status = test_rule(cli, rule, parser);
	}
	bl_json_parser_free(&parser);
	return status;
}

static int
run(struct bl_cli *cli)
{
	const char *what = cli->n_args > 0 ? cli->args[0] : "list";
	const struct bl_catalogue *c = NULL;
	const struct bl_rule *rule;
	enum bl_status status = bl_catalogue_load(cli->arena, &c, &cli->err);

	if (status != BL_OK)
		return bl_cli_fail(cli);
	if (strcmp(what, "list") == 0 && cli->n_args <= 1)
		return print_list(cli, c) == BL_OK ? BL_EXIT_OK : bl_cli_fail(cli);
	if (strcmp(what, "test") == 0)
		return test(cli, c) == BL_OK ? BL_EXIT_OK : bl_cli_fail(cli);
	if (strcmp(what, "show") != 0 || cli->n_args != 2)
		return bl_cli_usage(cli,
		    "expected: rules list, rules show IDENTIFIER, or rules test "
		    "[FILE...]");
	rule = bl_catalogue_find(c, bl_str_of(cli->args[1]));
	if (rule == NULL)
		return bl_cli_usage(
		    cli, "this build does not evaluate %s (see: beleg rules list)", cli->args[1]);
	bl_cli_write(rule->text);
	return BL_EXIT_OK;
}

static const struct bl_option options[] = {BL_OPTION_FORMAT, BL_OPTION_QUIET, BL_OPTION_END};

const struct bl_verb bl_verb_rules = {
    .name = "rules",
    .synopsis = "[list | show IDENTIFIER | test [FILE...]]",
    .summary = "the rules that beleg evaluates, as the text that judges",
    .text =
	"list names every managed rule that this build evaluates, with the SHA-256 of its text.\n"
	"show prints the text: what is looked at, when the rule applies, what it cannot show, and\n"
	"worked examples. test runs the worked examples, of all rules or of rule files.\n",
    .examples = "  $ beleg rules list\n"
		"  $ beleg rules show ENCRYPTED_VOLUMES\n"
		"  $ beleg rules test my-rule.yaml\n",
    .options = options,
    .run = run,
};
