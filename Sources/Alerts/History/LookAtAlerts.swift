import Accounts
import Core
import Database
import HTTPServer
import Observations

/// Shows alerts to whoever may see them, and lets people say that they have seen to them.
struct LookAtAlerts: Sendable {
    let alerts: AlertStore
    let deliveries: DeliveryStore
    let watch: any CameraWatch
    let audit: AuditLog
    let clock: WallClock

    func list(_ filter: AlertFilter, after token: String?, limit: Int, _ caller: Caller) async throws -> AlertPage {
        let place = try AlertStore.order.place(of: token)
        let page = try await alerts.page(filter, after: place, limit: limit)
        var open = filter
        open.state = .open
        return AlertPage(
            items: try await answers(page.alerts, caller),
            next: page.next?.token,
            open: try await alerts.count(open)
        )
    }

    /// - Throws: a 404 for one that is not there or not seen: the two look alike.
    func callAsFunction(at id: Alert.ID, _ caller: Caller) async throws -> AlertDetailAnswer {
        let alert = try await alerts.database.read { try await self.alert(id, visibleTo: caller, in: $0) }
        return AlertDetailAnswer(
            alert: try await answers([alert], caller)[0],
            deliveries: try await deliveries.deliveries(of: id).map(AlertDetailAnswer.DeliveryAnswer.init)
        )
    }

    /// - Throws: a 409 for one that is not open any more.
    func acknowledge(_ id: Alert.ID, by caller: Caller, from origin: Origin) async throws {
        try await alerts.database.write { tx in
            _ = try await alert(id, visibleTo: caller, in: tx)
            guard try await alerts.acknowledge(id, by: caller.user, at: clock.now(), in: tx) else {
                throw Problem.conflict("It is not open any more.")
            }
            let entry = AuditEntry("alert.acknowledged", by: caller.logName, on: "alert \(id)", from: origin)
            try await audit.write(entry, in: tx)
        }
    }

    /// How many were open; those that were raised after `newest` stay so, since nobody has seen them.
    func acknowledge(
        _ filter: AlertFilter,
        upTo newest: Alert.ID,
        by caller: Caller,
        from origin: Origin
    ) async throws -> Int {
        try await alerts.database.write { tx in
            let now = clock.now()
            let count = try await alerts.acknowledge(filter, upTo: newest, by: caller.user, at: now, in: tx)
            guard count > 0 else { return 0 }
            let entry = AuditEntry(
                "alerts.acknowledged",
                by: caller.logName,
                on: "alerts",
                from: origin,
                new: ["count": "\(count)"]
            )
            try await audit.write(entry, in: tx)
            return count
        }
    }

    private func alert(_ id: Alert.ID, visibleTo caller: Caller, in reader: DatabaseReader) async throws -> Alert {
        guard let alert = try await alerts.alert(id, in: reader), AlertFilter(caller).sees(alert) else {
            throw Problem.notFound("There is no alert with this key, or none that you see.")
        }
        return alert
    }

    private func answers(_ alerts: [Alert], _ caller: Caller) async throws -> [AlertAnswer] {
        let links = try await watch.links(
            to: Array(Set(alerts.compactMap(\.image))),
            in: caller.reach.sites,
            showingBystanders: caller.permissions.contains(.bystanders)
        )
        let seesPictures = caller.permissions.contains(.images)
        return alerts.map { alert in
            AlertAnswer(alert, thumbnail: seesPictures ? alert.image.flatMap { links[$0] } : nil)
        }
    }
}
