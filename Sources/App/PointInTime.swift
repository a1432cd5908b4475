package import Core
import Database

/// Says how the rows are brought back to a moment between two backups, which is the work of the database server's own archive.
package struct PointInTime: Sendable {
    package struct Advice: Sendable {
        package let isPossible: Bool
        package let text: String
    }

    private let configuration: Configuration

    package init(_ configuration: Configuration) { self.configuration = configuration }

    package func advice(for time: Timestamp) async throws -> Advice {
        try await withDatabase(at: configuration.databaseURL, mustExist: true) { database in
            guard let archive = try await database.writeAheadArchive() else { return Self.sqlite(time) }
            return archive.isWorking ? Self.possible(time) : Self.missing(archive)
        }
    }

    private static func sqlite(_ time: Timestamp) -> Advice {
        Advice(
            isPossible: false,
            text: """
                SQLite keeps no archive of its changes, so only the moments of backups can be restored.
                Take the latest one before \(time): hedgerow restore --list names them, hedgerow restore --id ID brings it back.
                """
        )
    }

    private static func missing(_ archive: WriteAheadArchive) -> Advice {
        var wanted: [String] = []
        if archive.level == "minimal" { wanted.append("    wal_level = replica                  (it is minimal)") }
        if archive.mode == "off" { wanted.append("    archive_mode = on                    (it is off)") }
        if !archive.hasPlace {
            wanted.append("    archive_command = 'test ! -f /archive/%f && cp %p /archive/%f'    (it is empty)")
        }
        if archive.lastFailed {
            wanted.append(
                "    archive_command works                (the last segment could not be archived: see the server's log)"
            )
        }
        return Advice(
            isPossible: false,
            text: """
                This PostgreSQL server does not archive its changes, so it cannot be brought back to a moment in the past.
                Its postgresql.conf lacks:

                \(wanted.joined(separator: "\n"))

                Restart the server after the change, then take a base backup with pg_basebackup. From then on every moment can be restored.
                What lies before is in the backups alone: hedgerow restore --list
                """
        )
    }

    private static func possible(_ time: Timestamp) -> Advice {
        // PostgreSQL's settings know no Z.
        let target = time.description.replacing("T", with: " ").replacing("Z", with: "+00")
        return Advice(
            isPossible: true,
            text: """
                This PostgreSQL server archives its changes. To bring it back to \(time):

                1. Stop every hedgerow serve and hedgerow worker, then the PostgreSQL server.
                2. Move its data folder away, and unpack in its place the latest base backup (pg_basebackup) from before \(time).
                3. Add to its postgresql.conf, with the place of your archive:

                    restore_command = 'cp /archive/%f %p'
                    recovery_target_time = '\(target)'
                    recovery_target_action = 'promote'

                4. Make the empty file recovery.signal in the data folder, and start the PostgreSQL server. It says in its log when it is there.
                5. Start hedgerow. Pictures that were deleted since then are in the backups: hedgerow restore --list
                """
        )
    }
}
