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
    let database: Database
    do {
        database = try await Database.open(url)
    } catch let fault as DatabaseFault {
        throw StartFault(fault, opening: url, named: name)
    }
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(database))
    } catch let fault as DatabaseFault {
        // Another database may be open too, so the fault is not said to be of this one.
        result = .failure(StartFault("\(fault): \(fault.detail)" + (fault.isMendable ? ". Cure: \(fault.cure)" : "")))
    } catch {
        result = .failure(error)
    }
    await database.close()
    return try result.get()
}
