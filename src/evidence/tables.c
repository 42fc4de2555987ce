/* The CSV files of a package. */
#include <assert.h>

#include "base/arena.h"
#include "base/instant.h"
#include "evidence/csv.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"

/* Exactly the columns of the report that operators of AWS Config make today. */
#define COLUMNS                                                                                    \
	"rule_name,account_id,region,resource_type,resource_id,compliance,recorded_time,"          \
	"annotation"

static const char *const table_file[BL_N_TABLES] = {
    [BL_TABLE_NON_COMPLIANT] = "non-compliant-resources.csv",
    [BL_TABLE_COMPLIANT] = "compliant-resources.csv",
    [BL_TABLE_UNDETERMINED] = "undetermined-resources.csv",
    [BL_TABLE_NOT_APPLICABLE] = "not-applicable-resources.csv",
};

/* "" for an instant that is not known. */
static struct bl_str
instant_field(int64_t ns, char text[BL_INSTANT_TEXT])
{
	return bl_str_of(
	    ns == BL_INSTANT_MIN || ns == BL_INSTANT_MAX ? "" : bl_instant_format(ns, text));
}

static struct bl_str
rule_name(const struct bl_package *package, uint32_t i_rule)
{
	assert(i_rule < package->assessment->n_rules);
	return package->assessment->rules[i_rule].pack_rule->name;
}

static void
finding_row(struct bl_package *package, const struct bl_finding *finding, struct bl_out *out)
{
	char recorded[BL_INSTANT_TEXT];
	struct bl_str annotation = {0};
	struct bl_err err;

	if (bl_finding__annotation(package, finding, &annotation, &err) != BL_OK) {
		bl_out__fail(out, &err);
		return;
	}
	bl_csv__row(out,
	    (const struct bl_str[]){
		rule_name(package, finding->i_rule),
		finding->account,
		finding->region,
		finding->type,
		finding->id,
		bl_str_of(bl_verdict_name(finding->verdict)),
		instant_field(finding->recorded_ns, recorded),
		annotation,
	    },
	    8);
}

static enum bl_status
one_table(struct bl_package *package, enum bl_table table, struct bl_err *reterr)
{
	const struct bl_assessment *a = package->assessment;
	struct bl_arena_mark mark;
	struct bl_str path;
	struct bl_out out;
	enum bl_status status = bl_package__report_path(package, table_file[table], &path, reterr);

	if (status != BL_OK)
		return status;
	bl_out__open(package, path, &out);
	bl_csv__head(&out, COLUMNS);
	package->n_rows[table] = 0;
	mark = bl_arena_mark(package->arena);
	for (size_t i = 0; i < a->n_findings && !out.failed; i++) {
		if (bl_finding__table(&a->findings[i]) != table)
			continue;
		finding_row(package, &a->findings[i], &out);
		bl_arena_rewind(package->arena, mark);
		package->n_rows[table]++;
	}
	return bl_out__close(&out, reterr);
}

enum bl_status
bl_package__findings_csv(struct bl_package *package, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (int table = 0; status == BL_OK && table < BL_N_TABLES; table++)
		status = one_table(package, (enum bl_table)table, reterr);
	return status;
}

/* A file in the reports folder whose rows ${fill} writes. */
static enum bl_status
with_file(struct bl_package *package, const char *name, const char *columns,
    void (*fill)(struct bl_package *package, struct bl_out *out), struct bl_err *reterr)
{
	struct bl_str path;
	struct bl_out out;
	enum bl_status status = bl_package__report_path(package, name, &path, reterr);

	if (status != BL_OK)
		return status;
	bl_out__open(package, path, &out);
	bl_csv__head(&out, columns);
	fill(package, &out);
	return bl_out__close(&out, reterr);
}

static void
disagreement_rows(struct bl_package *package, struct bl_out *out)
{
	const struct bl_assessment *a = package->assessment;

	for (size_t i = 0; i < a->n_disagreements && !out->failed; i++) {
		const struct bl_disagreement *d = &a->disagreements[i];
		char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT];

		bl_csv__row(out,
		    (const struct bl_str[]){
			rule_name(package, d->i_rule),
			d->account,
			d->region,
			d->type,
			d->id,
			bl_str_of(bl_verdict_name(d->computed)),
			bl_str_of(bl_verdict_name(d->recorded)),
			instant_field(d->from_ns, from),
			instant_field(d->to_ns, to),
		    },
		    9);
	}
}

enum bl_status
bl_package__disagreements(struct bl_package *package, struct bl_err *reterr)
{
	return with_file(package, "disagreements.csv",
	    "rule_name,account_id,region,resource_type,resource_id,computed,recorded_by_aws,from,"
	    "to",
	    disagreement_rows, reterr);
}

static struct bl_str
optional_u64(uint64_t value, char text[BL_CSV_NUMBER])
{
	return value == BL_NO_OFFSET ? BL_STR("") : bl_csv__u64(value, text);
}

static void
quarantine_rows(struct bl_package *package, struct bl_out *out)
{
	for (uint64_t i = 0; i < package->assessment->n_quarantined && !out->failed; i++) {
		const struct bl_store_quarantine *q = NULL;
		const struct bl_delivery *delivery = NULL;
		char position[BL_CSV_NUMBER], index[BL_CSV_NUMBER], offset[BL_CSV_NUMBER],
		    length[BL_CSV_NUMBER];
		struct bl_err err;

		if (bl_package__quarantined(package, i, &q, &err) != BL_OK ||
		    bl_package__delivery(package, q->position, &delivery, &err) != BL_OK) {
			bl_out__fail(out, &err);
			return;
		}
		bl_csv__row(out,
		    (const struct bl_str[]){
			bl_csv__u64(q->position, position),
			delivery->key,
			optional_u64(q->what.item_index, index),
			optional_u64(q->what.offset, offset),
			bl_csv__u64(q->what.length, length),
			q->what.reason,
		    },
		    6);
	}
}

enum bl_status
bl_package__quarantine(struct bl_package *package, struct bl_err *reterr)
{
	return with_file(package, "quarantine.csv",
	    "delivery_position,key,item_index,offset,length,reason", quarantine_rows, reterr);
}

/* "2026-01-04T00:00:00Z/2026-01-13T00:00:00Z ..." (ISO 8601 intervals, blanks between). */
static enum bl_status
spans_field(struct bl_package *package, const struct bl_span *span, size_t n,
    struct bl_str *ret_text, struct bl_err *reterr)
{
	struct bl_buf buf = BL_BUF_INIT((size_t)16 << 20);
	enum bl_status status = BL_OK;

	for (size_t i = 0; status == BL_OK && i < n; i++) {
		char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT];

		status = bl_buf_printf(&buf, reterr, "%s%s/%s", i == 0 ? "" : " ",
		    bl_instant_format(span[i].from_ns, from), bl_instant_format(span[i].to_ns, to));
	}
	if (status == BL_OK && bl_str_dup(package->arena, bl_buf_str(&buf), ret_text) != BL_OK)
		status = bl_fail(reterr, BL_ENOMEM, "no memory for the spans of a recorder");
	bl_buf_release(&buf);
	return status;
}

static void
coverage_row(struct bl_package *package, const struct bl_recorder *r, struct bl_out *out)
{
	char first[BL_INSTANT_TEXT], last[BL_INSTANT_TEXT], n[6][BL_CSV_NUMBER];
	uint32_t bp = bl_package__known_bp(package, r);
	struct bl_str stopped, silent, known;
	struct bl_err err;

	if (spans_field(package, r->stopped, r->n_stopped, &stopped, &err) != BL_OK ||
	    spans_field(package, r->silent, r->n_silent, &silent, &err) != BL_OK ||
	    bl_str_printf(package->arena, &known, &err, "%u.%02u", bp / 100, bp % 100) != BL_OK) {
		bl_out__fail(out, &err);
		return;
	}
	bl_csv__row(out,
	    (const struct bl_str[]){
		r->account,
		r->region,
		instant_field(r->first_ns, first),
		instant_field(r->last_ns, last),
		bl_csv__u64(r->n_snapshots, n[0]),
		bl_csv__u64(r->n_histories, n[1]),
		bl_csv__u64(r->n_others, n[2]),
		known,
		bl_csv__u64((uint64_t)(r->longest_silence_ns / BL_NS_PER_S), n[3]),
		bl_csv__u64(r->n_stopped, n[4]),
		stopped,
		bl_package__silent_at_end(package, r) ? BL_STR("yes") : BL_STR("no"),
		bl_csv__u64(r->n_silent, n[5]),
		silent,
	    },
	    14);
}

static void
coverage_rows(struct bl_package *package, struct bl_out *out)
{
	struct bl_arena_mark mark = bl_arena_mark(package->arena);

	for (size_t i = 0; i < package->assessment->n_recorders && !out->failed; i++) {
		coverage_row(package, &package->assessment->recorders[i], out);
		bl_arena_rewind(package->arena, mark);
	}
}

enum bl_status
bl_package__coverage(struct bl_package *package, struct bl_err *reterr)
{
	return with_file(package, "coverage.csv",
	    "account_id,region,first,last,snapshots,history_files,other_deliveries,known_percent,"
	    "longest_silence_seconds,stopped_spans,stopped,silent_at_end,silent_spans,silent",
	    coverage_rows, reterr);
}

static void
delivery_row(const struct bl_delivery *d, struct bl_out *out)
{
	char as_of[BL_INSTANT_TEXT], hex[BL_SHA256_HEX], n[4][BL_CSV_NUMBER];

	bl_csv__row(out,
	    (const struct bl_str[]){
		bl_csv__u64(d->position, n[0]),
		bl_str_of(bl_delivery_kind_name(d->kind)),
		d->account,
		d->region,
		instant_field(d->as_of_ns, as_of),
		bl_str_of(bl_sha256_hex(&d->sha256, hex)),
		bl_csv__u64(d->bytes_in, n[1]),
		bl_csv__u64(d->n_items, n[2]),
		bl_csv__u64(d->n_quarantined, n[3]),
		d->complete ? BL_STR("yes") : BL_STR("no"),
		d->key,
	    },
	    11);
}

enum bl_status
bl_package__deliveries(struct bl_package *package, struct bl_err *reterr)
{
	const struct bl_assessment *a = package->assessment;
	struct bl_out out;

	bl_out__open(package, BL_STR("deliveries.csv"), &out);
	bl_csv__head(&out,
	    "position,kind,account_id,region,as_of,sha256,bytes,items,quarantined,complete,key");
	for (size_t i = 0; i < a->n_deliveries && !out.failed; i++) {
		const struct bl_delivery *d = NULL;
		struct bl_err err;

		if (bl_package__delivery(package, a->deliveries[i], &d, &err) != BL_OK)
			bl_out__fail(&out, &err);
		else
			delivery_row(d, &out);
	}
	return bl_out__close(&out, reterr);
}
