#ifndef TESTS_UNIT_JSON_JSON_APPLY_H
#define TESTS_UNIT_JSON_JSON_APPLY_H

/*
 * Applies a difference, from its header's words alone: what json/diff.h promises is that the value
 * before and the changes give the value after.  Shares no code with what made the changes.  NULL: a
 * path that cannot be read or followed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "json/diff.h"

/* The rest of one change's path. */
struct todo {
	const struct bl_json_change *change;
	struct bl_str rest;
};

struct step {
	bool index;
	size_t i; /* From 1. */
	struct bl_str key;
};

/* The first step of a path, and the rest behind it. */
static bool
take_step(struct bl_arena *arena, struct bl_str *rest, struct step *ret)
{
	size_t i = 0, n = 0;
	char *key = bl_new(arena, char, rest->len + 1);

	*ret = (struct step){0};
	if (rest->len > 1 && rest->ptr[0] == '[' && rest->ptr[1] == '\'') {
		for (i = 2; i < rest->len; i++) {
			if (rest->ptr[i] == '\'' &&
			    (i + 1 == rest->len || rest->ptr[i + 1] != '\''))
				break;
			if (rest->ptr[i] == '\'')
				i++;
			key[n++] = rest->ptr[i];
		}
		if (i + 1 >= rest->len || rest->ptr[i + 1] != ']')
			return false;
		i += 2;
	} else if (rest->len > 0 && rest->ptr[0] == '[') {
		ret->index = true;
		for (i = 1; i < rest->len && rest->ptr[i] != ']'; i++)
			ret->i = ret->i * 10 + (size_t)(rest->ptr[i] - '0');
		i++;
	} else {
		i = rest->len > 0 && rest->ptr[0] == '.';
		for (; i < rest->len && rest->ptr[i] != '.' && rest->ptr[i] != '['; i++)
			key[n++] = rest->ptr[i];
	}
	ret->key = (struct bl_str){key, n};
	*rest = bl_str_sub(*rest, i, rest->len);
	return true;
}

static const struct bl_json *apply(
    struct bl_arena *arena, const struct bl_json *before, const struct todo *todo, size_t n);

static void
append(struct bl_arena *arena, struct bl_json *parent, struct bl_json **last,
    const struct bl_json *value, struct bl_str key)
{
	struct bl_json *copy = bl_new(arena, struct bl_json, 1);

	*copy = *value;
	copy->key = key;
	copy->next = NULL;
	if (*last == NULL)
		parent->first = copy;
	else
		(*last)->next = copy;
	*last = copy;
	parent->n++;
}

/* The changes whose next step is this one, with what is behind it. */
static size_t
below(struct bl_arena *arena, const struct todo *todo, size_t n, const struct step *at,
    bool elements, struct todo *out)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		struct bl_str rest = todo[i].rest;
		struct step s;

		if (!take_step(arena, &rest, &s))
			abort();
		/* A removed element's index is of the array before. */
		if (elements && rest.len == 0 && todo[i].change->op == BL_JSON_REMOVE)
			continue;
		if (s.index == at->index && s.i == at->i && bl_str_eq(s.key, at->key))
			out[k++] = (struct todo){todo[i].change, rest};
	}
	return k;
}

static bool
is_removed(struct bl_arena *arena, const struct todo *todo, size_t n, size_t index)
{
	for (size_t i = 0; i < n; i++) {
		struct bl_str rest = todo[i].rest;
		struct step s;

		if (take_step(arena, &rest, &s) && rest.len == 0 && s.index && s.i == index &&
		    todo[i].change->op == BL_JSON_REMOVE)
			return true;
	}
	return false;
}

static const struct bl_json *
apply_array(struct bl_arena *arena, const struct bl_json *before, const struct todo *todo, size_t n)
{
	struct bl_json *out = bl_new(arena, struct bl_json, 1), *last = NULL;
	const struct bl_json *e = before->first;
	struct todo *sub = bl_new(arena, struct todo, n);
	size_t at = 1;

	out->kind = BL_JSON_ARRAY;
	for (size_t j = 1;; j++) {
		struct step s = {.index = true, .i = j};
		size_t k = below(arena, todo, n, &s, true, sub);
		const struct bl_json *value;

		if (k == 1 && sub[0].rest.len == 0 && sub[0].change->op == BL_JSON_ADD) {
			append(arena, out, &last, sub[0].change->after, (struct bl_str){0});
			continue;
		}
		while (e != NULL && is_removed(arena, todo, n, at)) {
			e = e->next;
			at++;
		}
		if (e == NULL)
			return k == 0 ? out : NULL;
		value = apply(arena, e, sub, k);
		if (value == NULL)
			return NULL;
		append(arena, out, &last, value, (struct bl_str){0});
		e = e->next;
		at++;
	}
}

static const struct bl_json *
apply_object(
    struct bl_arena *arena, const struct bl_json *before, const struct todo *todo, size_t n)
{
	struct bl_json *out = bl_new(arena, struct bl_json, 1), *last = NULL;
	struct todo *sub = bl_new(arena, struct todo, n);

	out->kind = BL_JSON_OBJECT;
	for (const struct bl_json *m = before->first; m != NULL; m = m->next) {
		struct step s = {.key = m->key};
		size_t k = below(arena, todo, n, &s, false, sub);
		const struct bl_json *value;

		if (k == 1 && sub[0].rest.len == 0 && sub[0].change->op == BL_JSON_REMOVE)
			continue;
		value = apply(arena, m, sub, k);
		if (value == NULL)
			return NULL;
		append(arena, out, &last, value, m->key);
	}
	for (size_t i = 0; i < n; i++) {
		struct bl_str rest = todo[i].rest;
		struct step s;

		if (take_step(arena, &rest, &s) && rest.len == 0 &&
		    todo[i].change->op == BL_JSON_ADD)
			append(arena, out, &last, todo[i].change->after, s.key);
	}
	return out;
}

static const struct bl_json *
apply(struct bl_arena *arena, const struct bl_json *before, const struct todo *todo, size_t n)
{
	if (n == 0)
		return before;
	if (n == 1 && todo[0].rest.len == 0)
		return todo[0].change->op == BL_JSON_REPLACE ? todo[0].change->after : NULL;
	if (before->kind == BL_JSON_ARRAY)
		return apply_array(arena, before, todo, n);
	return before->kind == BL_JSON_OBJECT ? apply_object(arena, before, todo, n) : NULL;
}

static const struct bl_json *
json_apply(struct bl_arena *arena, const struct bl_json *before,
    const struct bl_json_change *changes, size_t n)
{
	struct todo *todo = bl_new(arena, struct todo, n);

	for (size_t i = 0; i < n; i++)
		todo[i] = (struct todo){&changes[i], changes[i].path};
	return apply(arena, before, todo, n);
}

#endif
