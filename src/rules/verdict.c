#include "rules/verdict.h"

const char *
bl_verdict_name(enum bl_verdict verdict)
{
	switch (verdict) {
	case BL_COMPLIANT: return "COMPLIANT";
	case BL_NON_COMPLIANT: return "NON_COMPLIANT";
	case BL_NOT_APPLICABLE: return "NOT_APPLICABLE";
	case BL_INSUFFICIENT_DATA: return "INSUFFICIENT_DATA";
	case BL_ERROR: return "ERROR";
	}
	return "UNKNOWN";
}

const char *
bl_reason_code(enum bl_reason reason)
{
	switch (reason) {
#define X(name, code, text)                                                                        \
	case BL_REASON_##name: return code;
		BL_REASON_LIST(X)
#undef X
	}
	return "unknown";
}

const char *
bl_reason_text(enum bl_reason reason)
{
	switch (reason) {
#define X(name, code, text)                                                                        \
	case BL_REASON_##name: return text;
		BL_REASON_LIST(X)
#undef X
	}
	return "unknown";
}
