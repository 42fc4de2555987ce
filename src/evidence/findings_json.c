/* non-compliant-resources.json: the report's four members, each finding with the eight keys of the
 * CSV. */
#include "base/arena.h"
#include "base/instant.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "json/member.h"
#include "json/writer.h"

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
	bl_json_member_str(w, "rule_name", package->assessment->rules[f->i_rule].pack_rule->name);
	bl_json_member_str(w, "account_id", f->account);
	bl_json_member_str(w, "region", f->region);
	bl_json_member_str(w, "resource_type", f->type);
	bl_json_member_str(w, "resource_id", f->id);
	bl_json_member_str(w, "compliance", bl_str_of(bl_verdict_name(f->verdict)));
	bl_json_member_str(w, "recorded_time",
	    bl_str_of(f->recorded_ns == BL_INSTANT_MIN
			  ? ""
			  : bl_instant_format(f->recorded_ns, recorded)));
	bl_json_member_str(w, "annotation", annotation);
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
	bl_json_member_instant(&w, "reportTimestamp", package->end_ns);
	bl_json_member_str(&w, "aggregator", package->aggregator);
	bl_json_member_u64(&w, "totalNonCompliant", package->n_rows[BL_TABLE_NON_COMPLIANT]);
	bl_json_member_array(&w, "findings");
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
