import Backup
import Core
import Database
import JobQueue

/// What the program does for itself, mostly at night.
///
/// Backups, the removal of what is over and of objects that nothing refers to; each hour a look at how the tables grew.
struct Upkeep: Sendable {
    struct Nothing: Codable, Sendable {}

    static let makeBackup = JobKind<Nothing>(
        "upkeep.make-backup",
        JobPolicy(
            queue: "maintenance",
            priority: .bulk,
            width: 1,
            timeLimit: .seconds(12 * 3_600),
            retries: [.seconds(300), .seconds(1_800)]
        )
    )
    static let sweepObjects = JobKind<Nothing>(
        "upkeep.sweep-objects",
        JobPolicy(queue: "maintenance", priority: .bulk, width: 1, timeLimit: .seconds(6 * 3_600), retries: [])
    )

    static let retention = JobKind<Nothing>(
        "upkeep.retention",
        JobPolicy(
            queue: "maintenance",
            priority: .bulk,
            width: 1,
            timeLimit: .seconds(6 * 3_600),
            retries: [.seconds(300), .seconds(1_800)]
        )
    )

    static let refreshStatistics = JobKind<Nothing>(
        "upkeep.refresh-statistics",
        JobPolicy(queue: "maintenance", priority: .bulk, width: 1, timeLimit: .seconds(600), retries: [])
    )

    /// Pictures are put before the row that names them; a day is far longer than that takes.
    private static let orphanAge = Duration.seconds(86_400)

    let jobs: [JobHandler]
    let schedules: [JobSchedule]

    init(_ kit: Kit) throws {
        jobs = [
            JobHandler(Self.makeBackup) { _, _ in try await Self.backUp(kit) },
            JobHandler(Self.sweepObjects) { _, _ in try await Self.sweep(kit) },
            JobHandler(Self.retention) { _, _ in try await Self.retain(kit) },
            JobHandler(Self.refreshStatistics) { _, _ in try await kit.database.refreshStatistics() },
        ]
        var schedules = [
            JobSchedule(Self.retention, at: "30 3 * * *") { Nothing() },
            JobSchedule(Self.sweepObjects, at: "47 3 * * *") { Nothing() },
            JobSchedule(Self.refreshStatistics, at: "17 * * * *") { Nothing() },
        ]
        if kit.configuration.backupTo != nil {
            let (hour, minute) = kit.configuration.backupAt
            guard let times = CronExpression("\(minute) \(hour) * * *" as String) else {
                throw ConfigurationFault("backup_at takes a time of day, such as 02:00")
            }
            schedules.append(JobSchedule(Self.makeBackup, at: times) { Nothing() })
        }
        self.schedules = schedules
    }

    private static func backUp(_ kit: Kit) async throws {
        guard let make = try await Backups.daily(kit) else { return }
        let report = try await make(keepDays: kit.configuration.backupKeepDays)
        kit.log.notice(
            "backup made",
            [
                "backup": .string(report.id.description), "rows": .integer(Int64(report.rows)),
                "objects": .integer(Int64(report.objects)), "new_objects": .integer(Int64(report.newObjects)),
                "removed": .integer(Int64(report.removed.count)),
            ]
        )
    }

    private static func retain(_ kit: Kit) async throws {
        let outcome = await Retention(Features.retained(kit)).carryOut()
        for rule in outcome.rules where rule.removed ?? 0 > 0 {
            kit.log.notice(
                "removed what was over",
                ["rule": .string(rule.name), "count": .integer(Int64(rule.removed ?? 0))]
            )
        }
        if let fault = outcome.fault { throw fault }
    }

    private static func sweep(_ kit: Kit) async throws {
        let claims = Features.objects(of: kit.database)
        let outcome = try await SweepObjects(kit.objects, claims: claims, olderThan: orphanAge).unattended()
        guard outcome.removed + outcome.unfinished > 0 else { return }
        kit.log.notice(
            "objects removed that nothing refers to",
            ["objects": .integer(Int64(outcome.removed)), "unfinished": .integer(Int64(outcome.unfinished))]
        )
    }
}
