/* What Config does not record: credential reports, account summaries, the list of accounts. */
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "os/os.h"
#include "sample/sample_priv.h"
#include "json/writer.h"

#define PATH_BYTES 1400

/* 2025-10-17T09:12:44+00:00 */
static void
put_offset_time(struct bl_sample_out *out, int64_t ms)
{
	bl_sample__put_iso(out, ms);
	out->len -= 5;
	bl_sample__put_z(out, "+00:00");
}

static void
put_root(struct bl_sample_out *out, const struct bl_sample_plan *plan,
    const struct bl_sample_account *account)
{
	const bool mfa = bl_sample__below(bl_sample__mix(account->key, 60), 10) != 0;

	bl_sample__put_z(out, "<root_account>,arn:aws:iam::");
	bl_sample__put_z(out, account->id);
	bl_sample__put_z(out, ":root,");
	put_offset_time(out, plan->start_ms - 1000 * MS_PER_DAY);
	bl_sample__put_z(out, ",not_supported,no_information,not_supported,not_supported,");
	bl_sample__put_z(out, mfa ? "true" : "false");
	bl_sample__put_z(out, ",false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n");
}

static void
put_user(struct bl_sample_run *run, const struct bl_sample_res *user, int64_t at_ms)
{
	struct bl_sample_out *out = &run->out;
	const int64_t rotated = bl_sample__key_rotated(run->plan, user, at_ms);
	const bool console = (user->flags & F_CONS) != 0;

	bl_sample__emit_part(out, &run->scope, user, PART_NAME);
	bl_sample__put(out, ",", 1);
	bl_sample__emit_part(out, &run->scope, user, PART_ARN);
	bl_sample__put(out, ",", 1);
	put_offset_time(out, user->created_ms);
	if (console) {
		bl_sample__put_z(out, ",true,");
		put_offset_time(out, at_ms - MS_PER_DAY);
		bl_sample__put(out, ",", 1);
		put_offset_time(out, user->created_ms);
		bl_sample__put_z(out, ",N/A,");
	} else {
		bl_sample__put_z(out, ",false,N/A,N/A,N/A,");
	}
	bl_sample__put_z(out, (user->flags & F_MFA) != 0 ? "true,true," : "false,true,");
	put_offset_time(out, rotated);
	bl_sample__put(out, ",", 1);
	put_offset_time(out, at_ms - MS_PER_HOUR);
	bl_sample__put_z(out, ",eu-central-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n");
}

static BL_STATUS
path_of(const struct bl_sample_run *run, const char *what, const char *suffix, int64_t at_ms,
    char path[PATH_BYTES])
{
	char date[BL_INSTANT_TEXT];
	int n;

	bl_instant_format(at_ms * 1000000, date);
	n = snprintf(path, PATH_BYTES, "%s/evidence/%s/%s-%.10s.%s", run->folder,
	    run->scope.account->id, what, date, suffix);
	return n > 0 && n < PATH_BYTES ? BL_OK : BL_ELIMIT;
}

static BL_STATUS
credential_report(struct bl_sample_run *run, int64_t at_ms, struct bl_err *reterr)
{
	static const char header[] =
	    "user,arn,user_creation_time,password_enabled,password_last_used,"
	    "password_last_changed,password_next_rotation,mfa_active,access_key_1_active,"
	    "access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
	    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
	    "access_key_2_last_used_date,access_key_2_last_used_region,"
	    "access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
	    "cert_2_last_rotated\n";
	const struct bl_sample_res *all = (const struct bl_sample_res *)(const void *)run->res.ptr;
	char path[PATH_BYTES];
	enum bl_status status;

	run->out.len = 0;
	bl_sample__put_z(&run->out, header);
	put_root(&run->out, run->plan, run->scope.account);
	for (uint32_t i = run->scope.first[T_USER]; i < run->n_res; i++) {
		if (all[i].type == T_USER)
			put_user(run, &all[i], at_ms);
	}
	status = path_of(run, "iam-credential-report", "csv", at_ms, path);
	if (status)
		return bl_fail(reterr, status, "the folder's name is too long");
	status = bl_sample__plain(
	    run, path, (struct bl_str){run->out.buf, run->out.len}, KIND_EVIDENCE, reterr);
	run->out.len = 0;
	return status;
}

static BL_STATUS
account_summary(struct bl_sample_run *run, int64_t at_ms, struct bl_err *reterr)
{
	const uint32_t *count = run->scope.count;
	const struct bl_sample_res *all = (const struct bl_sample_res *)(const void *)run->res.ptr;
	uint32_t users = 0, with_mfa = 0;
	const bool mfa = bl_sample__below(bl_sample__mix(run->scope.account_key, 60), 10) != 0;
	char path[PATH_BYTES], text[1200];
	enum bl_status status;
	int n;

	for (uint32_t i = run->scope.first[T_USER]; i < run->n_res; i++) {
		users += all[i].type == T_USER;
		with_mfa += all[i].type == T_USER && (all[i].flags & F_MFA) != 0;
	}
	n = snprintf(text, sizeof(text),
	    "{\n    \"SummaryMap\": {\n        \"GroupPolicySizeQuota\": 5120,\n"
	    "        \"InstanceProfilesQuota\": 1000,\n        \"Policies\": %u,\n"
	    "        \"GroupsPerUserQuota\": 10,\n        \"AttachedPoliciesPerUserQuota\": 10,\n"
	    "        \"Users\": %u,\n        \"PoliciesQuota\": 1500,\n"
	    "        \"AccountMFAEnabled\": %d,\n        \"AccessKeysPerUserQuota\": 2,\n"
	    "        \"UserPolicySizeQuota\": 2048,\n        \"Groups\": %u,\n"
	    "        \"AccountPasswordPresent\": 1,\n        \"AccountAccessKeysPresent\": 0,\n"
	    "        \"AccountSigningCertificatesPresent\": 0,\n        \"Roles\": %u,\n"
	    "        \"MFADevices\": %u,\n        \"MFADevicesInUse\": %u,\n"
	    "        \"Providers\": 0,\n        \"ServerCertificates\": 0,\n"
	    "        \"UsersQuota\": 5000\n    }\n}\n",
	    count[T_POLICY], users, mfa, count[T_IAM_GROUP], count[T_ROLE], with_mfa + mfa,
	    with_mfa + mfa);
	if (n < 0 || (size_t)n >= sizeof(text))
		return bl_fail(reterr, BL_ELIMIT, "the account summary is too long");
	status = path_of(run, "iam-account-summary", "json", at_ms, path);
	if (status)
		return bl_fail(reterr, status, "the folder's name is too long");
	return bl_sample__plain(run, path, (struct bl_str){text, (size_t)n}, KIND_EVIDENCE, reterr);
}

/* Two hours behind the day's first delivery, while the account delivers. */
BL_STATUS
bl_sample__evidence(struct bl_sample_run *run, struct bl_err *reterr)
{
	const struct bl_sample_account *account = run->scope.account;
	char path[PATH_BYTES];
	enum bl_status status;

	(void)snprintf(path, sizeof(path), "%s/evidence/%s", run->folder, account->id);
	status = bl_os_mkdirs(run->os, path, reterr);
	for (uint32_t slot = 0; slot <= account->last_slot && !status; slot += 4) {
		const int64_t at = bl_sample__grid_ms(run->plan, slot) + 2 * MS_PER_HOUR;

		if (slot < account->first_slot)
			continue;
		status = credential_report(run, at, reterr);
		if (!status)
			status = account_summary(run, at, reterr);
	}
	if (status)
		return status;
	(void)snprintf(path, sizeof(path), "%s/config/AWSLogs/%s/Config/ConfigWritabilityCheckFile",
	    run->folder, account->id);
	return bl_sample__plain(run, path, BL_STR(""), KIND_CHECK, reterr);
}

static void
put_account(
    struct bl_json_w *w, const struct bl_sample_plan *plan, const struct bl_sample_account *account)
{
	const bool left = account->last_slot + 1 < plan->n_slots;
	const int64_t joined = account->first_slot > 0
				   ? bl_sample__grid_ms(plan, account->first_slot) - 3 * MS_PER_HOUR
				   : plan->start_ms - 1000 * MS_PER_DAY;
	char text[160];
	struct bl_sample_out when = {text, 0, sizeof(text)};

	bl_json_w_object(w);
	bl_json_w_key(w, "Id");
	bl_json_w_z(w, account->id);
	bl_json_w_key(w, "Arn");
	(void)snprintf(text, sizeof(text), "arn:aws:organizations::%s:account/o-bsampleorg/%s",
	    plan->accounts[0].id, account->id);
	bl_json_w_z(w, text);
	bl_json_w_key(w, "Email");
	(void)snprintf(text, sizeof(text), "%s@example.org", account->name);
	bl_json_w_z(w, text);
	bl_json_w_key(w, "Name");
	bl_json_w_z(w, account->name);
	bl_json_w_key(w, "Status");
	bl_json_w_z(w, left ? "SUSPENDED" : "ACTIVE");
	bl_json_w_key(w, "JoinedMethod");
	bl_json_w_z(w, "CREATED");
	bl_json_w_key(w, "JoinedTimestamp");
	put_offset_time(&when, joined);
	bl_json_w_str(w, (struct bl_str){text, when.len});
	bl_json_w_close(w);
}

BL_STATUS
bl_sample__organization(struct bl_sample_run *run, struct bl_err *reterr)
{
	struct bl_buf out = BL_BUF_INIT((size_t)4 << 20);
	char path[PATH_BYTES];
	struct bl_json_w w;
	enum bl_status status;

	(void)snprintf(path, sizeof(path), "%s/organization", run->folder);
	status = bl_os_mkdirs(run->os, path, reterr);
	if (status)
		return status;
	bl_json_w_begin(&w, &out, 4);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "Accounts");
	bl_json_w_array(&w);
	for (uint32_t i = 0; i < run->plan->options.n_accounts; i++)
		put_account(&w, run->plan, &run->plan->accounts[i]);
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, reterr);
	(void)snprintf(path, sizeof(path), "%s/organization/list-accounts.json", run->folder);
	if (!status)
		status = bl_sample__plain(run, path, bl_buf_str(&out), KIND_ORG, reterr);
	bl_buf_release(&out);
	return status;
}
