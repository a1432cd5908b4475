package import Database

/// The tables of people, their sessions and keys, and of what was done.
package enum AccountsMigrations {
    package static let all = [
        Migration(
            feature: "accounts",
            number: 1,
            name: "people",
            up: SQLScript(people + signedIn + audit),
            down: """
                DROP TABLE audit; DROP TABLE api_key; DROP TABLE invitation; DROP TABLE one_time_token;
                DROP TABLE spent_token; DROP TABLE session; DROP TABLE signing_key; DROP TABLE recovery_code;
                DROP TABLE app_user;
                """
        ),
        Migration(
            feature: "accounts",
            number: 2,
            name: "providers",
            up: SQLScript(links),
            down: "DROP TABLE oidc_link;"
        ),
        Migration(
            feature: "accounts",
            number: 3,
            name: "applications",
            up: SQLScript(applications),
            down: "DROP TABLE oauth_token; DROP TABLE oauth_grant; DROP TABLE oauth_client;"
        ),
    ]

    /// `email_code` finds somebody by an address that may itself be sealed.
    private static let people = """
        CREATE TABLE app_user (
            id {uuid} PRIMARY KEY,
            email_code {blob} NOT NULL,
            email {text} NOT NULL,
            name {text} NOT NULL,
            role {text} NOT NULL,
            reach {json} NOT NULL,
            state {text} NOT NULL CHECK (state IN ('unverified', 'active', 'suspended', 'leaving')),
            password {text},
            totp_secret {blob},
            totp_step {integer},
            created_at {timestamp} NOT NULL,
            last_seen_at {timestamp}
        ) {strict};
        CREATE UNIQUE INDEX app_user_email ON app_user (email_code);
        CREATE TABLE recovery_code (
            user_id {uuid} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
            digest {blob} NOT NULL,
            PRIMARY KEY (user_id, digest)
        ) {strict};
        """

    private static let signedIn = """

        CREATE TABLE signing_key (
            id {uuid} PRIMARY KEY,
            secret {blob} NOT NULL,
            created_at {timestamp} NOT NULL,
            retired_at {timestamp}
        ) {strict};
        CREATE TABLE session (
            id {uuid} PRIMARY KEY,
            user_id {uuid} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
            kind {text} NOT NULL CHECK (kind IN ('browser', 'token')),
            digest {blob} NOT NULL,
            second_factor {boolean} NOT NULL,
            created_at {timestamp} NOT NULL,
            last_used_at {timestamp} NOT NULL,
            expires_at {timestamp} NOT NULL,
            address {text} NOT NULL,
            agent {text} NOT NULL
        ) {strict};
        CREATE INDEX session_person ON session (user_id, id);
        CREATE INDEX session_end ON session (expires_at);
        CREATE TABLE spent_token (
            digest {blob} PRIMARY KEY,
            session_id {uuid} NOT NULL REFERENCES session (id) ON DELETE CASCADE
        ) {strict};
        CREATE INDEX spent_token_of ON spent_token (session_id);
        CREATE TABLE one_time_token (
            id {uuid} PRIMARY KEY,
            digest {blob} NOT NULL,
            purpose {text} NOT NULL,
            user_id {uuid} REFERENCES app_user (id) ON DELETE CASCADE,
            content {json} NOT NULL,
            created_at {timestamp} NOT NULL,
            expires_at {timestamp} NOT NULL
        ) {strict};
        CREATE INDEX one_time_token_user ON one_time_token (user_id);
        CREATE INDEX one_time_token_purpose ON one_time_token (purpose, id);
        CREATE TABLE invitation (
            id {uuid} PRIMARY KEY,
            email_code {blob} NOT NULL,
            email {text} NOT NULL,
            role {text} NOT NULL,
            reach {json} NOT NULL,
            invited_by {text} NOT NULL,
            created_at {timestamp} NOT NULL,
            expires_at {timestamp} NOT NULL
        ) {strict};
        CREATE UNIQUE INDEX invitation_email ON invitation (email_code);
        CREATE TABLE api_key (
            id {uuid} PRIMARY KEY,
            user_id {uuid} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
            digest {blob} NOT NULL,
            name {text} NOT NULL,
            client {text},
            scopes {json} NOT NULL,
            quota {integer},
            created_at {timestamp} NOT NULL,
            expires_at {timestamp},
            last_used_at {timestamp}
        ) {strict};
        CREATE INDEX api_key_user ON api_key (user_id, id);
        """

    /// Who a person is for a provider; the pair of issuer and subject is that person for ever.
    private static let links = """
        CREATE TABLE oidc_link (
            id {uuid} PRIMARY KEY,
            user_id {uuid} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
            issuer {text} NOT NULL,
            subject {text} NOT NULL,
            created_at {timestamp} NOT NULL,
            last_used_at {timestamp}
        ) {strict};
        CREATE UNIQUE INDEX oidc_link_subject ON oidc_link (issuer, subject);
        CREATE INDEX oidc_link_user ON oidc_link (user_id, id);
        """

    /// An application outlives whoever registered it: others have let it act for them.
    private static let applications = """
        CREATE TABLE oauth_client (
            id {uuid} PRIMARY KEY,
            user_id {uuid} REFERENCES app_user (id) ON DELETE SET NULL,
            name {text} NOT NULL,
            redirect_uris {json} NOT NULL,
            scopes {text} NOT NULL,
            grant_types {text} NOT NULL,
            digest {blob},
            created_at {timestamp} NOT NULL
        ) {strict};
        CREATE INDEX oauth_client_user ON oauth_client (user_id, id);
        CREATE TABLE oauth_grant (
            id {uuid} PRIMARY KEY,
            client_id {uuid} NOT NULL REFERENCES oauth_client (id) ON DELETE CASCADE,
            user_id {uuid} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
            grant_type {text} NOT NULL CHECK (grant_type IN ('authorization_code', 'client_credentials')),
            scopes {text} NOT NULL,
            second_factor {boolean} NOT NULL,
            created_at {timestamp} NOT NULL,
            last_used_at {timestamp},
            expires_at {timestamp} NOT NULL
        ) {strict};
        CREATE INDEX oauth_grant_client ON oauth_grant (client_id);
        CREATE INDEX oauth_grant_user ON oauth_grant (user_id, id);
        CREATE INDEX oauth_grant_end ON oauth_grant (expires_at);
        CREATE TABLE oauth_token (
            id {uuid} PRIMARY KEY,
            grant_id {uuid} NOT NULL REFERENCES oauth_grant (id) ON DELETE CASCADE,
            kind {text} NOT NULL CHECK (kind IN ('code', 'access', 'refresh')),
            digest {blob} NOT NULL,
            scopes {text} NOT NULL,
            redirect_uri {text},
            challenge {text},
            spent {boolean} NOT NULL,
            expires_at {timestamp} NOT NULL
        ) {strict};
        CREATE INDEX oauth_token_grant ON oauth_token (grant_id);
        CREATE INDEX oauth_token_end ON oauth_token (expires_at);
        """

    /// The address stands beside the chain, which holds a code of it: it is removed after its time and the chain stays whole.
    private static let audit = """

        CREATE TABLE audit (
            position {integer} PRIMARY KEY,
            at {timestamp} NOT NULL,
            actor {text} NOT NULL,
            action {text} NOT NULL,
            subject {text} NOT NULL,
            address {text},
            address_code {blob} NOT NULL,
            request_id {text} NOT NULL,
            old_values {text} NOT NULL,
            new_values {text} NOT NULL,
            code {blob} NOT NULL
        ) {strict};
        CREATE INDEX audit_actor ON audit (actor, position);
        CREATE INDEX audit_subject ON audit (subject, position);
        CREATE INDEX audit_action ON audit (action, position);
        """
}
