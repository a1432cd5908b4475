import Accounts
package import Core

/// Every setting of the program, in one place: what `doctor` prints and the documentation lists.
package enum AppSettings {
    static let listen = Setting<String>.text(
        "listen",
        "Address and port of the server; port 0 takes a free one.",
        default: "127.0.0.1:8000"
    )
    static let host = Setting<String?>.optionalText("host", "Address alone, stronger than `listen`.")
    static let port = Setting<String?>.optionalText("port", "Port alone, stronger than `listen`.")
    static let dataDir = Setting<String?>.optionalText(
        "data_dir",
        "Folder of everything the server keeps; by default hedgerow below $XDG_DATA_HOME or ~/.local/share."
    )
    static let share = Setting<String?>.optionalText(
        "share",
        "Folder with Web, Models and Catalogue; found beside the program when not given."
    )
    static let databaseURL = Setting<String?>.optionalText(
        "database_url",
        "Where rows are kept: sqlite:/path/file.db (by default hedgerow.db in the data folder) or postgres://host/name.",
        isSecret: true
    )
    static let databaseReadURL = Setting<String?>.optionalText(
        "database_read_url",
        "A PostgreSQL server that follows the first one; lists and statistics are read from it.",
        isSecret: true
    )
    static let objectsURL = Setting<String?>.optionalText(
        "objects_url",
        "Where pictures are kept: file:/path or s3://bucket/prefix?endpoint=…&region=…&style=path; by default objects in the data folder.",
        isSecret: true
    )
    static let s3AccessKey = Setting<String?>.optionalText(
        "s3_access_key",
        "Name of the key for an S3 bucket; AWS_ACCESS_KEY_ID when not given.",
        isSecret: true
    )
    static let s3SecretKey = Setting<String?>.optionalText(
        "s3_secret_key",
        "The key itself; AWS_SECRET_ACCESS_KEY when not given.",
        isSecret: true
    )
    static let backupTo = Setting<String?>.optionalText(
        "backup_to",
        "Where backups are kept: a folder, file:/path or s3://bucket/prefix?endpoint=…; none are made by themselves without it.",
        isSecret: true
    )
    static let backupKey = Setting<String?>.optionalText(
        "backup_key",
        "Secret with which backups are encrypted; they are not when it is not given.",
        isSecret: true
    )
    static let backupKeepDays = Setting<Int>.integer(
        "backup_keep_days",
        "Backups older than this are removed; the latest one stays.",
        default: 30,
        in: Backups.keepDays
    )
    static let backupAt = Setting<String>.text(
        "backup_at",
        "When the daily backup begins, in UTC.",
        default: "02:00"
    )
    static let redisURL = Setting<String?>.optionalText(
        "redis_url",
        "Redis that several servers share, such as redis://:password@host:6379; none when not given.",
        isSecret: true
    )
    static let smtpURL = Setting<String?>.optionalText(
        "smtp_url",
        "Server that takes our mail, such as smtp://user:password@host:587 or smtps://…; no mail is sent when not given.",
        isSecret: true
    )
    static let mailFrom = Setting<String?>.optionalText(
        "mail_from",
        "Address that mail comes from, such as Hedgerow <hedgerow@garden.example>."
    )
    static let apiKey = Setting<String?>.optionalText(
        "api_key",
        "Key that signs a caller in through the X-API-Key header.",
        isSecret: true
    )
    static let secretKey = Setting<String?>.optionalText(
        "secret_key",
        "Secret from which all keys of this installation are made; the file secret.key of the data folder when not given.",
        isSecret: true
    )
    static let registration = Setting<Accounts.Registration>.choice(
        "registration",
        "Who may make an account: invitation (those invited), open (anybody, by letter) or closed.",
        default: .invitation
    )
    static let oidcProviders = Setting<String?>.optionalText(
        "oidc_providers",
        "Providers with which people sign in by OpenID Connect: a JSON array, or the path of a file with it.",
        isSecret: true
    )
    static let features = Setting<[String]>.list(
        "features",
        "Parts of the program that are not for all yet, such as new-map=25%; on, off or a share of people."
    )
    static let tokenLife = Setting<Int>.integer(
        "token_life",
        "Minutes that an access token is good for.",
        default: 15,
        in: 1...1_440
    )
    static let leavingDays = Setting<Int>.integer(
        "leaving_days",
        "Days in which somebody who asked to leave may change their mind, before all that is theirs is erased.",
        default: 14,
        in: 0...90
    )
    static let inactiveDays = Setting<Int>.integer(
        "inactive_days",
        "Days after which an account that nobody uses is erased, with a letter 30 days before; 0 for never.",
        default: 365,
        in: 0...36_500
    )
    static let anonymous = Setting<AnonymousAccess>.choice(
        "anonymous",
        "What callers without a key may do: diagnose, or nothing (off).",
        default: .diagnose
    )
    static let limits = Setting<[String]>.list(
        "limits",
        "Changes to the limits of calls, such as public=600/min,upload=1000000/hour; off for none."
    )
    static let leafModel = Setting<String>.text("leaf_model", "Model package that reads leaves.", default: "leaf")
    static let precision = Setting<PrecisionSetting>.choice(
        "precision",
        "Arithmetic of the models: auto, f32, bf16 or int8.",
        default: .auto
    )
    static let resultCache = Setting<Int>.integer(
        "result_cache",
        "Answers kept in memory by picture; 0 keeps none.",
        default: 2_000,
        in: 0...1_000_000
    )
    static let resultCacheMemory = Setting<Int>.integer(
        "result_cache_memory",
        "Most that these answers may take, in megabytes.",
        default: 32,
        in: 1...65_536
    )
    static let uploadLimit = Setting<Int>.integer(
        "upload_limit",
        "Largest picture taken, in megabytes.",
        default: 20,
        in: 1...512
    )
    static let workers = Setting<Bool>.flag(
        "workers",
        "Whether serve carries out jobs itself; off where hedgerow worker does.",
        default: true
    )
    static let queues = Setting<[String]>.list("queues", "Queues whose jobs are carried out; all when not given.")
    static let concurrency = Setting<Int>.integer(
        "concurrency",
        "Jobs that one process carries out at once.",
        default: 32,
        in: 1...1_024
    )
    static let recycleAfter = Setting<Int>.integer(
        "recycle_after",
        "Jobs after which hedgerow worker begins anew with fresh memory; 0 for never.",
        default: 0,
        in: 0...1_000_000_000
    )
    static let webhooks = Setting<WebhookReach>.choice(
        "webhooks",
        "Where webhooks and channels of alerts may go: public (never into the own network) or anywhere.",
        default: .public
    )
    static let tls = Setting<TLSMode>.choice(
        "tls",
        "off, auto (our own authority, for phones in the network) or files (tls_certificate and tls_key).",
        default: .off
    )
    static let tlsCertificate = Setting<String?>.optionalText("tls_certificate", "PEM file of the certificate chain.")
    static let tlsKey = Setting<String?>.optionalText("tls_key", "PEM file of the private key.")
    static let publicURL = Setting<String?>.optionalText("public_url", "Address under which users reach the server.")
    static let corsOrigins = Setting<[String]>.list("cors_origins", "Origins whose pages may call the API.")
    static let trustedProxies = Setting<[String]>.list(
        "trusted_proxies",
        "Addresses of proxies whose X-Forwarded-For is believed."
    )
    static let metricsPort = Setting<Int>.integer(
        "metrics_port",
        "Port of its own for /metrics; 0 serves it on the main port, to loopback only.",
        default: 0,
        in: 0...65_535
    )
    static let otlpURL = Setting<String?>.optionalText(
        "otlp_url",
        "OpenTelemetry collector for traces, such as http://127.0.0.1:4318/v1/traces."
    )
    static let logLevel = Setting<LogLevelSetting>.choice(
        "log_level",
        "Least weight of what is logged: debug, info, notice, warning or error.",
        default: .info
    )
    static let logFile = Setting<String?>.optionalText(
        "log_file",
        "File for the log, rotated at 10 MB with 5 kept; standard output when not given."
    )
    static let ui = Setting<String?>.optionalText(
        "ui",
        "Folder of the web pages, read anew at each request; for those who work on them."
    )

    package static let all: [SettingDescription] = general + cameraTraps

    private static let general: [SettingDescription] = [
        listen.description, host.description, port.description, dataDir.description, share.description,
        databaseURL.description, databaseReadURL.description, objectsURL.description, s3AccessKey.description,
        s3SecretKey.description, backupTo.description, backupKey.description, backupKeepDays.description,
        backupAt.description, redisURL.description, smtpURL.description, mailFrom.description, apiKey.description,
        secretKey.description, registration.description, oidcProviders.description, features.description,
        tokenLife.description, leavingDays.description, inactiveDays.description, anonymous.description,
        limits.description,
        leafModel.description,
        precision.description, resultCache.description, resultCacheMemory.description,
        uploadLimit.description, workers.description, queues.description, concurrency.description,
        recycleAfter.description, webhooks.description,
        tls.description, tlsCertificate.description, tlsKey.description, publicURL.description,
        corsOrigins.description, trustedProxies.description, metricsPort.description, otlpURL.description,
        logLevel.description, logFile.description, ui.description,
    ]
}

/// What callers without a key may do.
package enum AnonymousAccess: String, CaseIterable, Sendable { case diagnose, off }

package enum WebhookReach: String, CaseIterable, Sendable { case `public`, anywhere }

package enum TLSMode: String, CaseIterable, Sendable { case off, auto, files }

package enum LogLevelSetting: String, CaseIterable, Sendable {
    case debug, info, notice, warning, error

    var level: Log.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}

package enum PrecisionSetting: String, CaseIterable, Sendable { case auto, f32, bf16, int8 }
