/*
 * limit: table.  Sources: Directive (EU) 2022/2555 Art. 21(2); Regulation (EU) 2024/2690, Annex,
 * whose headings name the letter; BSIG of 2 December 2025 (BGBl. 2025 I Nr. 301), sections 30, 31;
 * ISO/IEC 27001:2022, Annex A.  Logging is (b), because chapter 3 of the Annex is; exposure to the
 * network is (e), chapter 6; credentials are (i), chapter 11.
 */
#include "evidence/controls.h"

static const struct bl_control_ref table[] = {
    {"ACCESS_KEYS_ROTATED", "11.6.2(c)", "A.5.17", 'i', false},
    {"BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK", "4.2.2", "A.8.13", 'c', false},
    {"CLOUD_TRAIL_ENABLED", "3.2.1, 3.2.3", "A.8.15", 'b', true},
    {"CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", "3.2.5", "A.8.15, A.5.33", 'b', false},
    {"CMK_BACKING_KEY_ROTATION_ENABLED", "9.2(c)", "A.8.24", 'h', false},
    {"DYNAMODB_PITR_ENABLED", "4.2.1, 4.2.2", "A.8.13", 'c', false},
    {"ELB_DELETION_PROTECTION_ENABLED", "4.2.4(a)", "A.8.14, A.8.9", 'c', false},
    {"ENCRYPTED_VOLUMES", "9.1, 9.2(a)", "A.8.24", 'h', false},
    {"GUARDDUTY_ENABLED_CENTRALIZED", "3.2.1, 3.2.2, 3.2.4", "A.8.16, A.5.25", 'b', true},
    {"IAM_PASSWORD_POLICY", "11.6.1, 11.6.2(a)", "A.5.17", 'i', false},
    {"IAM_ROOT_ACCESS_KEY_CHECK", "11.3.1, 11.3.2", "A.8.2", 'i', false},
    {"IAM_USER_NO_POLICIES_CHECK", "11.2.1, 11.2.2(a)", "A.5.15, A.5.18", 'i', false},
    {"INCOMING_SSH_DISABLED", "6.7.2", "A.8.20, A.8.22", 'e', false},
    {"INSTANCES_IN_VPC", "6.7.2(b), 6.8.1", "A.8.20, A.8.22", 'e', false},
    {"MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS", "11.7.1, 11.7.2", "A.8.5", 'j', false},
    {"MULTI_REGION_CLOUD_TRAIL_ENABLED", "3.2.1, 3.2.3", "A.8.15", 'b', true},
    {"RDS_MULTI_AZ_SUPPORT", "4.2.1, 4.2.4(a)", "A.8.14", 'c', false},
    {"RDS_STORAGE_ENCRYPTED", "9.1, 9.2(a)", "A.8.24", 'h', false},
    {"REQUIRED_TAGS", "12.1, 12.4", "A.5.9, A.5.12, A.5.13", 'i', false},
    {"RESTRICTED_INCOMING_TRAFFIC", "6.7.2(c), 6.7.2(f), 6.8.2(e)", "A.8.20, A.8.22", 'e', false},
    {"ROOT_ACCOUNT_MFA_ENABLED", "11.3.2(a), 11.7.1", "A.8.5, A.8.2", 'j', false},
    {"S3_BUCKET_LOGGING_ENABLED", "3.2.1, 3.2.3(c)", "A.8.15", 'b', false},
    {"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", "9.2(a)", "A.8.24", 'h', false},
    {"SECRETSMANAGER_ROTATION_ENABLED_CHECK", "11.6.2(b), 11.6.2(c)", "A.5.17", 'i', false},
    {"SECURITYHUB_ENABLED", "7.1, 7.2", "A.5.36, A.8.16", 'f', false},
    {"VPC_FLOW_LOGS_ENABLED", "3.2.1, 3.2.3(a)", "A.8.15, A.8.16, A.8.20", 'b', true},
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
