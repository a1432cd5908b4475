/// What the program can find out about the machine it runs on.
package struct MachineFigures: Sendable {
    package let host: String
    /// 0…1, of the disk that the data folder lies on; `nil` when it cannot be told.
    package let diskUsed: Double?

    package init(host: String, diskUsed: Double?) {
        self.host = host
        self.diskUsed = diskUsed
    }
}
