#ifndef CSODIUM_SHIM_H
#define CSODIUM_SHIM_H
#include <sodium.h>

/* The sizes and tags are macros over casts and other macros: Swift can import none of them. */
enum {
    csodium_stream_overhead = crypto_secretstream_xchacha20poly1305_ABYTES,
    csodium_stream_header = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    csodium_stream_key = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    csodium_salt = crypto_pwhash_SALTBYTES,
    csodium_hash_text = crypto_pwhash_STRBYTES,
    csodium_box_key = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    csodium_box_nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    csodium_box_overhead = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};
static inline unsigned char csodium_tag(int is_last) {
    return is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                   : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}
static inline int csodium_derive(unsigned char *key, unsigned long long size, const char *secret,
                                 unsigned long long length, const unsigned char *salt,
                                 unsigned long long passes, size_t memory) {
    return crypto_pwhash(key, size, secret, length, salt, passes, memory, crypto_pwhash_ALG_ARGON2ID13);
}
#endif
