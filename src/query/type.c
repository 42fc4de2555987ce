/* Types and their names. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "query/value.h"

static const struct bl_datatype scalars[] = {[BL_TYPE_UNKNOWN] = {.kind = BL_TYPE_UNKNOWN},
    [BL_TYPE_BOOLEAN] = {.kind = BL_TYPE_BOOLEAN},
    [BL_TYPE_BIGINT] = {.kind = BL_TYPE_BIGINT},
    [BL_TYPE_DOUBLE] = {.kind = BL_TYPE_DOUBLE},
    [BL_TYPE_VARCHAR] = {.kind = BL_TYPE_VARCHAR},
    [BL_TYPE_DATE] = {.kind = BL_TYPE_DATE},
    [BL_TYPE_TIMESTAMP] = {.kind = BL_TYPE_TIMESTAMP},
    [BL_TYPE_SPAN] = {.kind = BL_TYPE_SPAN},
    [BL_TYPE_MONTHS] = {.kind = BL_TYPE_MONTHS},
    [BL_TYPE_JSON] = {.kind = BL_TYPE_JSON}};

const struct bl_datatype *
bl_type_of(enum bl_type_kind kind)
{
	assert(kind < sizeof(scalars) / sizeof(scalars[0]));
	return &scalars[kind];
}

struct bl_datatype
bl_type_array(const struct bl_datatype *element)
{
	return (struct bl_datatype){.kind = BL_TYPE_ARRAY, .element = element};
}

struct bl_datatype
bl_type_map(const struct bl_datatype *key, const struct bl_datatype *element)
{
	return (struct bl_datatype){.kind = BL_TYPE_MAP, .key = key, .element = element};
}

bool
bl_type_equal(struct bl_datatype a, struct bl_datatype b)
{
	bool equal = a.kind == b.kind && a.n_fields == b.n_fields;

	if (equal && (a.kind == BL_TYPE_ARRAY || a.kind == BL_TYPE_MAP))
		equal = bl_type_equal(*a.element, *b.element);
	if (equal && a.kind == BL_TYPE_MAP)
		equal = bl_type_equal(*a.key, *b.key);
	for (uint32_t i = 0; equal && i < a.n_fields; i++)
		equal = bl_type_equal(a.fields[i].type, b.fields[i].type);
	return equal;
}

static const char *
kind_name(enum bl_type_kind kind)
{
	switch (kind) {
	case BL_TYPE_UNKNOWN: return "NULL";
	case BL_TYPE_BOOLEAN: return "boolean";
	case BL_TYPE_BIGINT: return "bigint";
	case BL_TYPE_DOUBLE: return "double";
	case BL_TYPE_VARCHAR: return "varchar";
	case BL_TYPE_DATE: return "date";
	case BL_TYPE_TIMESTAMP: return "timestamp";
	case BL_TYPE_SPAN: return "interval day to second";
	case BL_TYPE_MONTHS: return "interval year to month";
	case BL_TYPE_ROW: return "row";
	case BL_TYPE_JSON: return "json";
	case BL_TYPE_ARRAY: return "array";
	case BL_TYPE_MAP: return "map";
	}
	return "unknown";
}

bool
bl_type_is_number(struct bl_datatype type)
{
	return type.kind == BL_TYPE_BIGINT || type.kind == BL_TYPE_DOUBLE;
}

bool
bl_type_is_nested(struct bl_datatype type)
{
	return type.kind == BL_TYPE_ARRAY || type.kind == BL_TYPE_MAP || type.kind == BL_TYPE_ROW;
}

uint32_t
bl_type_field(struct bl_datatype row, struct bl_str name)
{
	for (uint32_t i = 0; i < row.n_fields; i++)
		if (row.fields[i].name.ptr != NULL && bl_str_eq_ci(row.fields[i].name, name))
			return i;
	return UINT32_MAX;
}

struct name {
	char *text;
	size_t len;
};

static void
add(struct name *name, const char *ptr, size_t n)
{
	if (n > BL_TYPE_TEXT - 1 - name->len)
		n = BL_TYPE_TEXT - 1 - name->len;
	memcpy(name->text + name->len, ptr, n);
	name->len += n;
	name->text[name->len] = '\0';
}

static void
add_type(struct name *name, struct bl_datatype type)
{
	const char *word = kind_name(type.kind);
	bool parts = bl_type_is_nested(type) &&
		     !(type.kind == BL_TYPE_ARRAY && type.element->kind == BL_TYPE_UNKNOWN);

	if (name->len == BL_TYPE_TEXT - 1)
		return; /* Full: deep types need not be walked. */
	add(name, word, strlen(word));
	if (!parts)
		return;
	add(name, "(", 1);
	if (type.kind == BL_TYPE_MAP) {
		add_type(name, *type.key);
		add(name, ", ", 2);
	}
	if (type.kind != BL_TYPE_ROW)
		add_type(name, *type.element);
	for (uint32_t i = 0; i < type.n_fields; i++) {
		if (i > 0)
			add(name, ", ", 2);
		if (type.fields[i].name.ptr != NULL) {
			add(name, type.fields[i].name.ptr, type.fields[i].name.len);
			add(name, " ", 1);
		}
		add_type(name, type.fields[i].type);
	}
	add(name, ")", 1);
}

const char *
bl_value_type_name(struct bl_datatype type, char text[BL_TYPE_TEXT])
{
	struct name name = {.text = text};

	add_type(&name, type);
	if (name.len == BL_TYPE_TEXT - 1)
		memcpy(text + name.len - 3, "...", 3);
	return text;
}
