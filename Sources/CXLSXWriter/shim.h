#ifndef CXLSXWRITER_SHIM_H
#define CXLSXWRITER_SHIM_H
#include <xlsxwriter.h>

/* The errors are a closed enumeration whose cases Swift cannot name. */
static inline int cxlsx_is_fine(lxw_error error) { return error == LXW_NO_ERROR; }
static inline int cxlsx_is_disk(lxw_error error) {
    return error == LXW_ERROR_CREATING_TMPFILE || error == LXW_ERROR_CREATING_XLSX_FILE
        || error == LXW_ERROR_ZIP_FILE_OPERATION || error == LXW_ERROR_ZIP_FILE_ADD || error == LXW_ERROR_ZIP_CLOSE;
}
#endif
