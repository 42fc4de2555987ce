/* non-compliant-resources.json: the report's four members, each finding with the eight keys of the
 * CSV. */
#include "base/arena.h"
#include "base/instant.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "json/writer.h"

static void
put_member(struct bl_json_w *w, const char *key, struct bl_str value)
{
	bl_json_w_key(w, key);
	bl_json_w_str(w, value);
}

static void
put_finding(
    struct bl_package *package, const struct bl_finding *f, struct bl_json_w *w, struct bl_out *out)
{
	char recorded[BL_INSTANT_TEXT];
	struct bl_str annotation = {0};
	struct bl_err err;

	if (bl_finding__annotation(package, f, &annotation, &err) != BL_OK) {
		bl_out__fail(out, &err);
		return;
	}
	bl_json_w_object(w);
	put_member(w, "rule_name", package->assessment->rules[f->i_rule].pack_rule->name);
	put_member(w, "account_id", f->account);
	put_member(w, "region", f->region);
	put_member(w, "resource_type", f->type);
	put_member(w, "resource_id", f->id);
	put_member(w, "compliance", bl_str_of(bl_verdict_name(f->verdict)));
	put_member(w, "recorded_time",
	    bl_str_of(f->recorded_ns == BL_INSTANT_MIN
			  ? ""
			  : bl_instant_format(f->recorded_ns, recorded)));
	put_member(w, "annotation", annotation);
	bl_json_w_close(w);
}

static void
put_findings(struct bl_package *package, struct bl_json_w *w, struct bl_out *out)
{
	const struct bl_assessment *a = package->assessment;
	struct bl_arena_mark mark = bl_arena_mark(package->arena);

	for (size_t i = 0; i < a->n_findings && !out->failed; i++) {
		if (bl_finding__table(&a->findings[i]) != BL_TABLE_NON_COMPLIANT)
			continue;
		put_finding(package, &a->findings[i], w, out);
		bl_arena_rewind(package->arena, mark);
		bl_out__spill(out);
	}
}

enum bl_status
bl_package__findings_json(struct bl_package *package, struct bl_err *reterr)
{
	struct bl_json_w w;
	struct bl_str path;
	struct bl_out out;
	struct bl_err err;
	enum bl_status status =
	    bl_package__report_path(package, "non-compliant-resources.json", &path, reterr);

	if (status != BL_OK)
		return status;
	bl_out__open(package, path, &out);
	bl_json_w_begin(&w, &out.buf, 2);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "reportTimestamp");
	bl_json_w_instant(&w, package->end_ns);
	put_member(&w, "aggregator", package->aggregator);
	bl_json_w_key(&w, "totalNonCompliant");
	bl_json_w_u64(&w, package->n_rows[BL_TABLE_NON_COMPLIANT]);
	bl_json_w_key(&w, "findings");
	bl_json_w_array(&w);
	put_findings(package, &w, &out);
	if (!out.failed) {
		bl_json_w_close(&w);
		bl_json_w_close(&w);
		if (bl_json_w_end(&w, &err) != BL_OK)
			bl_out__fail(&out, &err);
	}
	bl_out__z(&out, "\n");
	return bl_out__close(&out, reterr);
}
