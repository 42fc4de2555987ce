/*
 * The function table: what there is, with which arguments, giving what.
 *
 * Names and meaning are Trino's, but for these, which Trino lacks and Config's items need:
 * is_any_address, wildcard_match, to_list, enum_name, json_type.
 */
#include "query/functions.h"

#include <string.h>

const struct bl_function bl_functions__all[] = {
    {"all_match", "al", 'b', BL_LAZY, bl_fn__all_match, NULL},
    {"any_match", "al", 'b', BL_LAZY, bl_fn__any_match, NULL},
    {"array_join", "as", 's', BL_STRICT, bl_fn__array_join, NULL},
    {"cardinality", "m", 'i', BL_STRICT, bl_fn__map_size, NULL},
    {"cardinality", "a", 'i', BL_STRICT, bl_fn__cardinality, NULL},
    {"coalesce", "x+", 'u', BL_LAZY, bl_fn__coalesce, NULL},
    {"concat", "s+", 's', BL_STRICT, bl_fn__concat, NULL},
    {"contains", "ax", 'b', BL_STRICT, bl_fn__contains, NULL},
    {"date_add", "sit", 't', BL_STRICT, bl_fn__date_add, bl_fn__unit_prepare},
    {"date_diff", "stt", 'i', BL_STRICT, bl_fn__date_diff, bl_fn__unit_prepare},
    {"element_at", "ms", 's', BL_STRICT, bl_fn__element_at, NULL},
    {"element_at", "ai", 'e', BL_STRICT, bl_fn__element_at, NULL},
    {"element_at", "js", 'j', BL_STRICT, bl_fn__element_at, NULL},
    {"enum_name", "j", 's', BL_STRICT, bl_fn__enum_name, NULL},
    {"filter", "al", 'a', BL_LAZY, bl_fn__filter, NULL},
    {"from_iso8601_timestamp", "s", 't', BL_STRICT, bl_fn__from_iso8601, NULL},
    {"if", "bxx", 'u', BL_LAZY, bl_fn__if, NULL},
    {"if", "bx", 'u', BL_LAZY, bl_fn__if, NULL},
    {"is_any_address", "s", 'b', BL_STRICT, bl_fn__is_any_address, NULL},
    {"json_array_contains", "Jx", 'b', BL_STRICT, bl_fn__json_array_contains, NULL},
    {"json_array_length", "J", 'i', BL_STRICT, bl_fn__json_array_length, NULL},
    {"json_extract", "Js", 'j', BL_STRICT, bl_fn__json_extract, bl_fn__json_path_prepare},
    {"json_extract_scalar", "Js", 's', BL_STRICT, bl_fn__json_extract_scalar,
	bl_fn__json_path_prepare},
    {"json_parse", "s", 'j', BL_STRICT, bl_fn__json_parse, NULL},
    {"json_size", "Js", 'i', BL_STRICT, bl_fn__json_size, bl_fn__json_path_prepare},
    {"json_type", "j", 's', BL_STRICT, bl_fn__json_type, NULL},
    {"length", "s", 'i', BL_STRICT, bl_fn__length, NULL},
    {"lower", "s", 's', BL_STRICT, bl_fn__lower, NULL},
    {"map_keys", "m", 'S', BL_STRICT, bl_fn__map_keys, NULL},
    {"map_values", "m", 'S', BL_STRICT, bl_fn__map_values, NULL},
    {"none_match", "al", 'b', BL_LAZY, bl_fn__none_match, NULL},
    {"nullif", "xx", '0', BL_LAZY, bl_fn__nullif, NULL},
    {"regexp_like", "ss", 'b', BL_STRICT, bl_fn__regexp_like, bl_fn__regexp_prepare},
    {"replace", "sss", 's', BL_STRICT, bl_fn__replace, NULL},
    {"replace", "ss", 's', BL_STRICT, bl_fn__replace, NULL},
    {"split", "ss", 'S', BL_STRICT, bl_fn__split, NULL},
    {"split_part", "ssi", 's', BL_STRICT, bl_fn__split_part, NULL},
    {"starts_with", "ss", 'b', BL_STRICT, bl_fn__starts_with, NULL},
    {"strpos", "ss", 'i', BL_STRICT, bl_fn__strpos, NULL},
    {"substr", "si", 's', BL_STRICT, bl_fn__substr, NULL},
    {"substr", "sii", 's', BL_STRICT, bl_fn__substr, NULL},
    {"to_list", "j", 'a', BL_STRICT, bl_fn__to_list, NULL},
    {"transform", "al", 'l', BL_LAZY, bl_fn__transform, NULL},
    {"trim", "s", 's', BL_STRICT, bl_fn__trim, NULL},
    {"try", "x", 'u', BL_LAZY, bl_fn__try, NULL},
    {"upper", "s", 's', BL_STRICT, bl_fn__upper, NULL},
    {"url_decode", "s", 's', BL_STRICT, bl_fn__url_decode, NULL},
    {"wildcard_match", "ss", 'b', BL_STRICT, bl_fn__wildcard_match, NULL},
};
const size_t bl_functions__n = sizeof(bl_functions__all) / sizeof(bl_functions__all[0]);

struct bl_str
bl_functions__nearest(struct bl_str name)
{
	struct bl_str best = {0};
	size_t least = name.len / 3 + 1;

	for (size_t i = 0; i < bl_functions__n; i++) {
		struct bl_str known = bl_str_of(bl_functions__all[i].name);
		size_t d = bl_path__distance(name, known);

		if (d <= least && (best.ptr == NULL || d < least)) {
			least = d;
			best = known;
		}
	}
	return best;
}
