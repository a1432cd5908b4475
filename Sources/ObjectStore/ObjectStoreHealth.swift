package import Core

/// Says on the health page whether objects can be stored and the disk has room.
package struct ObjectStoreHealth: HealthCheck {
    package let name = "object_store"
    private let store: any ObjectStore
    private let lowBytes: Int64

    /// Below `lowBytes` of free space the store counts as degraded.
    package init(_ store: any ObjectStore, lowBytes: Int64 = DiskSpace.spare) {
        self.store = store
        self.lowBytes = lowBytes
    }

    package func check() async -> Health {
        do {
            let free = try await store.probe().freeBytes ?? .max
            guard free < lowBytes else { return Health(.healthy, engine: store.kind) }
            return Health(.degraded, "only \(free >> 20) MB are free for objects; make room", engine: store.kind)
        } catch let fault as ObjectFault {
            let cure =
                fault.code == .full
                ? "the disk of the object store is full; make room"
                : store.kind != "files"
                    ? "the object store cannot be used; hedgerow doctor says why"
                    : "objects cannot be written; check the folder and its permissions"
            return Health(.unhealthy, cure, engine: store.kind)
        } catch {
            return Health(.degraded, "the object store did not answer", engine: store.kind)
        }
    }
}
