import Dispatch
import Imaging
import Synchronization
import Testing

struct ConcurrencyTests {
    @Test func `many threads decode every format at once and agree`() throws {
        let files = try Fixture.decodable.map(Fixture.bytes)
        let format = TensorFormat(width: 32, height: 32)
        let alone = try files.map { try Picture.decode($0).tensor(as: format) }
        let disagreements = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: files.count * 20) { index in
            let picture = try? Picture.decode(files[index % files.count])
            guard picture?.tensor(as: format) == alone[index % files.count] else {
                return disagreements.withLock { $0 += 1 }
            }
        }
        #expect(disagreements.withLock { $0 } == 0)
    }
}
