/*
 * limit: table.  Sources: Directive (EU) 2022/2555 Art. 21(2); Regulation (EU) 2024/2690, Annex,
 * whose headings name the letter; BSIG of 2 December 2025 (BGBl. 2025 I Nr. 301), sections 30, 31;
 * ISO/IEC 27001:2022, Annex A.  Logging is (b), because chapter 3 of the Annex is; exposure to the
 * network is (e), chapter 6; credentials are (i), chapter 11.
 */
#include "evidence/controls.h"

static const struct bl_control_ref table[] = {
    {"ACCESS_KEYS_ROTATED", 'i', "11.6.2(c)", false, "A.5.17"},
    {"BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK", 'c', "4.2.2", false, "A.8.13"},
    {"CLOUD_TRAIL_ENABLED", 'b', "3.2.1, 3.2.3", true, "A.8.15"},
    {"CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", 'b', "3.2.5", false, "A.8.15, A.5.33"},
    {"CMK_BACKING_KEY_ROTATION_ENABLED", 'h', "9.2(c)", false, "A.8.24"},
    {"DYNAMODB_PITR_ENABLED", 'c', "4.2.1, 4.2.2", false, "A.8.13"},
    {"ELB_DELETION_PROTECTION_ENABLED", 'c', "4.2.4(a)", false, "A.8.14, A.8.9"},
    {"ENCRYPTED_VOLUMES", 'h', "9.1, 9.2(a)", false, "A.8.24"},
    {"GUARDDUTY_ENABLED_CENTRALIZED", 'b', "3.2.1, 3.2.2, 3.2.4", true, "A.8.16, A.5.25"},
    {"IAM_PASSWORD_POLICY", 'i', "11.6.1, 11.6.2(a)", false, "A.5.17"},
    {"IAM_ROOT_ACCESS_KEY_CHECK", 'i', "11.3.1, 11.3.2", false, "A.8.2"},
    {"IAM_USER_NO_POLICIES_CHECK", 'i', "11.2.1, 11.2.2(a)", false, "A.5.15, A.5.18"},
    {"INCOMING_SSH_DISABLED", 'e', "6.7.2", false, "A.8.20, A.8.22"},
    {"INSTANCES_IN_VPC", 'e', "6.7.2(b), 6.8.1", false, "A.8.20, A.8.22"},
    {"MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS", 'j', "11.7.1, 11.7.2", false, "A.8.5"},
    {"MULTI_REGION_CLOUD_TRAIL_ENABLED", 'b', "3.2.1, 3.2.3", true, "A.8.15"},
    {"RDS_MULTI_AZ_SUPPORT", 'c', "4.2.1, 4.2.4(a)", false, "A.8.14"},
    {"RDS_STORAGE_ENCRYPTED", 'h', "9.1, 9.2(a)", false, "A.8.24"},
    {"REQUIRED_TAGS", 'i', "12.1, 12.4", false, "A.5.9, A.5.12, A.5.13"},
    {"RESTRICTED_INCOMING_TRAFFIC", 'e', "6.7.2(c), 6.7.2(f), 6.8.2(e)", false, "A.8.20, A.8.22"},
    {"ROOT_ACCOUNT_MFA_ENABLED", 'j', "11.3.2(a), 11.7.1", false, "A.8.5, A.8.2"},
    {"S3_BUCKET_LOGGING_ENABLED", 'b', "3.2.1, 3.2.3(c)", false, "A.8.15"},
    {"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", 'h', "9.2(a)", false, "A.8.24"},
    {"SECRETSMANAGER_ROTATION_ENABLED_CHECK", 'i', "11.6.2(b), 11.6.2(c)", false, "A.5.17"},
    {"SECURITYHUB_ENABLED", 'f', "7.1, 7.2", false, "A.5.36, A.8.16"},
    {"VPC_FLOW_LOGS_ENABLED", 'b', "3.2.1, 3.2.3(a)", true, "A.8.15, A.8.16, A.8.20"},
};

const struct bl_control_ref *
bl_controls__find(struct bl_str identifier)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (bl_str_eq(identifier, bl_str_of(table[i].identifier)))
			return &table[i];
	return NULL;
}

char
bl_controls__letter(struct bl_str text)
{
	size_t at = bl_str_find(text, BL_STR("21(2)("));
	struct bl_str rest;

	if (at == SIZE_MAX)
		return 0;
	rest = bl_str_sub(text, at + 6, at + 8);
	if (rest.len == 2 && rest.ptr[0] >= 'a' && rest.ptr[0] <= 'j' && rest.ptr[1] == ')')
		return rest.ptr[0];
	return 0;
}

int
bl_controls__bsig_no(char letter)
{
	return letter >= 'a' && letter <= 'j' ? letter - 'a' + 1 : 0;
}
