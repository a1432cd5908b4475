/// Why an archive could not be written or read, in words that a caller can act on.
package struct ZipFault: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// There is no such file.
        case notFound
        /// The file cannot be read.
        case unreadable
        case notAnArchive
        /// The end is missing: a download or an upload broke off.
        case truncated
        /// What the archive says of itself does not agree, or a checksum is wrong.
        case damaged
        case encrypted
        case symbolicLink
        /// A device, a pipe or another thing that is neither file nor folder.
        case specialFile
        /// Absolute, leading out of the folder, not UTF-8, too long, or with characters that no name should have.
        case unsafeName
        case duplicateName
        case tooManyEntries
        case entryTooLarge
        /// All entries together, or the archive itself, are larger than allowed.
        case tooLarge
        /// Compressed by another method than deflate.
        case unsupported
        /// An entry that is written has not the size that was promised.
        case wrongSize
        /// The reader has gone on to another entry; each is read when it comes.
        case passed
        /// An earlier call failed or was cancelled; what was written is no whole archive.
        case broken
        /// The disk of the spool is full.
        case full
        case other
    }

    package let code: Code
    /// For the operator's log; may hold the name of an entry.
    package let detail: String

    package init(_ code: Code, _ detail: String = "") {
        self.code = code
        self.detail = detail
    }
}

extension ZipFault: CustomStringConvertible {
    package var description: String {
        switch code {
        case .notFound: "there is no such archive"
        case .unreadable: "the archive cannot be read"
        case .notAnArchive: "this is no zip archive"
        case .truncated: "the archive ends too early"
        case .damaged: "the archive is damaged"
        case .encrypted: "the archive is encrypted"
        case .symbolicLink: "the archive holds a symbolic link"
        case .specialFile: "the archive holds something that is neither file nor folder"
        case .unsafeName: "the archive holds an unsafe name"
        case .duplicateName: "two entries of the archive have the same name"
        case .tooManyEntries: "the archive has more entries than allowed"
        case .entryTooLarge: "an entry of the archive is larger than allowed"
        case .tooLarge: "the archive is larger than allowed"
        case .unsupported: "the archive is compressed in a way that is not supported"
        case .wrongSize: "an entry does not have the size that was promised"
        case .passed: "the entry has been passed"
        case .broken: "the archive was left unfinished"
        case .full: "the disk is full"
        case .other: "the archive could not be handled"
        }
    }
}
