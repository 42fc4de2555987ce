/*
 * Samples that nobody chose: of each rule's findings those whose SHA-256 over
 *
 *	position LF rule name LF account LF region LF type LF id LF verdict LF from LF
 *
 * is smallest, so many compliant and so many non-compliant ones.  An auditor can draw
 * again from the CSV files with sha256sum.  The raw item lies under its own
 * SHA-256, with nothing before or behind it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "evidence/csv.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"

#define SCRATCH_BYTES ((size_t)256 << 20)

struct draw {
	const struct bl_finding *finding;
	struct bl_sha256 rank;
};

struct draws {
	struct draw draw[2]
			[BL_PACKAGE_SAMPLES]; /* Non-compliant, compliant; smallest rank first. */
	size_t n[2];
};

static enum bl_status
rank_of(const struct bl_package *package, const struct bl_finding *f, struct bl_buf *buf,
    struct bl_sha256 *ret_rank, struct bl_err *reterr)
{
	char from[BL_INSTANT_TEXT], position[BL_CSV_NUMBER];
	const struct bl_str part[] = {
	    bl_csv__u64(package->assessment->position, position),
	    package->assessment->rules[f->i_rule].pack_rule->name,
	    f->account,
	    f->region,
	    f->type,
	    f->id,
	    bl_str_of(bl_verdict_name(f->verdict)),
	    bl_str_of(bl_instant_format(f->from_ns, from)),
	};
	enum bl_status status = BL_OK;

	buf->len = 0;
	for (size_t i = 0; status == BL_OK && i < sizeof(part) / sizeof(part[0]); i++) {
		status = bl_buf_add(buf, part[i], reterr);
		if (status == BL_OK)
			status = bl_buf_add_byte(buf, '\n', reterr);
	}
	return status == BL_OK ? bl_sha256_of(bl_buf_str(buf), ret_rank, reterr) : status;
}

/* Keeps the smallest ranks, in order. */
static void
offer(struct draws *draws, int kind, const struct draw *candidate)
{
	struct draw *draw = draws->draw[kind];
	size_t i = draws->n[kind];

	while (i > 0 && memcmp(draw[i - 1].rank.byte, candidate->rank.byte, BL_SHA256_BYTES) > 0)
		i--;
	if (i == BL_PACKAGE_SAMPLES)
		return;
	if (draws->n[kind] < BL_PACKAGE_SAMPLES)
		draws->n[kind]++;
	memmove(&draw[i + 1], &draw[i], (draws->n[kind] - 1 - i) * sizeof(draw[0]));
	draw[i] = *candidate;
}

static enum bl_status
draw_rule(const struct bl_package *package, const struct bl_rule_result *rule, struct bl_buf *buf,
    struct draws *draws, struct bl_err *reterr)
{
	const struct bl_finding *f = package->assessment->findings + rule->first_finding;
	enum bl_status status = BL_OK;

	for (size_t i = 0; status == BL_OK && i < rule->n_findings; i++) {
		struct draw candidate = {.finding = &f[i]};

		if (!f[i].has_version ||
		    (f[i].verdict != BL_NON_COMPLIANT && f[i].verdict != BL_COMPLIANT))
			continue;
		status = rank_of(package, &f[i], buf, &candidate.rank, reterr);
		if (status == BL_OK)
			offer(draws, f[i].verdict == BL_COMPLIANT, &candidate);
	}
	return status;
}

/* The raw item as a file of its own, once. */
static enum bl_status
put_item(struct bl_package *package, const struct bl_finding *f, struct bl_str path,
    struct bl_err *reterr)
{
	struct bl_arena *scratch;
	struct bl_sha256 digest;
	struct bl_str bytes;
	enum bl_status status;

	for (size_t i = 0; i < package->n_files; i++)
		if (bl_str_eq(package->files[i].path, path))
			return BL_OK;
	if (package->store == NULL)
		return bl_fail(reterr, BL_EUSAGE, "samples need the store");
	scratch = bl_arena_new(SCRATCH_BYTES);
	if (scratch == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a sample");
	status = bl_store_read(package->store, f->version, scratch, &bytes, &digest, reterr);
	if (status == BL_OK && memcmp(&digest, &f->version_sha256, sizeof(digest)) != 0)
		status = bl_fail(reterr, BL_ECORRUPT,
		    "the store gives another item than the one that was judged");
	if (status == BL_OK)
		status = bl_package__put_file(package, path, bytes, reterr);
	bl_arena_free(&scratch);
	return status;
}

static enum bl_status
put_draw(struct bl_package *package, const struct draw *d, struct bl_err *reterr)
{
	char hex[BL_SHA256_HEX];
	struct bl_str path;
	enum bl_status status = bl_str_printf(package->arena, &path, reterr, "samples/%s.json",
	    bl_sha256_hex(&d->finding->version_sha256, hex));

	if (status == BL_OK)
		status = put_item(package, d->finding, path, reterr);
	return status;
}

static void
put_row(const struct bl_package *package, const struct draw *d, struct bl_out *out)
{
	const struct bl_finding *f = d->finding;
	char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT], rank[BL_SHA256_HEX], item[BL_SHA256_HEX];

	bl_csv__row(out,
	    (const struct bl_str[]){
		package->assessment->rules[f->i_rule].pack_rule->name,
		f->account,
		f->region,
		f->type,
		f->id,
		bl_str_of(bl_verdict_name(f->verdict)),
		bl_str_of(bl_instant_format(f->from_ns, from)),
		bl_str_of(bl_instant_format(f->to_ns, to)),
		bl_str_of(bl_sha256_hex(&d->rank, rank)),
		bl_str_of(bl_sha256_hex(&f->version_sha256, item)),
	    },
	    10);
}

static enum bl_status
put_table(struct bl_package *package, const struct draws *draws, struct bl_err *reterr)
{
	struct bl_str path;
	struct bl_out out;
	enum bl_status status = bl_package__report_path(package, "samples.csv", &path, reterr);

	if (status != BL_OK)
		return status;
	bl_out__open(package, path, &out);
	bl_csv__head(&out,
	    "rule_name,account_id,region,resource_type,resource_id,compliance,from,to,rank_sha256,"
	    "item_sha256");
	for (size_t i = 0; i < package->assessment->n_rules; i++)
		for (int kind = 0; kind < 2; kind++)
			for (size_t j = 0; j < draws[i].n[kind]; j++)
				put_row(package, &draws[i].draw[kind][j], &out);
	return bl_out__close(&out, reterr);
}

static enum bl_status
put_items(struct bl_package *package, const struct draws *draws, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < package->assessment->n_rules; i++)
		for (int kind = 0; kind < 2; kind++)
			for (size_t j = 0; status == BL_OK && j < draws[i].n[kind]; j++) {
				status = put_draw(package, &draws[i].draw[kind][j], reterr);
				package->n_samples++;
			}
	return status;
}

enum bl_status
bl_package__samples(struct bl_package *package, struct bl_err *reterr)
{
	const struct bl_assessment *a = package->assessment;
	struct draws *draws = bl_new(package->arena, struct draws, a->n_rules);
	struct bl_buf buf = BL_BUF_INIT((size_t)16 << 20);
	enum bl_status status = BL_OK;

	if (draws == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to draw samples");
	for (size_t i = 0; status == BL_OK && i < a->n_rules; i++)
		status = draw_rule(package, &a->rules[i], &buf, &draws[i], reterr);
	bl_buf_release(&buf);
	if (status == BL_OK)
		status = put_items(package, draws, reterr);
	if (status == BL_OK)
		status = put_table(package, draws, reterr);
	return status;
}
