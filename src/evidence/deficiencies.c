/* deficiencies.csv: what the eight columns have no room for, of the same rows in the same order. */
#include "base/arena.h"
#include "base/instant.h"
#include "evidence/controls.h"
#include "evidence/csv.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"

static struct bl_str
instant_field(int64_t ns, char text[BL_INSTANT_TEXT])
{
	return bl_str_of(
	    ns == BL_INSTANT_MIN || ns == BL_INSTANT_MAX ? "" : bl_instant_format(ns, text));
}

static struct bl_str
letter_field(const struct bl_pack_rule *rule, char text[2])
{
	const struct bl_control_ref *ref = bl_controls__find(rule->identifier);

	if (ref != NULL)
		text[0] = ref->letter;
	else
		text[0] = bl_controls__letter(rule->description);
	text[1] = '\0';
	return bl_str_of(text);
}

static void
put_row(const struct bl_package *package, const struct bl_finding *f, uint64_t number,
    struct bl_out *out)
{
	const struct bl_pack_rule *rule = package->assessment->rules[f->i_rule].pack_rule;
	char since[BL_INSTANT_TEXT], from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT];
	char n[2][BL_CSV_NUMBER], letter[2], hex[BL_SHA256_HEX];

	bl_csv__row(out,
	    (const struct bl_str[]){
		bl_csv__u64(number, n[0]),
		rule->name,
		rule->identifier,
		letter_field(rule, letter),
		f->account,
		f->region,
		f->type,
		f->id,
		f->name,
		f->annotation,
		instant_field(f->since_ns, since),
		instant_field(f->from_ns, from),
		instant_field(f->to_ns, to),
		bl_csv__u64((uint64_t)((f->to_ns - f->from_ns) / BL_NS_PER_S), n[1]),
		f->then == BL_THEN_GOES_ON ? BL_STR("open") : BL_STR("over"),
		bl_str_of(bl_finding__then(f)),
		f->source == BL_SOURCE_RECORDED ? BL_STR("AWS Config") : BL_STR("beleg"),
		bl_str_of(f->has_version ? bl_sha256_hex(&f->version_sha256, hex) : ""),
	    },
	    18);
}

enum bl_status
bl_package__deficiencies(struct bl_package *package, struct bl_err *reterr)
{
	const struct bl_assessment *a = package->assessment;
	uint64_t number = 0;
	struct bl_str path;
	struct bl_out out;
	enum bl_status status = bl_package__report_path(package, "deficiencies.csv", &path, reterr);

	if (status != BL_OK)
		return status;
	bl_out__open(package, path, &out);
	bl_csv__head(&out,
	    "number,rule_name,identifier,nis2_art_21_2,account_id,region,resource_type,resource_id,"
	    "resource_name,observed,since,from,to,duration_seconds,state,then,judged_by,item_"
	    "sha256");
	for (size_t i = 0; i < a->n_findings && !out.failed; i++)
		if (bl_finding__table(&a->findings[i]) == BL_TABLE_NON_COMPLIANT)
			put_row(package, &a->findings[i], ++number, &out);
	return bl_out__close(&out, reterr);
}
