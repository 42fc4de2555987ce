/* The rules of the pack, and those of the "expect" list, over flags. */
#include "sample/sample_priv.h"

const char *const bl_sample__expect[N_EXPECT] = {"ENCRYPTED_VOLUMES", "RDS_STORAGE_ENCRYPTED",
    "RDS_MULTI_AZ_SUPPORT", "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
    "RESTRICTED_INCOMING_TRAFFIC", "DYNAMODB_PITR_ENABLED", "ELB_DELETION_PROTECTION_ENABLED",
    "REQUIRED_TAGS"};

/* identifier, name in the pack, type, applies, excludes, any, forbids, expect */
const struct bl_sample_rule bl_sample__rules[] = {
    {"ENCRYPTED_VOLUMES", "nis2-ebs-encrypted", T_VOLUME, F_ATT, 0, F_ENC, 0, 0},
    {"RDS_STORAGE_ENCRYPTED", "nis2-rds-storage-encrypted", T_DB, 0, 0, F_ENC, 0, 1},
    {"RDS_MULTI_AZ_SUPPORT", "nis2-kritis-rds-multi-az", T_DB, 0, F_AUR, F_MAZ, 0, 2},
    {"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", "nis2-s3-sse-enabled", T_BUCKET, 0, 0,
	F_ENC | F_DENY, 0, 3},
    {"RESTRICTED_INCOMING_TRAFFIC", "nis2-restrict-ssh-rdp", T_GROUP, 0, 0, 0,
	F_SSH4 | F_SSH6 | F_RDP4 | F_ANY4, 4},
    {"DYNAMODB_PITR_ENABLED", "nis2-dynamodb-pitr", T_TABLE, 0, 0, F_PITR, 0, 5},
    {"ELB_DELETION_PROTECTION_ENABLED", NULL, T_LB, 0, 0, F_PROT, 0, 6},
    {"REQUIRED_TAGS", "required-tags-ec2", T_INSTANCE, 0, 0, F_TAG, 0, 7},
    {"REQUIRED_TAGS", "required-tags-ec2", T_DB, 0, 0, F_TAG, 0, 7},
    {"REQUIRED_TAGS", "required-tags-ec2", T_BUCKET, 0, 0, F_TAG, 0, 7},
    {"CMK_BACKING_KEY_ROTATION_ENABLED", "nis2-cmk-key-rotation", T_KMS, F_CUST, 0, F_ROT, 0, -1},
    {"SECRETSMANAGER_ROTATION_ENABLED_CHECK", "nis2-secrets-rotation-enabled", T_SECRET, 0, 0,
	F_ROT, 0, -1},
    {"BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK", "kritis-backup-plan-required", T_BACKUP,
	0, 0, F_ON, 0, -1},
    {"VPC_FLOW_LOGS_ENABLED", "nis2-vpc-flow-logs", T_VPC, 0, 0, F_ON, 0, -1},
    {"CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", "nis2-kritis-cloudtrail-integrity", T_TRAIL, 0, 0,
	F_VALID, 0, -1},
    {"MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS", "nis2-mfa-enabled-iam-console", T_USER, 0, 0, 0, F_OPEN,
	-1},
    {"ACCESS_KEYS_ROTATED", "nis2-access-keys-rotated", T_USER, 0, 0, 0, F_OLD, -1},
    {"IAM_USER_NO_POLICIES_CHECK", "nis2-iam-no-user-direct-policies", T_USER, 0, 0, 0, F_DIR, -1},
    {"ROOT_ACCOUNT_MFA_ENABLED", "nis2-root-mfa-enabled", T_ACCOUNT, 0, 0, F_MFA, 0, -1},
    {"CLOUD_TRAIL_ENABLED", "nis2-cloudtrail-enabled", T_ACCOUNT, 0, 0, F_TRAIL, 0, -1},
    {"MULTI_REGION_CLOUD_TRAIL_ENABLED", "nis2-multiregion-cloudtrail", T_ACCOUNT, 0, 0, F_MULTI, 0,
	-1},
    {"GUARDDUTY_ENABLED_CENTRALIZED", "nis2-guardduty-enabled", T_ACCOUNT, 0, 0, F_ON, 0, -1},
    {"IAM_ROOT_ACCESS_KEY_CHECK", "nis2-no-root-access-keys", T_ACCOUNT, 0, 0, 0, F_ROOTKEY, -1},
};
const size_t bl_sample__n_rules = sizeof(bl_sample__rules) / sizeof(bl_sample__rules[0]);

int
bl_sample__judge(uint32_t flags, const struct bl_sample_rule *rule)
{
	if ((flags & rule->applies) != rule->applies || (flags & rule->excludes) != 0)
		return J_NOT_APPLICABLE;
	if ((rule->any != 0 && (flags & rule->any) == 0) || (flags & rule->forbids) != 0)
		return J_NON_COMPLIANT;
	return J_COMPLIANT;
}

/* A rule that does not apply leaves no trace in AWS's item. */
uint16_t
bl_sample__verdict(const struct bl_sample_res *res)
{
	uint16_t verdict = 0;
	uint32_t shift = 0;

	if ((res->flags & F_LIVE) == 0)
		return 0;
	for (size_t i = 0; i < bl_sample__n_rules; i++) {
		const struct bl_sample_rule *rule = &bl_sample__rules[i];
		int judged;

		if (rule->type != res->type || rule->name == NULL)
			continue;
		judged = bl_sample__judge(res->flags, rule);
		if (judged == J_COMPLIANT)
			verdict |= (uint16_t)(V_COMPLIANT << shift);
		else if (judged == J_NON_COMPLIANT)
			verdict |= (uint16_t)(V_NON_COMPLIANT << shift);
		shift += 2;
	}
	return verdict;
}
