#ifndef CHIREDIS_SHIM_H
#define CHIREDIS_SHIM_H
#include <hiredis/hiredis.h>
#include <string.h>

/* hiredis leaves its sockets open to child processes and waits for a reply without an end: both are mended in Swift.
   Its variadic calls are not needed, because commands are written by us: hiredis writes with write(2), which ends the
   program by SIGPIPE when the server has gone. */

static inline int chiredis_has_failed(const redisContext *c) { return c->err != 0; }
static inline int chiredis_is_protocol_error(const redisContext *c) { return c->err == REDIS_ERR_PROTOCOL; }
static inline const char *chiredis_reason(const redisContext *c) { return c->errstr; }
static inline const redisReply *chiredis_element(const redisReply *r, size_t i) { return r->element[i]; }
#endif
