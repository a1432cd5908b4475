#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* curl_easy_setopt and curl_easy_getinfo are variadic macros: Swift can import neither. */

static inline CURLcode ccurl_set_number(CURL *h, CURLoption option, long value) {
    return (curl_easy_setopt)(h, option, value);
}
static inline CURLcode ccurl_set_large(CURL *h, CURLoption option, curl_off_t value) {
    return (curl_easy_setopt)(h, option, value);
}
static inline CURLcode ccurl_set_text(CURL *h, CURLoption option, const char *value) {
    return (curl_easy_setopt)(h, option, value);
}
static inline CURLcode ccurl_set_list(CURL *h, CURLoption option, struct curl_slist *value) {
    return (curl_easy_setopt)(h, option, value);
}
/* The bytes are copied. */
static inline CURLcode ccurl_set_body(CURL *h, const void *bytes, curl_off_t count) {
    CURLcode code = (curl_easy_setopt)(h, CURLOPT_POSTFIELDSIZE_LARGE, count);
    return code != CURLE_OK ? code : (curl_easy_setopt)(h, CURLOPT_COPYPOSTFIELDS, bytes ? bytes : "");
}
static inline CURLcode ccurl_set_callbacks(
    CURL *h, curl_write_callback head, curl_write_callback body, curl_opensocket_callback socket, void *context
) {
    (curl_easy_setopt)(h, CURLOPT_HEADERFUNCTION, head);
    (curl_easy_setopt)(h, CURLOPT_HEADERDATA, context);
    (curl_easy_setopt)(h, CURLOPT_WRITEFUNCTION, body);
    (curl_easy_setopt)(h, CURLOPT_WRITEDATA, context);
    (curl_easy_setopt)(h, CURLOPT_OPENSOCKETFUNCTION, socket);
    return (curl_easy_setopt)(h, CURLOPT_OPENSOCKETDATA, context);
}
/* glibc shows memfd_create to GNU sources alone; 1 closes it in other programs. */
static inline int ccurl_memory_file(void) { return (int)syscall(SYS_memfd_create, "key", 1u); }
/* The context must live as long as the handle. */
static inline CURLcode ccurl_set_upload(CURL *h, curl_read_callback read, void *context, curl_off_t count) {
    (curl_easy_setopt)(h, CURLOPT_UPLOAD, 1L);
    (curl_easy_setopt)(h, CURLOPT_READFUNCTION, read);
    (curl_easy_setopt)(h, CURLOPT_READDATA, context);
    return (curl_easy_setopt)(h, CURLOPT_INFILESIZE_LARGE, count);
}
/* Tells each line that is sent, and asks at least once a second whether to go on. */
static inline CURLcode ccurl_set_watchers(
    CURL *h, curl_debug_callback debug, curl_xferinfo_callback progress, void *context
) {
    (curl_easy_setopt)(h, CURLOPT_DEBUGFUNCTION, debug);
    (curl_easy_setopt)(h, CURLOPT_DEBUGDATA, context);
    (curl_easy_setopt)(h, CURLOPT_VERBOSE, 1L);
    (curl_easy_setopt)(h, CURLOPT_XFERINFOFUNCTION, progress);
    (curl_easy_setopt)(h, CURLOPT_XFERINFODATA, context);
    return (curl_easy_setopt)(h, CURLOPT_NOPROGRESS, 0L);
}
static inline CURLcode ccurl_set_private(CURL *h, void *context) {
    return (curl_easy_setopt)(h, CURLOPT_PRIVATE, context);
}
static inline void *ccurl_private(CURL *h) {
    char *context = 0;
    curl_easy_getinfo(h, CURLINFO_PRIVATE, &context);
    return context;
}
static inline CURLMcode ccurl_multi_set_number(CURLM *m, CURLMoption option, long value) {
    return (curl_multi_setopt)(m, option, value);
}
/* The next finished transfer and its result; null when there is none. */
static inline CURL *ccurl_next_finished(CURLM *m, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(m, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return 0;
}
/* Copies the address into out (16 bytes) and returns its length: 4, 16, or 0 for another family. */
static inline int ccurl_address(const struct curl_sockaddr *a, unsigned char *out) {
    if (a->family == AF_INET) {
        memcpy(out, &((const struct sockaddr_in *)(const void *)&a->addr)->sin_addr, 4);
        return 4;
    }
    if (a->family == AF_INET6) {
        memcpy(out, &((const struct sockaddr_in6 *)(const void *)&a->addr)->sin6_addr, 16);
        return 16;
    }
    return 0;
}
#endif
