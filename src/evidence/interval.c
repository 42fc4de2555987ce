/* Words and shares that several files of a package state in the same way. */
#include <assert.h>

#include "base/arena.h"
#include "base/instant.h"
#include "evidence/package_priv.h"

enum bl_table
bl_finding__table(const struct bl_finding *finding)
{
	switch (finding->verdict) {
	case BL_NON_COMPLIANT: return BL_TABLE_NON_COMPLIANT;
	case BL_COMPLIANT: return BL_TABLE_COMPLIANT;
	case BL_NOT_APPLICABLE: return BL_TABLE_NOT_APPLICABLE;
	case BL_INSUFFICIENT_DATA:
	case BL_ERROR: break;
	}
	return BL_TABLE_UNDETERMINED;
}

const char *
bl_finding__then(const struct bl_finding *finding)
{
	switch (finding->then) {
	case BL_THEN_GOES_ON: break;
	case BL_THEN_CHANGED: return bl_verdict_name(finding->next);
	case BL_THEN_GONE: return "deleted";
	case BL_THEN_VANISHED: return "vanished between two snapshots";
	case BL_THEN_UNKNOWN: return "unknown for a time";
	case BL_THEN_LOST: return "unknown since";
	case BL_THEN_KNOWN: return "known";
	}
	return "";
}

static enum bl_status
when_words(const struct bl_package *package, const struct bl_finding *finding,
    struct bl_str *ret_text, struct bl_err *reterr)
{
	char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT], since[BL_INSTANT_TEXT];
	char duration[BL_DURATION_TEXT];
	bool earlier = finding->since_ns != BL_INSTANT_MIN && finding->since_ns < finding->from_ns;

	(void)bl_instant_format(finding->from_ns, from);
	if (earlier)
		(void)bl_instant_format(finding->since_ns, since);
	if (package->assessment->moment)
		return bl_str_printf(package->arena, ret_text, reterr, "at %s%s%s", from,
		    earlier ? ", since " : "", earlier ? since : "");
	(void)bl_instant_format(finding->to_ns, to);
	(void)bl_duration_format(finding->to_ns - finding->from_ns, duration);
	return bl_str_printf(package->arena, ret_text, reterr, "from %s to %s (%s), %s%s%s%s", from,
	    to, duration, finding->then == BL_THEN_GOES_ON ? "goes on" : "then ",
	    bl_finding__then(finding), earlier ? ", began before the period: " : "",
	    earlier ? since : "");
}

enum bl_status
bl_finding__annotation(const struct bl_package *package, const struct bl_finding *finding,
    struct bl_str *ret_text, struct bl_err *reterr)
{
	bool decided =
	    finding->reason == BL_REASON_CONDITION || finding->reason == BL_REASON_RECORDED;
	struct bl_str when = {0};
	enum bl_status status = when_words(package, finding, &when, reterr);

	if (status != BL_OK)
		return status;
	/* Not bl_str_printf with the annotation's own length unbounded: %.*s takes an int. */
	if (finding->annotation.len > (size_t)1 << 20)
		return bl_fail(reterr, BL_ELIMIT, "an annotation of more than 1 MiB");
	return bl_str_printf(package->arena, ret_text, reterr, "%.*s%s%s%s%s%s",
	    (int)finding->annotation.len,
	    finding->annotation.len == 0 ? "" : finding->annotation.ptr,
	    finding->annotation.len == 0 ? "" : "; ", when.ptr,
	    decided ? "" : "; reason: ", decided ? "" : bl_reason_code(finding->reason),
	    finding->source == BL_SOURCE_RECORDED ? "; recorded by AWS Config" : "");
}

enum bl_status
bl_package__delivery(const struct bl_package *package, uint64_t position,
    const struct bl_delivery **ret_delivery, struct bl_err *reterr)
{
	const struct bl_delivery *delivery =
	    package->store == NULL ? NULL : bl_store_delivery(package->store, position);

	if (delivery == NULL)
		return bl_fail(reterr, BL_ECORRUPT,
		    "the assessment used delivery %llu, which the store does not have",
		    (unsigned long long)position);
	*ret_delivery = delivery;
	return BL_OK;
}

enum bl_status
bl_package__quarantined(const struct bl_package *package, uint64_t i,
    const struct bl_store_quarantine **ret_q, struct bl_err *reterr)
{
	const struct bl_store_quarantine *q =
	    package->store == NULL || i >= bl_store_n_quarantined(package->store)
		? NULL
		: bl_store_quarantined(package->store, i);

	if (q == NULL)
		return bl_fail(reterr, BL_ECORRUPT,
		    "the assessment counts %llu unreadable things, the store has fewer",
		    (unsigned long long)package->assessment->n_quarantined);
	*ret_q = q;
	return BL_OK;
}

uint32_t
bl_package__share_bp(uint64_t part, uint64_t whole)
{
	assert(whole > 0 && part <= whole);
	/* Divide first where the product would not fit; then all is still all. */
	if (whole > UINT64_MAX / 10000) {
		if (part == whole)
			return 10000;
		whole = whole / 10000 + 1;
		return (uint32_t)(part / whole > 9999 ? 9999 : part / whole);
	}
	return (uint32_t)(part * 10000 / whole);
}

uint32_t
bl_package__known_bp(const struct bl_package *package, const struct bl_recorder *recorder)
{
	int64_t period = package->assessment->to_ns - package->assessment->from_ns;
	int64_t known = recorder->known_ns < 0 ? 0 : recorder->known_ns;

	return bl_package__share_bp((uint64_t)(known > period ? period : known), (uint64_t)period);
}

bool
bl_package__silent_at_end(const struct bl_package *package, const struct bl_recorder *recorder)
{
	return recorder->last_ns < package->end_ns - BL_NS_PER_DAY;
}
