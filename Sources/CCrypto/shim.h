#ifndef CCRYPTO_SHIM_H
#define CCRYPTO_SHIM_H
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* EVP_EC_gen is a macro over a variadic function: Swift can import neither. */
static inline EVP_PKEY *ccrypto_new_p256_key(void) { return EVP_EC_gen("P-256"); }
/* BIO_get_mem_data is a cast macro. */
static inline long ccrypto_memory_contents(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
#endif
