/* The rules over flags, against core semantics worked out by hand. */
#include "support/test.h"

#include "sample/sample_priv.h"

static const struct bl_sample_rule *
rule_of(const char *identifier, uint8_t type)
{
	for (size_t i = 0; i < bl_sample__n_rules; i++) {
		if (strcmp(bl_sample__rules[i].identifier, identifier) == 0 &&
		    bl_sample__rules[i].type == type)
			return &bl_sample__rules[i];
	}
	fail_msg("no rule %s", identifier);
	return NULL;
}

static void
judged_as_documented(void **state)
{
	static const struct {
		const char *identifier;
		uint8_t type;
		uint32_t flags;
		int judged;
	} cases[] = {
	    {"ENCRYPTED_VOLUMES", T_VOLUME, F_ATT | F_ENC, J_COMPLIANT},
	    {"ENCRYPTED_VOLUMES", T_VOLUME, F_ATT, J_NON_COMPLIANT},
	    {"ENCRYPTED_VOLUMES", T_VOLUME, F_ENC, J_NOT_APPLICABLE},
	    {"RDS_MULTI_AZ_SUPPORT", T_DB, F_AUR, J_NOT_APPLICABLE},
	    {"RDS_MULTI_AZ_SUPPORT", T_DB, F_REP, J_NON_COMPLIANT},
	    {"RDS_MULTI_AZ_SUPPORT", T_DB, F_REP | F_MAZ, J_COMPLIANT},
	    {"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", T_BUCKET, F_DENY, J_COMPLIANT},
	    {"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", T_BUCKET, F_TAG, J_NON_COMPLIANT},
	    {"RESTRICTED_INCOMING_TRAFFIC", T_GROUP, 0, J_COMPLIANT},
	    {"RESTRICTED_INCOMING_TRAFFIC", T_GROUP, F_SSH6, J_NON_COMPLIANT},
	    {"RESTRICTED_INCOMING_TRAFFIC", T_GROUP, F_ANY4, J_NON_COMPLIANT},
	    {"CMK_BACKING_KEY_ROTATION_ENABLED", T_KMS, F_ROT, J_NOT_APPLICABLE},
	    {"CMK_BACKING_KEY_ROTATION_ENABLED", T_KMS, F_CUST, J_NON_COMPLIANT},
	    {"ACCESS_KEYS_ROTATED", T_USER, F_OLD, J_NON_COMPLIANT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    bl_sample__judge(cases[i].flags, rule_of(cases[i].identifier, cases[i].type)),
		    cases[i].judged);
}

/* Two bits a rule in the table's order; what does not apply, or is gone, leaves none. */
static void
verdicts_are_packed_by_rule(void **state)
{
	struct bl_sample_res db = {.type = T_DB, .flags = F_LIVE | F_ENC | F_TAG};
	struct bl_sample_res volume = {.type = T_VOLUME, .flags = F_LIVE | F_ENC};
	struct bl_sample_res lb = {.type = T_LB, .flags = F_LIVE};

	(void)state;
	assert_int_equal(
	    bl_sample__verdict(&db), V_COMPLIANT | V_NON_COMPLIANT << 2 | V_COMPLIANT << 4);
	db.flags |= F_AUR;
	assert_int_equal(bl_sample__verdict(&db), V_COMPLIANT | V_NONE << 2 | V_COMPLIANT << 4);
	db.flags &= ~(uint32_t)F_LIVE;
	assert_int_equal(bl_sample__verdict(&db), 0);
	assert_int_equal(bl_sample__verdict(&volume), 0);
	assert_int_equal(bl_sample__verdict(&lb), 0); /* Not in the pack. */
}

static void
the_pack_has_its_twenty_rules(void **state)
{
	const char *name[32];
	uint32_t n = 0, per_type[N_TYPES] = {0};

	(void)state;
	for (size_t i = 0; i < bl_sample__n_rules; i++) {
		const struct bl_sample_rule *rule = &bl_sample__rules[i];
		bool known = false;

		if (rule->name == NULL)
			continue;
		per_type[rule->type]++;
		for (uint32_t k = 0; k < n; k++)
			known = known || strcmp(name[k], rule->name) == 0;
		if (!known)
			name[n++] = rule->name;
	}
	assert_int_equal(n, 20);
	for (int t = 0; t < N_TYPES; t++)
		assert_true(per_type[t] <= MAX_RULES_PER_TYPE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judged_as_documented),
	    cmocka_unit_test(verdicts_are_packed_by_rule),
	    cmocka_unit_test(the_pack_has_its_twenty_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
