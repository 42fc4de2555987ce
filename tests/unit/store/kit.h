#ifndef TESTS_STORE_KIT_H
#define TESTS_STORE_KIT_H

#include "support/test.h"

#include "base/arena.h"
#include "base/instant.h"
#include "os/os.h"
#include "store/store_priv.h"

/* What the store's tests share: a folder of their own, deliveries, made-up items. */

/* A fresh folder under TMPDIR (/tmp); removed by kit_remove.  Aborts the test when there is none.
 */
char *kit_folder(char out[256]);
void kit_remove(const char *folder);

/* The ${n}th item of a made-up type, about ${size} bytes of JSON, always the same for the same
 * numbers. */
struct bl_str kit_item(struct bl_buf *buf, uint32_t type, uint64_t n, size_t size);
struct bl_str kit_type(uint32_t type); /* "AWS::Made::Type7" */

/* A delivery with every field filled; ${n} makes it differ. */
struct bl_delivery kit_delivery(uint64_t n, enum bl_delivery_kind kind, bool complete);

/* Put the item if it is not there, and make it a member. */
BL_STATUS kit_add(struct bl_store *store, struct bl_str type, struct bl_str bytes,
    struct bl_version_id *ret_id, struct bl_err *reterr);

/* A whole file, on the heap; and writing one.  Abort the test on failure. */
char *kit_read_file(struct bl_os *os, const char *path, size_t *ret_len);
void kit_write_file(struct bl_os *os, const char *path, const char *bytes, size_t len);

uint64_t kit_random(uint64_t *state);

#endif
