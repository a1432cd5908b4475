/// Whether a server archives its log of changes, from which it can be brought back to any moment.
package struct WriteAheadArchive: Hashable, Sendable {
    /// `archive_mode`: on, always or off.
    package let mode: String
    /// `wal_level`: minimal, replica or logical.
    package let level: String
    /// Whether `archive_command` or `archive_library` says where to.
    package let hasPlace: Bool
    /// Of segments that could not be archived since the last one that could.
    package let lastFailed: Bool

    package var isWorking: Bool { mode != "off" && level != "minimal" && hasPlace && !lastFailed }
}

extension Database {
    /// How the server archives its changes; `nil` on SQLite, which has no such archive.
    package func writeAheadArchive() async throws -> WriteAheadArchive? {
        guard engine == .postgres else { return nil }
        return try await read { reader in
            let row = try await reader.first(
                """
                SELECT current_setting('archive_mode') AS mode, current_setting('wal_level') AS level,
                    coalesce(current_setting('archive_command'), '') NOT IN ('', '(disabled)')
                        OR coalesce(current_setting('archive_library', true), '') <> '' AS has_place,
                    coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS last_failed
                FROM pg_stat_archiver
                """
            )
            guard let row else { throw DatabaseFault(.row, "the server says nothing about its archive") }
            return WriteAheadArchive(
                mode: try row["mode"],
                level: try row["level"],
                hasPlace: try row["has_place"],
                lastFailed: try row["last_failed"]
            )
        }
    }
}
