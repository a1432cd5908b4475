import CSystemd
import Glibc

/// Tells systemd how the program is; without systemd it does nothing.
package enum ServiceManager {
    /// Connections are accepted.
    package static func ready(_ status: String) { notify("READY=1\nSTATUS=\(status)") }
    /// The program is on its way down.
    package static func stopping() { notify("STOPPING=1") }
    package static func alive() { notify("WATCHDOG=1") }

    /// How often `alive` must be called; `nil` when systemd does not watch.
    package static var watchdogInterval: Duration? {
        var microseconds: UInt64 = 0
        guard unsafe sd_watchdog_enabled(0, &microseconds) > 0, microseconds > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds / 2))
    }

    private static func notify(_ state: String) { _ = unsafe sd_notify(0, state) }
}

/// Reports to the watchdog of systemd for as long as the cooperative pool still runs tasks.
package struct WatchdogService: Service {
    package let name = "watchdog"
    package init() {}

    package func run() async throws {
        guard let interval = ServiceManager.watchdogInterval else {
            try await Task.sleep(for: .seconds(Int64.max / 4))
            return
        }
        while true {
            ServiceManager.alive()
            try await Task.sleep(for: interval)
        }
    }
}
