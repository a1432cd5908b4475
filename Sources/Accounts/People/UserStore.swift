package import Core
package import Database

/// Keeps people in the table `app_user`.
package struct UserStore: Sendable {
    package let database: Database
    let fields: PersonalFields

    /// The newest last; ids are ordered by time.
    static let order = PageOrder.ascending(.init("id", .uuid))
    private static let columns = """
        id, email, name, role, reach, state, created_at, last_seen_at, \
        totp_step IS NOT NULL AS has_second_factor, password IS NOT NULL AS has_password
        """

    package init(_ database: Database, fields: PersonalFields) {
        self.database = database
        self.fields = fields
    }

    package func user(_ id: User.ID, in reader: DatabaseReader) async throws -> User? {
        try await reader.first("SELECT \(Self.columns) FROM app_user WHERE id = $1", [.id(id)]).map(user)
    }

    package func user(_ id: User.ID) async throws -> User? { try await database.read { try await user(id, in: $0) } }

    package func user(_ email: EmailAddress, in reader: DatabaseReader) async throws -> User? {
        let code = SQLValue.blob(fields.code(of: email))
        return try await reader.first("SELECT \(Self.columns) FROM app_user WHERE email_code = $1", [code]).map(user)
    }

    package func user(_ email: EmailAddress) async throws -> User? {
        try await database.read { try await user(email, in: $0) }
    }

    /// Whoever has this address, with what proves them.
    func password(of email: EmailAddress) async throws -> (user: User, password: PasswordHash?)? {
        let rows = try await database.query(
            "SELECT \(Self.columns), password FROM app_user WHERE email_code = $1",
            [.blob(fields.code(of: email))]
        )
        return try rows.first.map { row in
            (try user(row), try row["password", as: String?.self].map(PasswordHash.init(text:)))
        }
    }

    func password(of id: User.ID) async throws -> PasswordHash? {
        let rows = try await database.query("SELECT password FROM app_user WHERE id = $1", [.id(id)])
        return try rows.first?["password", as: String?.self].map(PasswordHash.init(text:))
    }

    func page(after place: PagePlace?, limit: Int) async throws -> (users: [User], next: PagePlace?) {
        try await database.read(.mayLag) { reader in
            let page = try await reader.page(
                "SELECT \(Self.columns) FROM app_user",
                in: Self.order,
                after: place,
                limit: limit
            )
            return (try page.rows.map(user), page.next)
        }
    }

    package func count() async throws -> Int {
        try await database.read { try await count(in: $0) }
    }

    func count(in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM app_user")
    }

    /// Administrators who can sign in; a change that would leave none is refused.
    func activeAdministrators(in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM app_user WHERE role = 'admin' AND state = 'active'")
    }

    package func insert(_ user: User, password: PasswordHash?, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO app_user (id, email_code, email, name, role, reach, state, password, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .id(user.id), .blob(fields.code(of: user.email)), .text(written(user.email.description, "email", user)),
                .text(written(user.name, "name", user)), .text(user.role.rawValue), .json(try JSON.encode(user.reach)),
                .text(user.state.rawValue), SQLValue(password?.text), .timestamp(user.createdAt),
            ]
        )
    }

    /// Writes what may be changed of somebody.
    func update(_ user: User, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE app_user SET email_code = $2, email = $3, name = $4, role = $5, reach = $6, state = $7 WHERE id = $1
            """,
            [
                .id(user.id), .blob(fields.code(of: user.email)), .text(written(user.email.description, "email", user)),
                .text(written(user.name, "name", user)), .text(user.role.rawValue), .json(try JSON.encode(user.reach)),
                .text(user.state.rawValue),
            ]
        )
    }

    func setPassword(_ password: PasswordHash, of id: User.ID, in tx: Transaction) async throws {
        try await tx.execute("UPDATE app_user SET password = $2 WHERE id = $1", [.id(id), .text(password.text)])
    }

    func remove(_ id: User.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM app_user WHERE id = $1", [.id(id)])
    }

    func saw(_ id: User.ID, at moment: Timestamp, in tx: Transaction) async throws {
        try await tx.execute("UPDATE app_user SET last_seen_at = $2 WHERE id = $1", [.id(id), .timestamp(moment)])
    }

    private func written(_ text: String, _ column: String, _ user: User) -> String {
        fields.written(text, for: "app_user.\(column).\(user.id)")
    }

    func user(_ row: Row) throws -> User {
        let id: User.ID = try row["id"]
        let email = try fields.read(try row["email"], for: "app_user.email.\(id)")
        guard let email = EmailAddress(email), let role = Role(rawValue: try row["role"]),
            let state = User.State(rawValue: try row["state"])
        else { throw DatabaseFault(.row, "the row of the user \(id) is not one of this version") }
        return User(
            id: id,
            email: email,
            name: try fields.read(try row["name"], for: "app_user.name.\(id)"),
            role: role,
            reach: try row.json("reach"),
            state: state,
            createdAt: try row["created_at"],
            lastSeenAt: try row["last_seen_at"],
            hasSecondFactor: try row["has_second_factor"],
            hasPassword: try row["has_password"]
        )
    }
}
