/*
 * Results of elements to one of their parent, as the functions of fn_array.c come to it: from the
 * first element on, up to the one that decides; what lies behind that is not looked at, its errors
 * neither.
 */
#include <assert.h>
#include <string.h>

#include "query/vector_priv.h"

static enum bl_status
room(struct bl_buf *buf, size_t n_bytes, struct bl_err *reterr)
{
	buf->len = 0;
	return buf->ptr != NULL && buf->cap >= n_bytes ? BL_OK
						       : bl_buf_reserve(buf, n_bytes + 1, reterr);
}

static uint32_t
match(const uint32_t *code, uint32_t n, uint32_t stop, uint32_t decided)
{
	bool null = false;

	for (uint32_t i = 0; i < n; i++) {
		if (code[i] < BL_VECTOR_NULL)
			return code[i];
		if (code[i] == stop)
			return decided;
		null = null || code[i] == BL_VECTOR_NULL;
	}
	/* What was not decided is the opposite. */
	return null ? BL_VECTOR_NULL : decided == BL_VECTOR_TRUE ? BL_VECTOR_FALSE : BL_VECTOR_TRUE;
}

static uint32_t
counted(uint32_t n)
{
	return n < BL_VECTOR_TEXTS ? BL_VECTOR_FIRST + n : BL_VECTOR_UNKNOWN;
}

static uint32_t
count(const uint32_t *code, uint32_t n)
{
	uint32_t n_true = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (code[i] < BL_VECTOR_NULL)
			return code[i];
		n_true += code[i] == BL_VECTOR_TRUE;
	}
	return counted(n_true);
}

static uint32_t
list_code(const struct bl_vector_reduce *r, const uint32_t *code, uint32_t n)
{
	switch (r->way) {
	case BL_VECTOR_ANY: return match(code, n, BL_VECTOR_TRUE, BL_VECTOR_TRUE);
	case BL_VECTOR_ALL: return match(code, n, BL_VECTOR_FALSE, BL_VECTOR_FALSE);
	case BL_VECTOR_NO: return match(code, n, BL_VECTOR_TRUE, BL_VECTOR_FALSE);
	case BL_VECTOR_COUNT: return count(code, n);
	case BL_VECTOR_LENGTH: break;
	}
	return counted(n);
}

/* What the function gives where the array is NULL: the same for every parent. */
static enum bl_status
code_of_null(struct bl_vector_run *run, struct bl_vector_reduce *r, uint32_t row,
    uint32_t *ret_code, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	*ret_code = r->of_null;
	if (r->has_null)
		return BL_OK;
	r->of_null = BL_VECTOR_NULL;
	if (r->otherwise != NULL) {
		status = bl_vector__rows(run, r->otherwise, row, 1, NULL, reterr);
		if (status == BL_OK)
			memcpy(&r->of_null, r->otherwise->code.ptr, sizeof(r->of_null));
	}
	r->has_null = status == BL_OK;
	*ret_code = r->of_null;
	return status;
}

/* Elements of wanted parents are wanted. */
static enum bl_status
want_elements(struct bl_vector_reduce *r, uint32_t from, uint32_t n, const uint8_t *wanted,
    struct bl_err *reterr)
{
	const uint32_t *first = r->table.elements->first + from;
	enum bl_status status = room(&r->wanted, first[n] - first[0], reterr);

	for (uint32_t i = 0; i < n && status == BL_OK; i++)
		memset(r->wanted.ptr + (first[i] - first[0]), wanted[i] != 0 ? 1 : 0,
		    first[i + 1] - first[i]);
	return status;
}

enum bl_status
bl_vector__reduce(struct bl_vector_run *run, struct bl_vector_reduce *r, uint32_t from, uint32_t n,
    const uint8_t *wanted, struct bl_err *reterr)
{
	const uint32_t *first = r->table.elements->first + from, *inner = NULL;
	const uint8_t *kind = r->table.elements->kind + from;
	uint32_t *code;
	enum bl_status status = room(&r->code, (size_t)n * sizeof(*code), reterr);

	assert(n <= r->table.elements->n_parents && from <= r->table.elements->n_parents - n);
	if (status == BL_OK && wanted != NULL)
		status = want_elements(r, from, n, wanted, reterr);
	if (status == BL_OK && r->body != NULL) {
		status = bl_vector__rows(run, r->body, first[0], first[n] - first[0],
		    wanted == NULL ? NULL : (const uint8_t *)r->wanted.ptr, reterr);
		inner = (const uint32_t *)(const void *)r->body->code.ptr;
	}
	code = (uint32_t *)(void *)r->code.ptr;
	for (uint32_t i = 0; i < n && status == BL_OK; i++) {
		code[i] = BL_VECTOR_ERROR;
		if (wanted != NULL && wanted[i] == 0)
			continue;
		if (kind[i] == BL_CELL_ARRAY)
			code[i] = list_code(r, inner == NULL ? NULL : inner + (first[i] - first[0]),
			    first[i + 1] - first[i]);
		else if (kind[i] == BL_CELL_MISSING || kind[i] == BL_CELL_NULL)
			status = code_of_null(run, r, from + i, &code[i], reterr);
	}
	return status;
}
