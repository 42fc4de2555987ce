/* make_groups STORE N [SEED]: a store of N invented security groups, about five permissions each,
 * for bench_vector. */
#include "unit/store/kit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

static uint64_t random_state;

static uint32_t
below(uint32_t n)
{
	return (uint32_t)(kit_random(&random_state) % n);
}

static void
say(struct bl_buf *out, const char *text)
{
	if (bl_buf_add(out, bl_str_of(text), NULL) != BL_OK)
		abort();
}

static void
put_cidrs(struct bl_buf *out, char cidr[4][40], uint32_t n, const char *open, const char *close)
{
	for (uint32_t i = 0; i < n; i++) {
		say(out, i == 0 ? "" : ",");
		say(out, open);
		say(out, cidr[i]);
		say(out, close);
	}
}

/* One of ipPermissions, as AWS Config writes it. */
static void
put_permission(struct bl_buf *out)
{
	static const uint32_t ports[] = {22, 3389, 80, 443, 5432, 3306, 8080, 53};
	uint32_t port = ports[below(8)], n = 1 + below(2), n6 = below(8) == 0 ? 1 : 0;
	bool all = below(20) == 0, wide = below(15) == 0;
	char cidr[4][40];

	for (uint32_t i = 0; i < n; i++) {
		if (below(25) == 0)
			(void)snprintf(cidr[i], 40, "0.0.0.0/0");
		else
			(void)snprintf(cidr[i], 40, "10.%u.%u.0/24", below(16), below(64));
	}
	say(out, "{");
	if (!all && bl_buf_printf(out, NULL, "\"fromPort\":%u,", wide ? 0 : port) != BL_OK)
		abort();
	say(out, all		 ? "\"ipProtocol\":\"-1\","
		 : below(6) == 0 ? "\"ipProtocol\":\"udp\","
				 : "\"ipProtocol\":\"tcp\",");
	say(out, n6 == 0	 ? "\"ipv6Ranges\":[],"
		 : below(4) == 0 ? "\"ipv6Ranges\":[{\"cidrIpv6\":\"::/0\"}],"
				 : "\"ipv6Ranges\":[{\"cidrIpv6\":\"fd00::/8\"}],");
	say(out, "\"prefixListIds\":[],");
	if (!all && bl_buf_printf(out, NULL, "\"toPort\":%u,", wide ? 65535 : port) != BL_OK)
		abort();
	say(out, "\"userIdGroupPairs\":[],\"ipv4Ranges\":[");
	put_cidrs(out, cidr, n, "{\"cidrIp\":\"", "\"}");
	say(out, "],\"ipRanges\":[");
	put_cidrs(out, cidr, n, "\"", "\"");
	say(out, "]}");
}

static struct bl_str
put_group(struct bl_buf *out, uint32_t i)
{
	uint32_t n = 3 + below(5);

	out->len = 0;
	if (bl_buf_printf(out, NULL,
		"{\"version\":\"1.3\",\"accountId\":\"1111222233%02u\","
		"\"configurationItemCaptureTime\":\"2026-01-%02uT00:00:00.000Z\","
		"\"configurationItemStatus\":\"OK\",\"configurationStateId\":\"%u\","
		"\"arn\":\"arn:aws:ec2:eu-central-1:111122223333:security-group/sg-%08x\","
		"\"resourceType\":\"AWS::EC2::SecurityGroup\",\"resourceId\":\"sg-%08x\","
		"\"resourceName\":\"group %u\",\"awsRegion\":\"eu-central-1\",\"tags\":{},"
		"\"relationships\":[],\"configuration\":{\"description\":\"made\","
		"\"groupName\":\"group %u\",\"ipPermissions\":[",
		i % 40, 1 + i % 28, 1000 + i, i, i, i, i) != BL_OK)
		abort();
	for (uint32_t k = 0; k < n; k++) {
		say(out, k == 0 ? "" : ",");
		put_permission(out);
	}
	say(out, "],\"ownerId\":\"111122223333\",\"ipPermissionsEgress\":[{\"ipProtocol\":\"-1\","
		 "\"ipv6Ranges\":[],\"prefixListIds\":[],\"userIdGroupPairs\":[],"
		 "\"ipv4Ranges\":[{\"cidrIp\":\"0.0.0.0/0\"}],\"ipRanges\":[\"0.0.0.0/0\"]}],"
		 "\"tags\":[],\"vpcId\":\"vpc-0a1b2c3d\"},\"supplementaryConfiguration\":{}}");
	return bl_buf_str(out);
}

int
main(int argc, char **argv)
{
	struct bl_delivery d = kit_delivery(1, BL_DELIVERY_HISTORY, true);
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 24);
	struct bl_store *store = NULL;
	struct bl_version_id id;
	struct bl_err err = {0};
	uint64_t position;
	enum bl_status status;

	if (argc < 3) {
		(void)fprintf(stderr, "usage: make_groups STORE N [SEED]\n");
		return 2;
	}
	random_state = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
	status = bl_store_open(bl_os_posix(), argv[1], BL_STORE_CREATE, &store, &err);
	if (status == BL_OK)
		status = bl_store_begin(store, &err);
	for (uint32_t i = 0; status == BL_OK && i < strtoul(argv[2], NULL, 10); i++)
		status = kit_add(
		    store, BL_STR("AWS::EC2::SecurityGroup"), put_group(&out, i), &id, &err);
	if (status == BL_OK)
		status = bl_store_commit(store, &d, &position, &err);
	if (status == BL_OK)
		status = bl_store_seal(store, &err);
	if (status != BL_OK)
		(void)fprintf(stderr, "make_groups: %s\n", err.text);
	bl_buf_release(&out);
	bl_store_close(&store);
	return status == BL_OK ? 0 : 1;
}
