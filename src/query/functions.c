/*
 * The function table: what there is, with which arguments, giving what.
 *
 * Names and meaning are Trino's, but for these, which Trino lacks and Config's items need:
 * is_any_address, wildcard_match, to_list, enum_name, json_type.
 */
#include "query/functions.h"

#include <string.h>

const struct bl_function bl_functions_all[] = {
    {"$match", "x", 'b', BL_LAZY, bl_fn__match, NULL, BL_UNRELATED},
    {"$pick", "x", 'a', BL_LAZY, bl_fn__pick, NULL, BL_UNRELATED},
    {"all_match", "al", 'b', BL_LAZY, bl_fn__all_match, NULL, BL_UNRELATED},
    {"any_match", "al", 'b', BL_LAZY, bl_fn__any_match, NULL, BL_UNRELATED},
    {"array_join", "as", 's', BL_STRICT, bl_fn__array_join, NULL, BL_UNRELATED},
    {"cardinality", "m", 'i', BL_STRICT, bl_fn__map_size, NULL, BL_UNRELATED},
    {"cardinality", "a", 'i', BL_STRICT, bl_fn__cardinality, NULL, BL_UNRELATED},
    {"coalesce", "x+", 'u', BL_LAZY, bl_fn__coalesce, NULL, BL_UNRELATED},
    {"concat", "s+", 's', BL_STRICT, bl_fn__concat, NULL, BL_UNRELATED},
    {"contains", "ax", 'b', BL_STRICT, bl_fn__contains, NULL, BL_RELATED_ELEMENT},
    {"date_add", "sit", 't', BL_STRICT, bl_fn__date_add, bl_fn__unit_prepare, BL_UNRELATED},
    {"date_diff", "stt", 'i', BL_STRICT, bl_fn__date_diff, bl_fn__unit_prepare, BL_UNRELATED},
    {"element_at", "mx", 'k', BL_STRICT, bl_fn__element_at, NULL, BL_RELATED_KEY},
    {"element_at", "ai", 'e', BL_STRICT, bl_fn__element_at, NULL, BL_UNRELATED},
    {"element_at", "js", 'j', BL_STRICT, bl_fn__element_at, NULL, BL_UNRELATED},
    {"enum_name", "j", 's', BL_STRICT, bl_fn__enum_name, NULL, BL_UNRELATED},
    {"filter", "al", 'a', BL_LAZY, bl_fn__filter, NULL, BL_UNRELATED},
    {"from_iso8601_timestamp", "s", 't', BL_STRICT, bl_fn__from_iso8601, NULL, BL_UNRELATED},
    {"if", "bxx", 'u', BL_LAZY, bl_fn__if, NULL, BL_UNRELATED},
    {"if", "bx", 'u', BL_LAZY, bl_fn__if, NULL, BL_UNRELATED},
    {"is_any_address", "s", 'b', BL_STRICT, bl_fn__is_any_address, NULL, BL_UNRELATED},
    {"json_array_contains", "Jx", 'b', BL_STRICT, bl_fn__json_array_contains, NULL, BL_UNRELATED},
    {"json_array_length", "J", 'i', BL_STRICT, bl_fn__json_array_length, NULL, BL_UNRELATED},
    {"json_extract", "Js", 'j', BL_STRICT, bl_fn__json_extract, bl_fn__json_path_prepare,
	BL_UNRELATED},
    {"json_extract_scalar", "Js", 's', BL_STRICT, bl_fn__json_extract_scalar,
	bl_fn__json_path_prepare, BL_UNRELATED},
    {"json_parse", "s", 'j', BL_STRICT, bl_fn__json_parse, NULL, BL_UNRELATED},
    {"json_size", "Js", 'i', BL_STRICT, bl_fn__json_size, bl_fn__json_path_prepare, BL_UNRELATED},
    {"json_type", "j", 's', BL_STRICT, bl_fn__json_type, NULL, BL_UNRELATED},
    {"length", "s", 'i', BL_STRICT, bl_fn__length, NULL, BL_UNRELATED},
    {"lower", "s", 's', BL_STRICT, bl_fn__lower, NULL, BL_UNRELATED},
    {"map_keys", "m", 'K', BL_STRICT, bl_fn__map_keys, NULL, BL_UNRELATED},
    {"map_values", "m", 'V', BL_STRICT, bl_fn__map_values, NULL, BL_UNRELATED},
    {"none_match", "al", 'b', BL_LAZY, bl_fn__none_match, NULL, BL_UNRELATED},
    {"nullif", "xx", '0', BL_LAZY, bl_fn__nullif, NULL, BL_RELATED_ALL},
    {"regexp_like", "ss", 'b', BL_STRICT, bl_fn__regexp_like, bl_fn__regexp_prepare, BL_UNRELATED},
    {"replace", "sss", 's', BL_STRICT, bl_fn__replace, NULL, BL_UNRELATED},
    {"replace", "ss", 's', BL_STRICT, bl_fn__replace, NULL, BL_UNRELATED},
    {"split", "ss", 'S', BL_STRICT, bl_fn__split, NULL, BL_UNRELATED},
    {"split_part", "ssi", 's', BL_STRICT, bl_fn__split_part, NULL, BL_UNRELATED},
    {"starts_with", "ss", 'b', BL_STRICT, bl_fn__starts_with, NULL, BL_UNRELATED},
    {"strpos", "ss", 'i', BL_STRICT, bl_fn__strpos, NULL, BL_UNRELATED},
    {"substr", "si", 's', BL_STRICT, bl_fn__substr, NULL, BL_UNRELATED},
    {"substr", "sii", 's', BL_STRICT, bl_fn__substr, NULL, BL_UNRELATED},
    {"to_list", "j", 'a', BL_STRICT, bl_fn__to_list, NULL, BL_UNRELATED},
    {"transform", "al", 'l', BL_LAZY, bl_fn__transform, NULL, BL_UNRELATED},
    {"trim", "s", 's', BL_STRICT, bl_fn__trim, NULL, BL_UNRELATED},
    {"try", "x", 'u', BL_LAZY, bl_fn__try, NULL, BL_UNRELATED},
    {"upper", "s", 's', BL_STRICT, bl_fn__upper, NULL, BL_UNRELATED},
    {"url_decode", "s", 's', BL_STRICT, bl_fn__url_decode, NULL, BL_UNRELATED},
    {"wildcard_match", "ss", 'b', BL_STRICT, bl_fn__wildcard_match, NULL, BL_UNRELATED},
};
const size_t bl_functions_n = sizeof(bl_functions_all) / sizeof(bl_functions_all[0]);

struct bl_str
bl_functions_nearest(struct bl_str name)
{
	struct bl_str best = {0};
	size_t least = name.len / 3 + 1;

	for (size_t i = 0; i < bl_functions_n; i++) {
		struct bl_str known = bl_str_of(bl_functions_all[i].name);
		size_t d = bl_path_distance(name, known);

		if (known.ptr[0] != '$' && d <= least && (best.ptr == NULL || d < least)) {
			least = d;
			best = known;
		}
	}
	return best;
}

bool
bl_function_is_lambda(char letter)
{
	return letter != '\0' && strchr("lkyzqQg", letter) != NULL;
}
