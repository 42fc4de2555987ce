/* The rules that were put into the binary at build time, compiled and sorted. */
#include "rules/catalogue.h"

#include "base/arena.h"
#include "rules/builtin.h"
#include "rules/rule.h"

BL_STATUS
bl_catalogue_load(
    struct bl_arena *arena, const struct bl_catalogue **ret_catalogue, struct bl_err *reterr)
{
	struct bl_catalogue *catalogue = bl_new(arena, struct bl_catalogue, 1);
	const struct bl_rule **rules = bl_new(arena, const struct bl_rule *, bl_builtin__n_rules);

	if (catalogue == NULL || rules == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the rules");
	for (size_t i = 0; i < bl_builtin__n_rules; i++) {
		const struct bl_rule *rule = NULL;
		size_t at = i;
		enum bl_status status = bl_rule_load(bl_str_of(bl_builtin__rules[i].name),
		    bl_builtin__rules[i].text, arena, &rule, reterr);

		if (status)
			return status;
		for (; at > 0 && bl_str_cmp(rules[at - 1]->identifier, rule->identifier) > 0; at--)
			rules[at] = rules[at - 1];
		if (at > 0 && bl_str_eq(rules[at - 1]->identifier, rule->identifier))
			return bl_fail(reterr, BL_EINPUT,
			    "%s: another rule file has the identifier %.*s",
			    bl_builtin__rules[i].name, BL_STR_ARG(rule->identifier));
		rules[at] = rule;
	}
	catalogue->rules = rules;
	catalogue->n = bl_builtin__n_rules;
	*ret_catalogue = catalogue;
	return BL_OK;
}

const struct bl_rule *
bl_catalogue_find(const struct bl_catalogue *catalogue, struct bl_str identifier)
{
	size_t low = 0, high = catalogue->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = bl_str_cmp(catalogue->rules[mid]->identifier, identifier);

		if (order == 0)
			return catalogue->rules[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
