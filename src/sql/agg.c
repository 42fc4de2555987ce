/* The table of aggregate functions. */
#include "sql/agg_priv.h"

const struct bl_agg_class *
bl_agg__class(enum bl_aggregate fn)
{
	switch (fn) {
	case BL_AGG_COUNT_STAR: return &bl_agg__count_star;
	case BL_AGG_COUNT: return &bl_agg__count;
	case BL_AGG_COUNT_IF: return &bl_agg__count_if;
	case BL_AGG_SUM: return &bl_agg__sum;
	case BL_AGG_AVG: return &bl_agg__avg;
	case BL_AGG_MIN: return &bl_agg__min;
	case BL_AGG_MAX: return &bl_agg__max;
	case BL_AGG_MIN_BY: return &bl_agg__min_by;
	case BL_AGG_MAX_BY: return &bl_agg__max_by;
	case BL_AGG_ARBITRARY: return &bl_agg__arbitrary;
	case BL_AGG_BOOL_AND: return &bl_agg__bool_and;
	case BL_AGG_BOOL_OR: return &bl_agg__bool_or;
	case BL_AGG_ARRAY_AGG: return &bl_agg__array_agg;
	case BL_AGG_LISTAGG: return &bl_agg__listagg;
	case BL_AGG_MAP_AGG: return &bl_agg__map_agg;
	case BL_AGG_HISTOGRAM: return &bl_agg__histogram;
	case BL_AGG_APPROX_DISTINCT: return &bl_agg__approx_distinct;
	case BL_AGG_APPROX_PERCENTILE: return &bl_agg__approx_percentile;
	case BL_AGG_STDDEV: return &bl_agg__stddev;
	case BL_AGG_VARIANCE: return &bl_agg__variance;
	case BL_AGG_CHECKSUM: return &bl_agg__checksum;
	case BL_AGG_GEOMETRIC_MEAN: return &bl_agg__geometric_mean;
	case BL_AGG_ROW_NUMBER:
	case BL_AGG_RANK:
	case BL_AGG_DENSE_RANK:
	case BL_AGG_PERCENT_RANK:
	case BL_AGG_CUME_DIST:
	case BL_AGG_NTILE:
	case BL_AGG_LAG:
	case BL_AGG_LEAD:
	case BL_AGG_FIRST_VALUE:
	case BL_AGG_LAST_VALUE:
	case BL_AGG_NTH_VALUE: break;
	}
	return NULL;
}

BL_STATUS
bl_agg__add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	if (!agg->class->takes_null && args[0]->null)
		return BL_OK;
	return agg->class->add(agg, state, args, reterr);
}
