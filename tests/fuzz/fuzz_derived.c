/*
 * Bytes that a damaged or hostile derived file may hold.  The first byte chooses the kind that is
 * looked for (its high bit: give the rest a right checksum first, so that what lies behind it is
 * reached).  What is accepted is viewed completely, and comes out the same when it is written
 * again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "columns/columns_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
view(struct bl_columns *columns, struct bl_table_entry *table)
{
	struct bl_err err;

	switch (table->layout->kind) {
	case BL_PART_HEADS: must(bl_heads__view(table, 0, &err) == BL_OK); break;
	case BL_PART_COLUMN: must(bl_column__view(columns, table, &err) == BL_OK); break;
	case BL_PART_ELEMENTS: must(bl_elements__view(columns, table, &err) == BL_OK); break;
	}
}

static void
read_back(struct bl_str bytes, const struct bl_part_layout *layout)
{
	struct bl_columns columns = {.arena = bl_arena_new((size_t)1 << 26)};
	struct bl_table_entry table = {.layout = layout};
	struct bl_buf again = BL_BUF_INIT((size_t)1 << 26);
	struct bl_derived about;
	struct bl_err err;

	must(columns.arena != NULL);
	bl_part__init(&table.part, layout);
	if (bl_derived__about(bytes, &about) && about.kind == layout->kind) {
		if (bl_derived__decode(bytes, &about, &table.part, &err) == BL_OK) {
			must(bl_derived__encode(&about, &table.part, &again, &err) == BL_OK);
			must(again.len == bytes.len);
			view(&columns, &table);
		} else {
			must(err.text[0] != '\0' && table.part.n == 0);
		}
	}
	bl_part__release(&table.part);
	bl_buf_release(&again);
	bl_arena_free(&columns.arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct bl_part_layout *const layouts[3] = {
	    &bl_heads__layout, &bl_column__layout, &bl_elements__layout};
	struct bl_buf bytes = BL_BUF_INIT((size_t)1 << 26);
	uint64_t sum;

	if (size < 1 || size > (1 << 20))
		return 0;
	must(bl_buf_reserve(&bytes, size, NULL) == BL_OK);
	memcpy(bytes.ptr, data + 1, size - 1);
	bytes.len = size - 1;
	if ((data[0] & 0x80) != 0 && bytes.len >= 8) {
		sum = bl_hash64_of((struct bl_str){bytes.ptr, bytes.len - 8});
		for (size_t i = 0; i < 8; i++)
			bytes.ptr[bytes.len - 8 + i] = (char)(unsigned char)(sum >> (8 * i));
	}
	read_back(bl_buf_str(&bytes), layouts[data[0] % 3]);
	bl_buf_release(&bytes);
	return 0;
}
