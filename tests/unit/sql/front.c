#include "front.h"

#include <stdio.h>
#include <string.h>

#define NOW_NS (INT64_C(1769860800) * 1000000000) /* 2026-01-31T12:00:00Z */

static const struct bl_datatype varchar = {.kind = BL_TYPE_VARCHAR};
static const struct bl_datatype tags = {.kind = BL_TYPE_MAP, .key = &varchar, .element = &varchar};
static const struct bl_datatype texts = {.kind = BL_TYPE_ARRAY, .element = &varchar};

/* name, item */
static const char *const item_columns[][2] = {{"configurationItemVersion", "version"},
    {"configurationItemCaptureTime", NULL}, {"configurationStateId", NULL},
    {"awsAccountId", "accountId"}, {"configurationItemStatus", "configurationItemStatus"},
    {"resourceType", "resourceType"}, {"resourceId", "resourceId"},
    {"resourceName", "resourceName"}, {"ARN", "arn"}, {"awsRegion", "awsRegion"},
    {"availabilityZone", "availabilityZone"}, {"configurationStateMd5Hash", NULL},
    {"configuration", "json_format(configuration)"}, {"supplementaryConfiguration", NULL},
    {"tags", "tags"}, {"resourceCreationTime", NULL}, {"relationships", NULL}};
#define N_ITEM (sizeof(item_columns) / sizeof(item_columns[0]))

static struct bl_field fields[N_ITEM];
static struct bl_datatype row, rows;

static const char *const snapshot_columns[] = {"fileVersion", "configSnapshotId",
    "configurationitems", "accountid", "account_id", "account", "region", "dt", "date",
    "datasource", "p_account", "p_region", "p_date", "$path", "$latest"};
#define N_SNAPSHOT (sizeof(snapshot_columns) / sizeof(snapshot_columns[0]))
static struct bl_source_column columns[N_SNAPSHOT + N_ITEM];
static struct bl_source snapshots, unnested, people;

static BL_STATUS
unnest(const struct bl_source *source, uint32_t column, struct bl_arena *arena,
    const struct bl_source **ret, struct bl_err *reterr)
{
	(void)source;
	(void)arena;
	if (column != 2)
		return bl_fail(reterr, BL_EUNSUPPORTED, "no array of rows");
	*ret = &unnested;
	return BL_OK;
}

static const struct bl_source_class class = {.unnest = unnest};
static const struct bl_source_class plain_class = {0};

static const struct bl_source_column people_columns[] = {
    {.name = {"id", 2}, .type = {.kind = BL_TYPE_BIGINT}},
    {.name = {"name", 4}, .type = {.kind = BL_TYPE_VARCHAR}},
    {.name = {"team", 4}, .type = {.kind = BL_TYPE_BIGINT}},
    {.name = {"pay", 3}, .type = {.kind = BL_TYPE_DOUBLE}},
    {.name = {"since", 5}, .type = {.kind = BL_TYPE_DATE}},
};

static void
make_tables(void)
{
	if (snapshots.class != NULL)
		return;
	for (size_t i = 0; i < N_ITEM; i++) {
		struct bl_datatype type = varchar;

		if (strcmp(item_columns[i][0], "tags") == 0 ||
		    strcmp(item_columns[i][0], "supplementaryConfiguration") == 0)
			type = tags;
		if (strcmp(item_columns[i][0], "relationships") == 0)
			type = texts;
		if (strcmp(item_columns[i][0], "configurationStateId") == 0)
			type = *bl_type_of(BL_TYPE_BIGINT);
		fields[i] = (struct bl_field){bl_str_of(item_columns[i][0]), type};
		columns[N_SNAPSHOT + i] = (struct bl_source_column){
		    .name = fields[i].name, .type = type, .item = bl_str_of(item_columns[i][1])};
	}
	row = (struct bl_datatype){.kind = BL_TYPE_ROW, .fields = fields, .n_fields = N_ITEM};
	rows = bl_type_array(&row);
	for (size_t i = 0; i < N_SNAPSHOT; i++) {
		const char *name = snapshot_columns[i];

		columns[i] = (struct bl_source_column){.name = bl_str_of(name),
		    .type = i == 2 ? rows : varchar,
		    .hidden = name[0] == '$',
		    .date_text = strcmp(name, "dt") == 0 || strcmp(name, "date") == 0};
		if (strcmp(name, "$latest") == 0)
			columns[i].type = *bl_type_of(BL_TYPE_BOOLEAN);
	}
	unnested = (struct bl_source){.name = BL_STR("config_snapshots"),
	    .columns = columns,
	    .n_columns = N_SNAPSHOT + N_ITEM,
	    .class = &class};
	people = (struct bl_source){.name = BL_STR("people"),
	    .columns = people_columns,
	    .n_columns = 5,
	    .class = &plain_class};
	snapshots = unnested;
	snapshots.n_columns = N_SNAPSHOT;
}

static BL_STATUS
find(void *ctx, struct bl_str schema, struct bl_str name, const struct bl_as_of *as_of,
    struct bl_arena *arena, struct bl_found *ret, struct bl_err *reterr)
{
	(void)ctx;
	(void)schema;
	(void)as_of;
	(void)arena;
	if (bl_str_eq_ci(name, BL_STR("nix")))
		return bl_fail(reterr, BL_ENOTFOUND, "there is no table nix");
	if (bl_str_eq_ci(name, BL_STR("people"))) {
		ret->source = &people;
		return BL_OK;
	}
	ret->source = NULL;
	if (bl_str_eq_ci(name, BL_STR("loop")))
		ret->view = BL_STR("SELECT * FROM loop");
	else if (bl_str_eq_ci(name, BL_STR("seniors")))
		ret->view = BL_STR("SELECT id, upper(name) AS loud FROM people WHERE pay > 100");
	else if (bl_str_eq_ci(name, BL_STR("broken")))
		ret->view = BL_STR("SELECT nme FROM people");
	else if (bl_str_eq_ci(name, BL_STR("config_sys_account_data")))
		ret->view = BL_STR("SELECT 'a' account_id, 'b' payer_account_id, 'c' account_name");
	else
		ret->source = &snapshots;
	return BL_OK;
}

static const struct bl_catalog catalog = {.find = find};

const struct bl_catalog *
front_catalog(void)
{
	make_tables();
	return &catalog;
}

static struct bl_str
show_error(struct bl_arena *arena, const struct bl_err *err)
{
	struct bl_str text = {0};

	if (bl_str_printf(arena, &text, NULL, "%s %u:%u: %s", bl_status_name(err->status),
		(unsigned)err->line, (unsigned)err->column, err->text))
		return BL_STR("no memory");
	return text;
}

struct bl_str
front_parse(struct bl_arena *arena, struct bl_str text)
{
	struct bl_statement *statement;
	struct bl_str rest;
	struct bl_err err = {0};

	return bl_sql_parse(text, NOW_NS, arena, &statement, &rest, &err) ? show_error(arena, &err)
									  : BL_STR("ok");
}

enum bl_status
front_bind(struct bl_arena *arena, struct bl_str text, struct bl_bound_query *ret_bound,
    struct bl_err *reterr)
{
	static const struct bl_value params[] = {{.kind = BL_TYPE_BIGINT, .i64 = 7}};
	struct bl_bind_options options = {
	    .catalog = front_catalog(), .now_ns = NOW_NS, .params = params, .n_params = 1};
	struct bl_statement *statement;
	struct bl_str rest;
	enum bl_status status = bl_sql_parse(text, NOW_NS, arena, &statement, &rest, reterr);

	*ret_bound = (struct bl_bound_query){0};
	if (status || statement->query == NULL)
		return status;
	return bl_sql_bind(statement->query, &options, arena, ret_bound, reterr);
}

struct bl_str
front_explain(struct bl_arena *arena, struct bl_str text)
{
	struct bl_bound_query bound;
	struct bl_str out = {0};
	struct bl_err err = {0};

	if (front_bind(arena, text, &bound, &err))
		return show_error(arena, &err);
	if (bound.plan == NULL)
		return BL_STR("ok");
	if (bl_plan_text(&bound, NULL, arena, &out, &err))
		return show_error(arena, &err);
	return out;
}
