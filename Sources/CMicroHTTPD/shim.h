#ifndef CMICROHTTPD_SHIM_H
#define CMICROHTTPD_SHIM_H
#include <microhttpd.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* Swift imports the enums of microhttpd.h closed and without names, and none of its variadic functions:
   this header speaks of them in plain integers. */

struct chttpd_options {
    unsigned int threads;
    unsigned int connections;
    unsigned int idle_seconds;
    size_t memory;
    const char *certificate; /* PEM, kept alive by the caller for as long as the daemon runs */
    const char *key;
    void *context;
    MHD_AccessHandlerCallback on_request;
    MHD_RequestCompletedCallback on_completed;
    MHD_NotifyConnectionCallback on_connection;
    void *(*on_target)(void *context, const char *target, struct MHD_Connection *connection);
    void (*on_message)(void *context, const char *text);
};


/* The target is parsed by us, so nothing is unescaped: "%2F" stays, and "%00" cuts nothing. */
static size_t chttpd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

/* Messages of the library may hold bytes of a client; only the bare format goes to our log. */
static void chttpd_forward_message(void *context, const char *format, va_list arguments) {
    const struct chttpd_options *options = (const struct chttpd_options *)context;
    (void)arguments;
    options->on_message(options->context, format);
}

/* `options` must outlive the daemon. */
static inline struct MHD_Daemon *chttpd_start(const struct chttpd_options *options) {
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME
        | MHD_ALLOW_UPGRADE | MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)options->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)options->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    if (options->certificate != NULL) flags |= MHD_USE_TLS;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, options->on_request, options->context,
        MHD_OPTION_EXTERNAL_LOGGER, &chttpd_forward_message, (void *)options,
        MHD_OPTION_THREAD_POOL_SIZE, options->threads,
        MHD_OPTION_CONNECTION_LIMIT, options->connections,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->memory,
        MHD_OPTION_UNESCAPE_CALLBACK, &chttpd_keep_escapes, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, options->on_target, options->context,
        MHD_OPTION_NOTIFY_COMPLETED, options->on_completed, options->context,
        MHD_OPTION_NOTIFY_CONNECTION, options->on_connection, options->context,
        MHD_OPTION_ARRAY, options->certificate != NULL ? tls : plain,
        MHD_OPTION_END);
}

/* A waiting client of a listening socket that does not block: its descriptor, or -1 and errno. */
static inline int chttpd_accept(int listener, struct sockaddr_storage *address, socklen_t *length) {
    *length = sizeof(*address);
    return accept4(listener, (struct sockaddr *)address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static inline enum MHD_Result chttpd_yes(void) { return MHD_YES; }
static inline enum MHD_Result chttpd_no(void) { return MHD_NO; }
static inline int chttpd_is_yes(enum MHD_Result result) { return result == MHD_YES; }
static inline int chttpd_is_started(enum MHD_ConnectionNotificationCode code) {
    return code == MHD_CONNECTION_NOTIFY_STARTED;
}
static inline int chttpd_is_completed(enum MHD_RequestTerminationCode code) {
    return code == MHD_REQUEST_TERMINATED_COMPLETED_OK;
}

static inline const struct sockaddr *chttpd_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}
static inline int chttpd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}
static inline void *chttpd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}
static inline size_t chttpd_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

static inline int chttpd_each_header(
    struct MHD_Connection *connection, MHD_KeyValueIteratorN iterator, void *context) {
    return MHD_get_connection_values_n(connection, MHD_HEADER_KIND, iterator, context);
}

static inline struct MHD_Response *chttpd_response_copying(const void *bytes, size_t count) {
    return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

static inline void chttpd_close_upgraded(struct MHD_UpgradeResponseHandle *handle) {
    (void)MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

#define CHTTPD_SIZE_UNKNOWN ((uint64_t)-1)
static const ssize_t chttpd_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
static const ssize_t chttpd_end_with_error = MHD_CONTENT_READER_END_WITH_ERROR;

/* epoll is not in Swift's Glibc module. Events come back as pairs: the id that was given, and what happened. */

struct chttpd_event {
    uint64_t id;
    int is_readable;
    int is_writable;
    int is_gone;
};

enum { chttpd_watch_gone = 1, chttpd_watch_read = 2, chttpd_watch_write = 4 };

static inline int chttpd_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int chttpd_waker(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
static inline void chttpd_wake(int waker) { (void)eventfd_write(waker, 1); }
static inline void chttpd_clear(int waker) {
    eventfd_t count;
    (void)eventfd_read(waker, &count);
}

/* Interest in reading or writing is level-triggered, in leaving alone edge-triggered: it is told once. */
static inline int chttpd_epoll_set(int epoll, int descriptor, uint64_t id, int interest, int is_new) {
    struct epoll_event event = {0};
    event.events = EPOLLRDHUP;
    if (interest & chttpd_watch_read) event.events |= EPOLLIN;
    if (interest & chttpd_watch_write) event.events |= EPOLLOUT;
    if (interest == chttpd_watch_gone) event.events |= EPOLLET;
    event.data.u64 = id;
    return epoll_ctl(epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

static inline int chttpd_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

static inline int chttpd_epoll_wait(int epoll, struct chttpd_event *found, int capacity, int milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, capacity < 64 ? capacity : 64, milliseconds);
    for (int index = 0; index < count; index += 1) {
        uint32_t bits = events[index].events;
        found[index].id = events[index].data.u64;
        found[index].is_readable = (bits & EPOLLIN) != 0;
        found[index].is_writable = (bits & EPOLLOUT) != 0;
        found[index].is_gone = (bits & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    }
    return count;
}

/* Sends without a signal and without waiting: bytes sent, or -1. */
static inline ssize_t chttpd_send(int socket, const void *bytes, size_t count) {
    return send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}
#endif
