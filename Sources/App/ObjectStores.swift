import ObjectStore
import Outbound

/// Opens the object store that the configuration names.
func openObjectStore(_ configuration: Configuration) async throws -> any ObjectStore {
    try await openObjectStore(at: configuration.objects, named: "objects_url", configuration)
}

/// Opens an object store; `name` is the setting or the option that says where it is.
func openObjectStore(
    at address: StoreAddress,
    named name: String,
    _ configuration: Configuration
) async throws -> any ObjectStore {
    switch address {
    case .files(let folder):
        do {
            return try await FileObjectStore(root: folder)
        } catch let fault as ObjectFault {
            throw StartFault(fault, opening: folder, named: name)
        }
    case .s3(let location, let own):
        guard let credentials = own ?? configuration.s3Credentials else {
            throw ConfigurationFault(
                "\(name) names an S3 bucket, which needs s3_access_key and s3_secret_key, or the usual AWS variables"
            )
        }
        // A reader that is slow holds its connection, so there are more of them than for other servers.
        let http = HTTPClient(
            agent: "Hedgerow/\(Version.current)",
            depth: 4_000,
            connections: .init(total: 256, perHost: 256)
        )
        return S3ObjectStore(location, credentials: credentials, http: http)
    }
}
