#include "json/json_shim.h"

#include <memory>
#include <new>

#include <simdjson.h>

/* Above this size of text the index is given back when the text is done. */
static const size_t KEPT_BYTES = (size_t)8 << 20;

struct bl_json__index {
	std::unique_ptr<simdjson::internal::dom_parser_implementation> impl;
	size_t capacity;
};

extern "C" struct bl_json__index *
bl_json__index_new(void)
{
	return new (std::nothrow) bl_json__index{nullptr, 0};
}

extern "C" void
bl_json__index_free(struct bl_json__index *index)
{
	delete index;
}

/* Room for a text of ${len} bytes; doubling, so that a run of growing texts
 * costs no more than their sum. */
static bool
reserve(struct bl_json__index *index, size_t len)
{
	size_t want = index->capacity < 4096 ? 4096 : index->capacity;

	if (index->impl != nullptr && len <= index->capacity)
		return true;
	while (want < len)
		want = want > KEPT_BYTES ? len : want * 2;
	index->impl.reset();
	index->capacity = 0;
	if (simdjson::get_active_implementation()->create_dom_parser_implementation(
		want, 1, index->impl) != simdjson::SUCCESS) {
		index->impl.reset();
		return false;
	}
	index->capacity = want;
	return true;
}

extern "C" enum bl_json__found
bl_json__index_run(struct bl_json__index *index, const char *text, size_t len,
    const uint32_t **ret_at, size_t *ret_n)
{
	if (!reserve(index, len))
		return BL_JSON__FOUND_NOMEM;
	if (index->impl->stage1(reinterpret_cast<const uint8_t *>(text), len,
		simdjson::stage1_mode::regular) != simdjson::SUCCESS)
		return BL_JSON__FOUND_ERROR;
	*ret_at = index->impl->structural_indexes.get();
	*ret_n = index->impl->n_structural_indexes;
	return BL_JSON__FOUND_OK;
}

extern "C" void
bl_json__index_trim(struct bl_json__index *index)
{
	if (index->capacity <= KEPT_BYTES)
		return;
	index->impl.reset();
	index->capacity = 0;
}

extern "C" enum bl_json__found
bl_json__minify(const char *text, size_t len, char *out, size_t *ret_n)
{
	size_t n = 0;

	if (simdjson::minify(text, len, out, n) != simdjson::SUCCESS)
		return BL_JSON__FOUND_ERROR;
	*ret_n = n;
	return BL_JSON__FOUND_OK;
}
