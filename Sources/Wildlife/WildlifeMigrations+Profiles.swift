import Database

extension WildlifeMigrations {
    /// The newest trouble of each profile, also of those in files.
    static let profileTroubles = Migration(
        feature: "wildlife",
        number: 10,
        name: "profile-troubles",
        up: """
            CREATE TABLE camera_profile_trouble (
                name {text} PRIMARY KEY,
                filename {text} NOT NULL,
                reason {text} NOT NULL,
                happened_at {timestamp} NOT NULL
            ) {strict};
            """,
        down: "DROP TABLE camera_profile_trouble;"
    )
}
