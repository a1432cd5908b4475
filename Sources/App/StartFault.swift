import Core
import Database
import FoundationEssentials
import Glibc
import HTTPServer
import ObjectStore

/// Why the program cannot start or a command cannot do its work here: what, where, and what to do.
package struct StartFault: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// Of the address as configured only the path of a file is shown, since other addresses may hold a password.
    init(_ fault: DatabaseFault, opening url: String, named name: String = "database_url") {
        let path = url.dropFirst("sqlite:".count)
        let place = url.hasPrefix("sqlite:") && !path.isEmpty ? String(path) : "of \(name)"
        self.init("the database \(place) cannot be used: \(fault.detail). Cure: \(fault.cure), or set \(name)")
    }

    init(_ fault: ObjectFault, opening folder: String, named name: String) {
        let cure =
            switch fault.code {
            case .full: "make room on its disk"
            case .unavailable: "make it or give it to this user"
            default: fault.cure ?? "look at its disk and at the log of the system"
            }
        self.init(
            "the folder \(folder) of \(name) cannot be used: \(fault.detail). "
                + "Cure: \(cure), or name another one in \(name)"
        )
    }

    /// `port` is the setting that says where this server listens.
    init(_ fault: ServerFault, port: String) {
        let cure =
            switch fault.cause {
            case .portTaken: "stop that program, or name another port in \(port)"
            case .portForbidden: "name a port from 1024 on in \(port), or let the service manager give this one"
            case .host: "name an address of this machine in host, such as 127.0.0.1, or 0.0.0.0 for all"
            case .certificate: "name two PEM files in tls_certificate and tls_key that belong together"
            case .other: "see the log"
            }
        self.init("\(fault). Cure: \(cure)")
    }

    /// A file of the log that cannot be opened.
    init(_ error: SystemError, logFile path: String) {
        self.init(
            "the file \(path) of log_file cannot be written (\(error)). Cure: name another, or give it to this user"
        )
    }

    /// Makes the data folder, for its owner alone.
    static func makeDataFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw StartFault(
                "the data folder \(path) cannot be made: \(Self.reason(error)). "
                    + "Cure: make it and give it to this user, or name another with --data-dir"
            )
        }
    }

    /// What the system said, without the wrapping of Foundation's errors.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        if let cause = error.underlying as? POSIXError {
            return unsafe String(cString: strerror(cause.code.rawValue))
        }
        return error.code == .fileWriteFileExists
            ? "a file has its name" : "the system refuses (\(error.code.rawValue))"
    }
}

extension ObjectFault {
    /// What a store says of its fault, and what helps, for the operator.
    static func cause(of error: any Error) -> String {
        guard let fault = error as? ObjectFault else { return "\(error)" }
        return fault.detail + (fault.cure.map { "; \($0)" } ?? "")
    }
}
