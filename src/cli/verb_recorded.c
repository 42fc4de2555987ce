#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "columns/columns.h"
#include "delivery/item.h"
#include "store/store.h"
#include "timeline/timeline.h"
#include "json/json.h"
#include "json/writer.h"

#define PRINT_BYTES ((size_t)1 << 30)
#define SCRATCH_BYTES ((size_t)256 << 20)
#define N_COLUMNS 7

static const struct bl_table_column columns[N_COLUMNS] = {{"rule_name", false},
    {"account_id", false}, {"region", false}, {"resource_type", false}, {"resource_id", false},
    {"compliance", false}, {"recorded_time", false}};

struct printer {
	struct bl_cli *cli;
	struct bl_store *store;
	struct bl_arena *scratch;
	struct bl_json_parser *parser;
	struct bl_table *table;
	struct bl_buf out;
};

static enum bl_status
print_row(struct printer *p, const struct bl_str *cells)
{
	struct bl_err *err = &p->cli->err;
	struct bl_json_w w;
	enum bl_status status = BL_OK;

	switch (p->cli->format) {
	case BL_FORMAT_TABLE: return bl_table_row(p->table, cells, err);
	case BL_FORMAT_CSV: status = bl_table_csv(cells, N_COLUMNS, &p->out, err); break;
	case BL_FORMAT_JSON:
		bl_json_w_begin(&w, &p->out, 0);
		bl_json_w_object(&w);
		for (size_t i = 0; i < N_COLUMNS; i++) {
			bl_json_w_key(&w, columns[i].title);
			bl_json_w_str(&w, cells[i]);
		}
		bl_json_w_close(&w);
		status = bl_json_w_end(&w, err);
		if (status == BL_OK)
			status = bl_buf_add_byte(&p->out, '\n', err);
		break;
	}
	bl_cli_write(bl_buf_str(&p->out));
	p->out.len = 0;
	return status;
}

static enum bl_status
print_resource(struct printer *p, const struct bl_resource *r, const struct bl_state *state)
{
	char when[BL_INSTANT_TEXT];
	const struct bl_json *list;
	struct bl_sha256 sha256;
	struct bl_str bytes;
	struct bl_item item;
	enum bl_status status;

	bl_arena_reset(p->scratch);
	status = bl_store_read(p->store, state->version, p->scratch, &bytes, &sha256, &p->cli->err);
	if (status == BL_OK)
		status = bl_item_parse(p->parser, bytes, p->scratch, &item, &p->cli->err);
	if (status != BL_OK)
		return status;
	list = bl_json_get(item.configuration, BL_STR("configRuleList"));
	for (const struct bl_json *e = list == NULL ? NULL : list->first;
	     e != NULL && status == BL_OK; e = e->next) {
		struct bl_str name = bl_json_str(bl_json_get(e, BL_STR("configRuleName")));
		const char *only = bl_cli_value(p->cli, "rule");
		struct bl_str cells[N_COLUMNS] = {name, r->account, r->region,
		    bl_json_str(bl_json_get(item.configuration, BL_STR("targetResourceType"))),
		    bl_json_str(bl_json_get(item.configuration, BL_STR("targetResourceId"))),
		    bl_json_str(bl_json_get(e, BL_STR("complianceType"))),
		    bl_str_of(bl_instant_format(item.capture_ns, when))};

		if (only == NULL || bl_str_starts(name, bl_str_of(only)))
			status = print_row(p, cells);
	}
	return status;
}

/* The state at the moment, or the last one. */
static const struct bl_state *
choose_state(const struct bl_resource *r, bool at_given, int64_t at_ns)
{
	const struct bl_state *s =
	    at_given ? bl_timeline_at(r, at_ns) : &r->states[r->n_states - 1];

	return s != NULL && s->kind == BL_STATE_ITEM && bl_item_exists(s->status) ? s : NULL;
}

static enum bl_status
print_all(struct printer *p)
{
	uint32_t type_no = bl_store_type_no(p->store, BL_STR("AWS::Config::ResourceCompliance"));
	const struct bl_timeline *timeline = NULL;
	struct bl_columns *derived = NULL;
	bool at_given = bl_cli_value(p->cli, "at") != NULL;
	uint64_t position = 0;
	int64_t at_ns = 0;
	enum bl_status status = bl_load_known_at(p->cli, p->store, &position);

	if (status == BL_OK && at_given)
		status = bl_load_instant(p->cli, "at", &at_ns);
	if (status == BL_OK && p->cli->format == BL_FORMAT_CSV)
		(void)fputs("rule_name,account_id,region,resource_type,resource_id,compliance,"
			    "recorded_time\r\n",
		    stdout);
	if (status != BL_OK || type_no == UINT32_MAX)
		return status;
	status = bl_columns_new(p->store, BL_COLUMNS_FILES, &derived, &p->cli->err);
	if (status == BL_OK)
		status = bl_timeline_build(
		    derived, &type_no, 1, position, p->cli->arena, &timeline, &p->cli->err);
	bl_columns_free(&derived);
	for (size_t i = 0; status == BL_OK && i < timeline->n; i++) {
		const struct bl_state *s = choose_state(&timeline->resources[i], at_given, at_ns);

		if (s != NULL)
			status = print_resource(p, &timeline->resources[i], s);
	}
	return status;
}

static int
run(struct bl_cli *cli)
{
	struct printer p = {.cli = cli, .out = BL_BUF_INIT(PRINT_BYTES)};
	enum bl_status status;
	int code = BL_EXIT_OK;

	if (cli->n_args > 0)
		return bl_cli_usage(cli, "no argument expected, found '%s'", cli->args[0]);
	p.scratch = bl_arena_new(SCRATCH_BYTES);
	status = p.scratch != NULL
		     ? bl_json_parser_new((struct bl_json_limits){0}, &p.parser, &cli->err)
		     : bl_fail(&cli->err, BL_ENOMEM, "no memory");
	if (status == BL_OK)
		status = bl_cli_open_store(cli, BL_STORE_READ, &p.store);
	if (status == BL_OK)
		status = bl_table_new(cli->arena, columns, N_COLUMNS, &p.table, &cli->err);
	if (status == BL_OK)
		status = print_all(&p);
	if (status == BL_OK && cli->format == BL_FORMAT_TABLE) {
		status = bl_table_print(p.table, cli->color, &p.out, &cli->err);
		if (status == BL_OK)
			bl_cli_write(bl_buf_str(&p.out));
	}
	if (status != BL_OK)
		code = bl_cli_fail(cli);
	bl_store_close(&p.store);
	bl_json_parser_free(&p.parser);
	bl_arena_free(&p.scratch);
	bl_buf_release(&p.out);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"at", 't', "INSTANT", "the moment (default: the last known)", NULL, NULL},
    {"rule", 'r', "PREFIX", "only rules whose name begins with this", NULL, NULL},
    BL_OPTION_KNOWN_AT,
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_recorded = {
    .name = "recorded",
    .synopsis = "",
    .summary = "list AWS Config's own verdicts, as they were delivered",
    .text = "Prints one row for each rule and resource that AWS::Config::ResourceCompliance items "
	    "name:\n"
	    "what AWS Config itself found. With --format json one object a line.\n",
    .examples = "  $ beleg recorded -s store --rule securityhub-iam\n"
		"  $ beleg recorded -s store --at 2026-01-31 --format csv > verdicts.csv\n",
    .options = options,
    .run = run,
};
