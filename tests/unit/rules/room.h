#ifndef TESTS_RULES_ROOM_H
#define TESTS_RULES_ROOM_H

#include "unit/timeline/scene.h"

#include "rules/assess.h"

/* A small world with a pack of two rules to judge it by: "volumes" (evaluated) and "flow-logs" (not
 * evaluated). */
struct room {
	struct scene scene;
	struct bl_assess_options options;
	const struct bl_assessment *a; /* The last judgement. */
};

#define ON "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":true}}"
#define OFF "{\"Recording\":false,\"RecordingGroup\":{\"AllSupported\":true}}"
#define RECORDER(h, what_)                                                                         \
	{                                                                                          \
		.type = "AWS::Config::ConfigurationRecorder", .id = "default", .hour = (h),        \
		.what = (what_)                                                                    \
	}
#define GOOD "{\"encrypted\":true,\"attachments\":[{\"state\":\"attached\"}]}"
#define BAD "{\"encrypted\":false,\"attachments\":[{\"state\":\"attached\"}]}"
#define LOOSE "{\"encrypted\":false,\"attachments\":[]}"

int room_setup(void **state);
int room_teardown(void **state);

/* Judges hours [from, to); the moment when both are the same.  Counts must add up. */
void room_judge(struct room *r, int from, int to);

/* The findings of one rule on one resource, as text: "NON_COMPLIANT 0-6 then COMPLIANT; ...". */
const char *room_findings(struct room *r, const char *rule, const char *id);

/* The text of a rule's first finding on the account in ${region}, or "none". */
const char *room_annotation(struct room *r, const char *rule, const char *region);

/* What the period says of each hour is what the moment says: verdict by verdict. */
void room_period_agrees(struct room *r, int from, int to);

#endif
