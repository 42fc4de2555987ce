#include <inttypes.h>
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
#include "os/os.h"
#include "rules/assess.h"
#include "rules/catalogue.h"
#include "store/store.h"
#include "timeline/coverage.h"
#include "json/member.h"
#include "json/writer.h"

#define PRINT_BYTES ((size_t)1 << 30)
#define FLUSH_BYTES ((size_t)1 << 20)

/* Rows go out in pieces: an organisation has millions of them. */
static void
flush(struct bl_buf *out)
{
	bl_cli_write(bl_buf_str(out));
	out->len = 0;
}

static bool
is_wanted(const struct bl_cli *cli, const struct bl_assessment *a, const struct bl_finding *f)
{
	const char *rule = bl_cli_value(cli, "rule"), *verdict = bl_cli_value(cli, "verdict");
	const struct bl_pack_rule *p = a->rules[f->i_rule].pack_rule;

	if (rule != NULL && !bl_str_eq(p->name, bl_str_of(rule)) &&
	    !bl_str_eq(p->identifier, bl_str_of(rule)))
		return false;
	return verdict == NULL || strcmp(bl_verdict_name(f->verdict), verdict) == 0;
}

static struct bl_str
when(int64_t ns, char text[BL_INSTANT_TEXT])
{
	return ns == BL_INSTANT_MIN ? BL_STR("") : bl_str_of(bl_instant_format(ns, text));
}

/* ---- CSV. --------------------------------------------------------------------- */

static enum bl_status
print_csv(struct bl_cli *cli, const struct bl_assessment *a)
{
	struct bl_buf out = BL_BUF_INIT(PRINT_BYTES);
	enum bl_status status = bl_buf_add(&out,
	    BL_STR("rule_name,account_id,region,resource_type,resource_id,compliance,"
		   "recorded_time,annotation\r\n"),
	    &cli->err);

	for (size_t i = 0; i < a->n_findings && status == BL_OK; i++) {
		const struct bl_finding *f = &a->findings[i];
		char text[BL_INSTANT_TEXT];
		const struct bl_str cells[] = {a->rules[f->i_rule].pack_rule->name, f->account,
		    f->region, f->type, f->id, bl_str_of(bl_verdict_name(f->verdict)),
		    when(f->recorded_ns, text), f->annotation};

		if (!is_wanted(cli, a, f))
			continue;
		status = bl_table_csv(cells, 8, &out, &cli->err);
		if (out.len > FLUSH_BYTES)
			flush(&out);
	}
	if (status == BL_OK)
		flush(&out);
	bl_buf_release(&out);
	return status;
}

/* ---- JSON. -------------------------------------------------------------------- */

static void
write_counts(struct bl_json_w *w, const struct bl_counts *c)
{
	bl_json_member_u64(w, "resources", c->resources);
	for (int v = 0; v < BL_N_VERDICTS; v++) {
		bl_json_member_u64(w, bl_verdict_name((enum bl_verdict)v), c->verdict[v]);
	}
}

static void
write_finding(struct bl_json_w *w, const struct bl_assessment *a, const struct bl_finding *f)
{
	char sha[BL_SHA256_HEX];

	bl_json_w_object(w);
	bl_json_member_str(w, "rule_name", a->rules[f->i_rule].pack_rule->name);
	bl_json_member_str(w, "account_id", f->account);
	bl_json_member_str(w, "region", f->region);
	bl_json_member_str(w, "resource_type", f->type);
	bl_json_member_str(w, "resource_id", f->id);
	bl_json_member_z(w, "compliance", bl_verdict_name(f->verdict));
	bl_json_member_instant(w, "recorded_time", f->recorded_ns);
	bl_json_member_str(w, "annotation", f->annotation);
	bl_json_member_z(w, "reason", bl_reason_code(f->reason));
	bl_json_member_z(w, "source", f->source == BL_SOURCE_COMPUTED ? "computed" : "recorded");
	bl_json_member_instant(w, "since", f->since_ns);
	bl_json_w_key(w, "version_sha256");
	if (f->has_version)
		bl_json_w_z(w, bl_sha256_hex(&f->version_sha256, sha));
	else
		bl_json_w_null(w);
	bl_json_w_close(w);
}

static enum bl_status
print_json(struct bl_cli *cli, const struct bl_assessment *a)
{
	struct bl_buf out = BL_BUF_INIT(PRINT_BYTES);
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &out, 0);
	bl_json_w_object(&w);
	bl_json_member_instant(&w, "at", a->from_ns);
	bl_json_member_u64(&w, "position", a->position);
	bl_json_member_str(&w, "pack", a->pack->name);
	bl_json_member_object(&w, "totals");
	write_counts(&w, &a->at_end);
	bl_json_w_close(&w);
	bl_json_member_array(&w, "rules");
	for (size_t i = 0; i < a->n_rules; i++) {
		bl_json_w_object(&w);
		bl_json_member_str(&w, "rule_name", a->rules[i].pack_rule->name);
		bl_json_member_str(&w, "identifier", a->rules[i].pack_rule->identifier);
		bl_json_member_z(&w, "source",
		    a->rules[i].source == BL_SOURCE_COMPUTED ? "computed" : "recorded");
		write_counts(&w, &a->rules[i].at_end);
		bl_json_w_close(&w);
	}
	bl_json_w_close(&w);
	bl_json_member_array(&w, "findings");
	for (size_t i = 0; i < a->n_findings; i++) {
		if (is_wanted(cli, a, &a->findings[i]))
			write_finding(&w, a, &a->findings[i]);
		if (out.len > FLUSH_BYTES)
			flush(&out);
	}
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &cli->err);
	if (status == BL_OK)
		status = bl_buf_add_byte(&out, '\n', &cli->err);
	if (status == BL_OK)
		flush(&out);
	bl_buf_release(&out);
	return status;
}

/* ---- Tables. ------------------------------------------------------------------ */

static enum bl_status
rules_table(struct bl_cli *cli, const struct bl_assessment *a, struct bl_buf *out)
{
	static const struct bl_table_column columns[] = {{"rule", false}, {"source", false},
	    {"compliant", true}, {"non-compliant", true}, {"not applicable", true},
	    {"unknown", true}, {"error", true}};
	static const enum bl_verdict order[] = {
	    BL_COMPLIANT, BL_NON_COMPLIANT, BL_NOT_APPLICABLE, BL_INSUFFICIENT_DATA, BL_ERROR};
	struct bl_table *t;
	enum bl_status status = bl_table_new(cli->arena, columns, 7, &t, &cli->err);

	for (size_t i = 0; i < a->n_rules && status == BL_OK; i++) {
		char number[5][BL_NUMBER_TEXT];
		struct bl_str cells[7] = {a->rules[i].pack_rule->name,
		    a->rules[i].source == BL_SOURCE_COMPUTED ? BL_STR("computed")
							     : BL_STR("recorded")};

		for (size_t k = 0; k < 5; k++)
			cells[k + 2] = bl_str_of(
			    bl_table_number(a->rules[i].at_end.verdict[order[k]], number[k]));
		status = bl_table_row(t, cells, &cli->err);
	}
	return status == BL_OK ? bl_table_print(t, cli->color, out, &cli->err) : status;
}

static enum bl_status
findings_table(struct bl_cli *cli, const struct bl_assessment *a, struct bl_buf *out)
{
	static const struct bl_table_column columns[] = {{"verdict", false}, {"rule", false},
	    {"account", false}, {"region", false}, {"resource", false}, {"since", false},
	    {"why", false}};
	bool all = bl_cli_value(cli, "verdict") != NULL || bl_cli_value(cli, "rule") != NULL;
	struct bl_table *t;
	enum bl_status status = bl_table_new(cli->arena, columns, 7, &t, &cli->err);
	size_t n = 0;

	for (size_t i = 0; i < a->n_findings && status == BL_OK; i++) {
		const struct bl_finding *f = &a->findings[i];
		char since[BL_INSTANT_TEXT];
		struct bl_str cells[7] = {bl_str_of(bl_verdict_name(f->verdict)),
		    a->rules[f->i_rule].pack_rule->name, f->account, f->region, f->id,
		    when(f->since_ns, since), f->annotation};

		if (!is_wanted(cli, a, f) || (!all && f->verdict != BL_NON_COMPLIANT))
			continue;
		status = bl_table_row(t, cells, &cli->err);
		n++;
	}
	if (status != BL_OK || n == 0)
		return status;
	status = bl_buf_add_byte(out, '\n', &cli->err);
	return status == BL_OK ? bl_table_print(t, cli->color, out, &cli->err) : status;
}

static enum bl_status
print_tables(struct bl_cli *cli, const struct bl_assessment *a)
{
	struct bl_buf out = BL_BUF_INIT(PRINT_BYTES);
	enum bl_status status = rules_table(cli, a, &out);

	if (status == BL_OK)
		status = findings_table(cli, a, &out);
	if (status == BL_OK)
		flush(&out);
	bl_buf_release(&out);
	return status;
}

/* ---- The verb. ------------------------------------------------------------------ */

/* The moment: what was asked for, else the last that any delivery speaks for. */
static enum bl_status
choose_moment(struct bl_cli *cli, struct bl_columns *columns, struct bl_assess_options *o)
{
	const struct bl_coverage *coverage = NULL;
	enum bl_status status;

	if (bl_cli_value(cli, "at") != NULL) {
		status = BL_OK; /* Read already, before the store was opened. */
	} else {
		o->each_at_its_last = true;
		status = bl_coverage_build(columns, o->position, cli->arena, &coverage, &cli->err);
		if (status == BL_OK && coverage->n == 0)
			status = bl_fail(&cli->err, BL_ENOTFOUND,
			    "the store holds no delivery of any account and region yet: beleg "
			    "ingest");
		if (status == BL_OK)
			o->from_ns = coverage->newest_ns;
	}
	o->to_ns = o->from_ns + 1;
	return status;
}

static int
exit_code(const struct bl_assessment *a)
{
	if (a->at_end.verdict[BL_NON_COMPLIANT] > 0)
		return BL_EXIT_NON_COMPLIANT;
	if (a->at_end.verdict[BL_INSUFFICIENT_DATA] > 0 || a->at_end.verdict[BL_ERROR] > 0 ||
	    a->n_quarantined > 0)
		return BL_EXIT_INCOMPLETE;
	return BL_EXIT_OK;
}

static int
run(struct bl_cli *cli)
{
	struct bl_assess_options o = {0};
	const struct bl_assessment *a = NULL;
	struct bl_store *store = NULL;
	struct bl_columns *columns = NULL;
	char text[BL_INSTANT_TEXT];
	enum bl_status status;
	int code = BL_EXIT_ERROR;

	if (cli->n_args > 0)
		return bl_cli_usage(cli, "no argument expected, found '%s'", cli->args[0]);
	status = bl_cli_value(cli, "at") == NULL ? BL_OK : bl_load_instant(cli, "at", &o.from_ns);
	if (status == BL_OK)
		status = bl_load_pack(cli, NULL, &o.pack);
	if (status == BL_OK)
		status = bl_catalogue_load(cli->arena, &o.catalogue, &cli->err);
	if (status == BL_OK)
		status = bl_cli_open_store(cli, BL_STORE_READ, &store);
	if (status == BL_OK)
		status = bl_load_known_at(cli, store, &o.position);
	if (status == BL_OK)
		status = bl_columns_new(store, BL_COLUMNS_FILES, &columns, &cli->err);
	if (status == BL_OK)
		status = choose_moment(cli, columns, &o);
	if (status == BL_OK)
		status = bl_assess(columns, &o, cli->arena, &a, &cli->err);
	if (status == BL_OK && cli->format == BL_FORMAT_TABLE)
		bl_cli_note(cli, "%.*s at %s%s, as known at position %" PRIu64,
		    BL_STR_ARG(o.pack->name), bl_instant_format(o.from_ns, text),
		    o.each_at_its_last ? " (each account and region at its last delivery)" : "",
		    a->position);
	if (status == BL_OK)
		status = cli->format == BL_FORMAT_JSON	? print_json(cli, a)
			 : cli->format == BL_FORMAT_CSV ? print_csv(cli, a)
							: print_tables(cli, a);
	code = status == BL_OK ? exit_code(a) : bl_cli_fail(cli);
	bl_columns_free(&columns);
	bl_store_close(&store);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    BL_OPTION_PACK,
    BL_OPTION_PARAM,
    {"at", 't', "INSTANT", "the moment to judge (default: the last delivery)", NULL, NULL},
    {"rule", 'r', "NAME", "only this rule: its name in the pack or its identifier", NULL, NULL},
    {"verdict", 'v', "VERDICT",
	"only COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE, "
	"INSUFFICIENT_DATA or ERROR",
	NULL, NULL},
    BL_OPTION_KNOWN_AT,
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_evaluate = {
    .name = "evaluate",
    .synopsis = "",
    .summary = "judge a conformance pack at one moment, also a past one",
    .text = "Judges every rule of the pack on every resource as it was at the moment. Rules that "
	    "beleg\n"
	    "does not evaluate take AWS Config's own recorded verdicts; where there are none, the "
	    "answer\n"
	    "is INSUFFICIENT_DATA with the reason, as it is while a recorder was stopped, where "
	    "nothing\n"
	    "was delivered, and for types that nothing shows to be recorded.\n"
	    "\n"
	    "Without --at each account and region is judged at its own last delivery, provided "
	    "that it\n"
	    "is less than a day older than the newest of all. Exit code 2 when a resource is\n"
	    "NON_COMPLIANT, 3 when the evidence is incomplete.\n",
    .examples = "  $ beleg evaluate -s store --pack nis2-kritis\n"
		"      the state at the last delivery: counts per rule, then what is broken\n"
		"  $ beleg evaluate -s store --at 2026-01-31 --rule nis2-ebs-encrypted\n"
		"      were all volumes encrypted on 31 January?\n"
		"  $ beleg evaluate -s store --format csv --verdict NON_COMPLIANT > open.csv\n",
    .options = options,
    .run = run,
};
