#include "delivery/reader.h"
#include "rules/verdict.h"
const char *
bl_verdict_name(enum bl_verdict v)
{
	static const char *const n[] = {
	    "COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE", "INSUFFICIENT_DATA", "ERROR"};
	return n[v];
}
const char *
bl_reason_code(enum bl_reason r)
{
	static const char *const n[] = {
#define X(a, b, c) b,
	    BL_REASON_LIST(X)
#undef X
	};
	return n[r];
}
const char *
bl_reason_text(enum bl_reason r)
{
	static const char *const n[] = {
#define X(a, b, c) c,
	    BL_REASON_LIST(X)
#undef X
	};
	return n[r];
}
const char *
bl_delivery_kind_name(enum bl_delivery_kind k)
{
	(void)k;
	return "snapshot";
}
