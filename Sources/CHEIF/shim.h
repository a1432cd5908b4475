#ifndef CHEIF_SHIM_H
#define CHEIF_SHIM_H
#include <dlfcn.h>
#include <libheif/heif.h>

/* The functions of a libheif that is opened at run time; their types come from its own header. */
#define CHEIF_FUNCTIONS(X) \
    X(context_alloc) X(context_free) X(context_read_from_memory_without_copy) \
    X(context_get_primary_image_handle) X(context_set_maximum_image_size_limit) X(context_set_max_decoding_threads) \
    X(image_handle_release) X(image_handle_get_width) X(image_handle_get_height) \
    X(image_handle_has_alpha_channel) X(image_handle_is_premultiplied_alpha) \
    X(image_handle_get_list_of_metadata_block_IDs) X(image_handle_get_metadata_size) X(image_handle_get_metadata) \
    X(have_decoder_for_format) X(decoding_options_alloc) X(decoding_options_free) X(decode_image) \
    X(image_get_width) X(image_get_height) X(image_get_plane_readonly) X(image_release)

typedef struct cheif_functions {
#define X(name) __typeof__(&heif_##name) name;
    CHEIF_FUNCTIONS(X)
#undef X
} cheif_functions;

/* 0 when a function is missing. */
static inline int cheif_load(void *library, cheif_functions *functions) {
#define X(name) if (!(functions->name = (__typeof__(&heif_##name))dlsym(library, "heif_" #name))) return 0;
    CHEIF_FUNCTIONS(X)
#undef X
    return 1;
}
#endif
