#ifndef CPOSTGRES_SHIM_H
#define CPOSTGRES_SHIM_H
#include <libpq-fe.h>

/* The field codes of an error are character macros, which Swift cannot import. */
static inline const char *cpostgres_sqlstate(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_SQLSTATE); }
static inline const char *cpostgres_message(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY); }
static inline const char *cpostgres_constraint(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME); }
static inline const char *cpostgres_column(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_COLUMN_NAME); }
#endif
