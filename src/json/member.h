#ifndef BL_JSON_MEMBER_H
#define BL_JSON_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct bl_json_w;

/*
 * Members of the object at hand: a key and its value in one call, as whatever reports as JSON
 * writes them.  BL_INSTANT_MIN and MAX are null; an absent string is "" to _str and null to _opt.
 * _object and _array begin one, bl_json_w_close ends it.
 */
void bl_json_member_null(struct bl_json_w *w, const char *key);
void bl_json_member_bool(struct bl_json_w *w, const char *key, bool value);
void bl_json_member_i64(struct bl_json_w *w, const char *key, int64_t value);
void bl_json_member_u64(struct bl_json_w *w, const char *key, uint64_t value);
void bl_json_member_str(struct bl_json_w *w, const char *key, struct bl_str value);
void bl_json_member_opt(struct bl_json_w *w, const char *key, struct bl_str value);
void bl_json_member_z(struct bl_json_w *w, const char *key, const char *value);
void bl_json_member_instant(struct bl_json_w *w, const char *key, int64_t ns);
void bl_json_member_raw(struct bl_json_w *w, const char *key, struct bl_str json);
void bl_json_member_object(struct bl_json_w *w, const char *key);
void bl_json_member_array(struct bl_json_w *w, const char *key);

#endif
