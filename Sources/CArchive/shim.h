#ifndef CARCHIVE_SHIM_H
#define CARCHIVE_SHIM_H
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

/* The types of entries are cast macros, and so is the mask of newlocale: Swift can import neither. */

static inline void carchive_make_file(struct archive_entry *e, mode_t permissions) {
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, permissions);
}
static inline int carchive_is_file(struct archive_entry *e) { return archive_entry_filetype(e) == AE_IFREG; }
static inline int carchive_is_folder(struct archive_entry *e) { return archive_entry_filetype(e) == AE_IFDIR; }
static inline int carchive_is_link(struct archive_entry *e) {
    return archive_entry_filetype(e) == AE_IFLNK || archive_entry_hardlink(e) != 0;
}
/* libarchive takes names through the locale of the thread. Null where the system has none with UTF-8. */
static inline locale_t carchive_new_utf8(void) { return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }
#endif
