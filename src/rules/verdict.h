#ifndef BL_RULES_VERDICT_H
#define BL_RULES_VERDICT_H

/* AWS Config's four verdicts, and ours for a rule that broke. */
enum bl_verdict {
	BL_COMPLIANT,
	BL_NON_COMPLIANT,
	BL_NOT_APPLICABLE,
	BL_INSUFFICIENT_DATA,
	BL_ERROR,
};
#define BL_N_VERDICTS 5

/* Why, as a stable code that reports and scripts may rely on. */
#define BL_REASON_LIST(X)                                                                          \
	X(CONDITION, "condition", "the rule's condition decided")                                  \
	X(SCOPE, "out-of-scope", "the rule does not apply to this resource")                       \
	X(STATUS, "deleted-or-not-recorded", "the resource is deleted or not recorded")            \
	X(MISSING, "missing-data", "the item lacks data that the rule needs")                      \
	X(UNKNOWN, "unknown-condition", "the rule's condition has no value for this item")         \
	X(BROKEN, "rule-error", "the rule could not be evaluated")                                 \
	X(NOT_IMPLEMENTED, "not-implemented", "this rule is not evaluated by beleg")               \
	X(STALE, "no-delivery", "nothing was delivered for this moment")                           \
	X(BEFORE, "before-first-delivery", "nothing had been delivered yet")                       \
	X(NOBODY, "no-recorder", "no delivery names the account and region as its own")            \
	X(STOPPED, "recorder-stopped", "the configuration recorder was stopped")                   \
	X(NOT_RECORDED, "type-not-recorded", "nothing shows that the type was recorded")           \
	X(VANISHED, "vanished", "the resource vanished between two snapshots")                     \
	X(RECORDED, "recorded-by-aws", "AWS Config's own verdict")

enum bl_reason {
#define X(name, code, text) BL_REASON_##name,
	BL_REASON_LIST(X)
#undef X
};

const char *bl_verdict_name(enum bl_verdict verdict); /* "NON_COMPLIANT" */
const char *bl_reason_code(enum bl_reason reason);    /* "missing-data" */
const char *bl_reason_text(enum bl_reason reason);

#endif
