/* A key and its value: what every report would else write in two lines, or in helpers of its own.
 */
#include "json/member.h"

#include "json/writer.h"

void
bl_json_member_null(struct bl_json_w *w, const char *key)
{
	bl_json_w_key(w, key);
	bl_json_w_null(w);
}

void
bl_json_member_bool(struct bl_json_w *w, const char *key, bool value)
{
	bl_json_w_key(w, key);
	bl_json_w_bool(w, value);
}

void
bl_json_member_i64(struct bl_json_w *w, const char *key, int64_t value)
{
	bl_json_w_key(w, key);
	bl_json_w_i64(w, value);
}

void
bl_json_member_u64(struct bl_json_w *w, const char *key, uint64_t value)
{
	bl_json_w_key(w, key);
	bl_json_w_u64(w, value);
}

void
bl_json_member_str(struct bl_json_w *w, const char *key, struct bl_str value)
{
	bl_json_w_key(w, key);
	bl_json_w_str(w, value);
}

void
bl_json_member_opt(struct bl_json_w *w, const char *key, struct bl_str value)
{
	bl_json_w_key(w, key);
	if (value.ptr == NULL)
		bl_json_w_null(w);
	else
		bl_json_w_str(w, value);
}

void
bl_json_member_z(struct bl_json_w *w, const char *key, const char *value)
{
	bl_json_w_key(w, key);
	bl_json_w_z(w, value);
}

void
bl_json_member_instant(struct bl_json_w *w, const char *key, int64_t ns)
{
	bl_json_w_key(w, key);
	bl_json_w_instant(w, ns);
}

void
bl_json_member_raw(struct bl_json_w *w, const char *key, struct bl_str json)
{
	bl_json_w_key(w, key);
	bl_json_w_raw(w, json);
}

void
bl_json_member_object(struct bl_json_w *w, const char *key)
{
	bl_json_w_key(w, key);
	bl_json_w_object(w);
}

void
bl_json_member_array(struct bl_json_w *w, const char *key)
{
	bl_json_w_key(w, key);
	bl_json_w_array(w);
}
