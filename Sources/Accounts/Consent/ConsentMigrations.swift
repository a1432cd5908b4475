package import Database

/// The tables of consents and of people who leave.
package enum ConsentMigrations {
    package static let all = [
        Migration(
            feature: "consent",
            number: 1,
            name: "consents",
            up: SQLScript(consents + departures),
            down: "DROP TABLE departure; DROP TABLE consent; DROP TABLE consent_person;"
        )
    ]

    /// The ledger knows a person only by a subject; whose it is stands in `consent_person`, as long as there is a person.
    private static let consents = """
        CREATE TABLE consent_person (
            user_id {uuid} PRIMARY KEY REFERENCES app_user (id) ON DELETE CASCADE,
            subject {uuid} NOT NULL
        ) {strict};
        CREATE UNIQUE INDEX consent_person_subject ON consent_person (subject);
        CREATE TABLE consent (
            position {integer} PRIMARY KEY,
            at {timestamp} NOT NULL,
            subject {uuid} NOT NULL,
            purpose {text} NOT NULL,
            version {integer} NOT NULL,
            granted {boolean} NOT NULL,
            how {text} NOT NULL,
            code {blob} NOT NULL
        ) {strict};
        CREATE INDEX consent_subject ON consent (subject, purpose, position);
        """

    private static let departures = """

        CREATE TABLE departure (
            user_id {uuid} PRIMARY KEY REFERENCES app_user (id) ON DELETE CASCADE,
            reason {text} NOT NULL CHECK (reason IN ('asked', 'inactive')),
            since {timestamp} NOT NULL,
            erase_at {timestamp} NOT NULL
        ) {strict};
        CREATE INDEX departure_end ON departure (erase_at);
        """
}
