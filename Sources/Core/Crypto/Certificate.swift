import CCrypto

/// An X.509 certificate with its private key (ECDSA P-256), made on this machine for `serve --tls auto`.
@safe package final class Certificate {
    private let certificate: OpaquePointer
    private let key: OpaquePointer

    private init(certificate: OpaquePointer, key: OpaquePointer) {
        unsafe self.certificate = certificate
        unsafe self.key = key
    }

    deinit {
        unsafe X509_free(certificate)
        unsafe EVP_PKEY_free(key)
    }

    /// A new authority of our own, good for ten years, that may sign server certificates only.
    package static func authority(named name: String) throws(CertificateFault) -> Certificate {
        try make(
            name: name,
            days: 3_650,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ],
            issuer: nil
        )
    }

    /// A server certificate signed by this authority for host names and IP addresses; phones refuse more than 825 days.
    package func serverCertificate(for names: [String]) throws(CertificateFault) -> Certificate {
        let subjects = names.map { ($0.isIPAddress ? "IP:" : "DNS:") + $0 }
        guard let first = names.first, !names.contains(where: { $0.contains(",") }) else {
            throw CertificateFault(step: "a server certificate needs a name")
        }
        return try Self.make(
            name: first,
            days: 397,
            extensions: [
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "serverAuth"),
                (NID_subject_alt_name, subjects.joined(separator: ",")),
                (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid"),
            ],
            issuer: self
        )
    }

    /// Reads a certificate and its key back from PEM; `nil` when they do not belong together.
    package init?(certificatePEM: String, keyPEM: String) {
        guard let certificate = unsafe Self.read(certificatePEM, with: { unsafe PEM_read_bio_X509($0, nil, nil, nil) })
        else { return nil }
        guard let key = unsafe Self.read(keyPEM, with: { unsafe PEM_read_bio_PrivateKey($0, nil, nil, nil) }),
            unsafe X509_check_private_key(certificate, key) == 1
        else {
            unsafe X509_free(certificate)
            return nil
        }
        unsafe self.certificate = certificate
        unsafe self.key = key
    }

    package var certificatePEM: String { unsafe Self.write { unsafe PEM_write_bio_X509($0, certificate) } }
    package var keyPEM: String { unsafe Self.write { unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) } }

    /// Whether the certificate is still good for another `days` days and names all of `names`.
    package func isGood(forDays days: Int, names: [String]) -> Bool {
        var moment = time(nil) + days * 86_400
        guard let end = unsafe X509_get0_notAfter(certificate), unsafe X509_cmp_time(end, &moment) > 0 else {
            return false
        }
        return names.allSatisfy { name in
            name.isIPAddress
                ? unsafe X509_check_ip_asc(certificate, name, 0) == 1
                : unsafe X509_check_host(certificate, name, name.utf8.count, 0, nil) == 1
        }
    }

    private static func make(
        name: String,
        days: Int,
        extensions: [(kind: Int32, value: String)],
        issuer: Certificate?
    ) throws(CertificateFault) -> Certificate {
        guard let key = unsafe ccrypto_new_p256_key(), let certificate = unsafe X509_new() else {
            throw CertificateFault(step: "make a key")
        }
        let made = unsafe Certificate(certificate: certificate, key: key)
        let serial = UUIDv7.next()
        guard unsafe X509_set_version(certificate, 2) == 1,
            unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial.low >> 1) == 1,
            // An hour back, for phones whose clock is slow.
            unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), -3_600) != nil,
            unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), days * 86_400) != nil,
            unsafe X509_set_pubkey(certificate, key) == 1,
            let subject = unsafe X509_get_subject_name(certificate),
            unsafe X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, Int32(name.utf8.count), -1, 0) == 1,
            unsafe X509_set_issuer_name(certificate, X509_get_subject_name(issuer?.certificate ?? certificate)) == 1
        else { throw CertificateFault(step: "fill in a certificate") }
        for (kind, value) in extensions {
            try unsafe made.add(kind, value, issuer: issuer?.certificate ?? certificate)
        }
        guard unsafe X509_sign(certificate, issuer?.key ?? key, EVP_sha256()) > 0 else {
            throw CertificateFault(step: "sign a certificate")
        }
        return made
    }

    private func add(_ kind: Int32, _ value: String, issuer: OpaquePointer) throws(CertificateFault) {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, kind, value) else {
            throw CertificateFault(step: "describe a certificate")
        }
        defer { unsafe X509_EXTENSION_free(made) }
        guard unsafe X509_add_ext(certificate, made, -1) == 1 else {
            throw CertificateFault(step: "describe a certificate")
        }
    }

    private static func read(_ text: String, with reader: (OpaquePointer?) -> OpaquePointer?) -> OpaquePointer? {
        let bytes = Array(text.utf8)
        guard let memory = unsafe BIO_new_mem_buf(bytes, Int32(bytes.count)) else { return nil }
        defer { unsafe BIO_free(memory) }
        return unsafe reader(memory)
    }

    private static func write(_ writer: (OpaquePointer?) -> Int32) -> String {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(memory) }
        var contents: UnsafeMutablePointer<CChar>?
        guard unsafe writer(memory) == 1 else { return "" }
        let count = unsafe ccrypto_memory_contents(memory, &contents)
        return unsafe String(
            decoding: UnsafeRawBufferPointer(start: contents, count: count),
            as: UTF8.self
        )
    }
}

/// libcrypto would not make a certificate.
package struct CertificateFault: Error, CustomStringConvertible {
    let step: String
    package var description: String { "could not \(step)" }
}
