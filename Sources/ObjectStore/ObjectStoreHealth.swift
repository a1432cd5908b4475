package import Core

/// Says on the health page whether objects can be stored and the disk has room.
package struct ObjectStoreHealth: HealthCheck {
    package let name = "object_store"
    private let store: FileObjectStore
    private let lowBytes: Int64

    /// Below `lowBytes` of free space the store counts as degraded.
    package init(_ store: FileObjectStore, lowBytes: Int64 = 500 << 20) {
        self.store = store
        self.lowBytes = lowBytes
    }

    package func check() async -> Health {
        do {
            let free = try await store.probe()
            guard free < lowBytes else { return .healthy }
            return Health(.degraded, "only \(free >> 20) MB are free for objects; make room")
        } catch let fault as ObjectFault {
            return switch fault.code {
            case .full: Health(.unhealthy, "the disk of the object store is full; make room")
            default: Health(.unhealthy, "objects cannot be written; check the folder and its permissions")
            }
        } catch {
            return Health(.degraded, "the object store did not answer")
        }
    }
}
