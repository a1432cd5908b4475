import Database
import FoundationEssentials

/// Gives `body` the database at an address, and closes it afterwards; what the operator can mend becomes a `StartFault`.
///
/// `name` says where the address comes from, such as `database_url`. A file that `mustExist` is not made.
func withDatabase<Value>(
    at url: String,
    named name: String = "database_url",
    mustExist: Bool,
    _ body: (Database) async throws -> Value
) async throws -> Value {
    if mustExist, url.hasPrefix("sqlite:") {
        let path = String(url.dropFirst("sqlite:".count))
        guard path == ":memory:" || FileManager.default.fileExists(atPath: path) else {
            throw StartFault("there is no database \(path). Cure: hedgerow migrate up makes it, or set \(name)")
        }
    }
    do {
        let database = try await Database.open(url)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(database))
        } catch {
            result = .failure(error)
        }
        await database.close()
        return try result.get()
    } catch let fault as DatabaseFault where fault.isMendable {
        throw StartFault(fault, opening: url, named: name)
    } catch let fault as DatabaseFault {
        throw StartFault("\(fault): \(fault.detail)")
    }
}
