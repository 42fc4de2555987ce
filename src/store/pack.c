/* The only place that knows zstd. */
#include <assert.h>
#include <zstd.h>

#include "base/mem.h"
#include "store/segment.h"

/*
 * Measured on frames of 256 KiB of real items: level 3 is slower than level 1 and no smaller.  What
 * repeats in them is long, so matches of at least 7 bytes and a table of 2^16 give 12.7 to 1 where
 * the level's own values give 12.5, a sixth quicker.
 */
#define LEVEL 1
#define MIN_MATCH 7
#define HASH_LOG 16

struct bl_packer {
	ZSTD_CCtx *ctx;
};

struct bl_unpacker {
	ZSTD_DCtx *ctx;
};

enum bl_status
bl_packer__new(struct bl_packer **ret_packer, struct bl_err *reterr)
{
	struct bl_packer *packer = bl_mem_alloc(sizeof(*packer));

	if (packer == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to compress");
	packer->ctx = ZSTD_createCCtx();
	if (packer->ctx == NULL ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(packer->ctx, ZSTD_c_compressionLevel, LEVEL)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(packer->ctx, ZSTD_c_minMatch, MIN_MATCH)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(packer->ctx, ZSTD_c_hashLog, HASH_LOG)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(packer->ctx, ZSTD_c_checksumFlag, 1))) {
		bl_packer__free(&packer);
		return bl_fail(reterr, BL_ENOMEM, "no memory to compress");
	}
	*ret_packer = packer;
	return BL_OK;
}

void
bl_packer__free(struct bl_packer **packer)
{
	if (*packer == NULL)
		return;
	(void)ZSTD_freeCCtx((*packer)->ctx);
	bl_mem_free(*packer);
	*packer = NULL;
}

enum bl_status
bl_packer__pack(
    struct bl_packer *packer, struct bl_str plain, struct bl_buf *out, struct bl_err *reterr)
{
	size_t bound = ZSTD_compressBound(plain.len), n;
	enum bl_status status = bl_buf_reserve(out, bound, reterr);

	if (status != BL_OK)
		return status;
	n = ZSTD_compress2(packer->ctx, out->ptr + out->len, bound, plain.ptr, plain.len);
	if (ZSTD_isError(n))
		return bl_fail(reterr, BL_ENOMEM, "zstd could not compress %zu bytes: %s",
		    plain.len, ZSTD_getErrorName(n));
	out->len += n;
	return BL_OK;
}

enum bl_status
bl_unpacker__new(struct bl_unpacker **ret_unpacker, struct bl_err *reterr)
{
	struct bl_unpacker *unpacker = bl_mem_alloc(sizeof(*unpacker));

	if (unpacker == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to decompress");
	unpacker->ctx = ZSTD_createDCtx();
	if (unpacker->ctx == NULL) {
		bl_unpacker__free(&unpacker);
		return bl_fail(reterr, BL_ENOMEM, "no memory to decompress");
	}
	*ret_unpacker = unpacker;
	return BL_OK;
}

void
bl_unpacker__free(struct bl_unpacker **unpacker)
{
	if (*unpacker == NULL)
		return;
	(void)ZSTD_freeDCtx((*unpacker)->ctx);
	bl_mem_free(*unpacker);
	*unpacker = NULL;
}

enum bl_status
bl_unpacker__unpack(struct bl_unpacker *unpacker, struct bl_str packed, size_t plain_len,
    struct bl_buf *plain, struct bl_err *reterr)
{
	enum bl_status status;
	size_t n;

	/* The frame's own word first, so that a wrong length costs no memory. */
	if (plain_len > BL_SEGMENT__PLAIN_LIMIT ||
	    ZSTD_getFrameContentSize(packed.ptr, packed.len) != plain_len)
		return bl_fail(reterr, BL_ECORRUPT, "a frame is not of the length it must have");
	plain->len = 0;
	status = bl_buf_reserve(plain, plain_len > 0 ? plain_len : 1, reterr);
	if (status != BL_OK)
		return status;
	n = ZSTD_decompressDCtx(unpacker->ctx, plain->ptr, plain->cap, packed.ptr, packed.len);
	if (ZSTD_isError(n))
		return bl_fail(reterr, BL_ECORRUPT, "zstd: %s", ZSTD_getErrorName(n));
	if (n != plain_len)
		return bl_fail(reterr, BL_ECORRUPT, "a frame is not of the length it must have");
	plain->len = n;
	return BL_OK;
}
