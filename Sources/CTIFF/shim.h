#ifndef CTIFF_SHIM_H
#define CTIFF_SHIM_H
#include <stdarg.h>
#include <tiffio.h>

/* TIFFGetField is variadic, which Swift cannot import. */
static inline int ctiff_get_u32(TIFF *file, uint32_t tag, uint32_t *value) { return TIFFGetField(file, tag, value); }

/* Handlers take a va_list, which Swift closures cannot. Without one libtiff prints to stderr. */
static inline int ctiff_say_nothing(TIFF *file, void *context, const char *module, const char *format, va_list list) {
    (void)file, (void)context, (void)module, (void)format, (void)list;
    return 1;
}
static inline void ctiff_silence(TIFFOpenOptions *options) {
    TIFFOpenOptionsSetErrorHandlerExtR(options, ctiff_say_nothing, 0);
    TIFFOpenOptionsSetWarningHandlerExtR(options, ctiff_say_nothing, 0);
}
#endif
