extension DatabaseReader {
    /// The tables that are really there, those of the engine and of its indexes left out.
    package func tableNames() async throws -> Set<String> {
        let sql =
            switch engine {
            case .sqlite:
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
            case .postgres:
                """
                SELECT CAST(c.relname AS text) AS name
                FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                """
            }
        return Set(try await query(sql).map { try $0["name", as: String.self] })
    }
}
