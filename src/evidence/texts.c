/* The texts that judged, byte for byte: their SHA-256 stands in summary.json. */
#include "base/arena.h"
#include "evidence/package_priv.h"

static enum bl_status
rule_text(struct bl_package *package, const struct bl_rule *rule, struct bl_err *reterr)
{
	struct bl_str name, path;
	enum bl_status status;

	/* An identifier is a plain word; encoded all the same, so that no text can name a path. */
	if (bl_str_percent_encode(package->arena, rule->identifier, &name) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a rule's path");
	status = bl_str_printf(
	    package->arena, &path, reterr, "rules/%.*s.yaml", (int)name.len, name.ptr);
	/* Several rules of a pack may stand on one text. */
	for (size_t i = 0; status == BL_OK && i < package->n_files; i++)
		if (bl_str_eq(package->files[i].path, path))
			return BL_OK;
	if (status == BL_OK)
		status = bl_package__put_file(package, path, rule->text, reterr);
	return status;
}

enum bl_status
bl_package__texts(struct bl_package *package, struct bl_err *reterr)
{
	const struct bl_assessment *a = package->assessment;
	struct bl_str name, path;
	enum bl_status status = BL_OK;

	for (size_t i = 0; status == BL_OK && i < a->n_rules; i++)
		if (a->rules[i].rule != NULL)
			status = rule_text(package, a->rules[i].rule, reterr);
	if (status != BL_OK)
		return status;
	if (bl_str_percent_encode(package->arena, a->pack->name, &name) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the pack's path");
	status =
	    bl_str_printf(package->arena, &path, reterr, "pack/%.*s.yaml", (int)name.len, name.ptr);
	if (status == BL_OK)
		status = bl_package__put_file(package, path, a->pack->text, reterr);
	return status;
}
