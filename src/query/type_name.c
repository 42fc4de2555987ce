/* Names of types. */
#include "query/parser.h"

/* TYPE or array(TYPE) behind CAST(x AS. */
BL_STATUS
bl_parser_type(struct bl_parser *p, struct bl_datatype *ret)
{
	static const struct {
		const char *word;
		enum bl_type_kind kind;
	} types[] = {{"boolean", BL_TYPE_BOOLEAN}, {"bigint", BL_TYPE_BIGINT},
	    {"integer", BL_TYPE_BIGINT}, {"int", BL_TYPE_BIGINT}, {"double", BL_TYPE_DOUBLE},
	    {"varchar", BL_TYPE_VARCHAR}, {"timestamp", BL_TYPE_TIMESTAMP}, {"json", BL_TYPE_JSON}};
	struct bl_token at = p->token;
	enum bl_status status;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!bl_parser_at_word(p, types[i].word))
			continue;
		ret->kind = types[i].kind;
		return bl_parser_next(p);
	}
	if (!bl_parser_at_word(p, "array")) {
		if (at.kind != BL_TOKEN_WORD)
			return bl_parser_fail_expected(p, "a type");
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at.line, at.column,
		    "the type %.*s is not supported in CAST; there are boolean, bigint, double, "
		    "varchar, timestamp, json, array(...)",
		    BL_STR_ARG(at.text));
	}
	status = bl_parser_next(p);
	if (!status)
		status = bl_parser_expect_sign(p, "(");
	if (!status)
		status = bl_parser_type(p, ret);
	if (status)
		return status;
	if (ret->kind == BL_TYPE_ARRAY)
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at.line, at.column,
		    "arrays of arrays are not supported; use array(json)");
	*ret = bl_type_array(bl_type_of(ret->kind));
	return bl_parser_expect_sign(p, ")");
}
