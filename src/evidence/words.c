#include "evidence/words.h"

#include <assert.h>

static const char *const text[][BL_N_LANGS] = {
#define X(name, de, en) {de, en},
    BL_WORD_LIST(X)
#undef X
};

const char *
bl_words__text(enum bl_word word, enum bl_lang lang)
{
	assert((size_t)word < sizeof(text) / sizeof(text[0]));
	return text[word][lang];
}
