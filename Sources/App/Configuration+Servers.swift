import Accounts
import Core
import FoundationEssentials
import ObjectStore
import Outbound
import Redis

/// Settings that say where other servers are and how they let us in.
extension Configuration {
    static func s3Credentials(_ settings: Settings, environment: [String: String]) throws -> S3Credentials? {
        let key = try settings.value(AppSettings.s3AccessKey)
        let secret = try settings.value(AppSettings.s3SecretKey)
        guard let key, let secret else {
            if key == nil, secret == nil { return S3Credentials(environment: environment) }
            throw ConfigurationFault("s3_access_key and s3_secret_key go together")
        }
        return S3Credentials(accessKey: key, secretKey: secret)
    }

    static func oidcProviders(_ settings: Settings) throws -> [OIDCProvider] {
        guard var text = try settings.value(AppSettings.oidcProviders) else { return [] }
        if text.hasPrefix("/") {
            guard let content = try? String(contentsOfFile: text, encoding: .utf8) else {
                throw ConfigurationFault("the file named by oidc_providers cannot be read")
            }
            text = content
        }
        do {
            return try OIDCProvider.list(text)
        } catch {
            throw ConfigurationFault("oidc_providers: \(error)")
        }
    }

    static func redisAddress(_ url: String) throws -> RedisAddress {
        do {
            return try RedisAddress(url)
        } catch {
            throw ConfigurationFault("redis_url: \(error)")
        }
    }

    static func mail(_ settings: Settings) throws -> (server: MailServer, from: MailAddress)? {
        let url = try settings.value(AppSettings.smtpURL)
        let from = try settings.value(AppSettings.mailFrom)
        guard let url, let from else {
            if url == nil, from == nil { return nil }
            throw ConfigurationFault("smtp_url and mail_from go together")
        }
        do {
            return (try MailServer(url), try MailAddress(parsing: from))
        } catch let fault as MailServerFault {
            throw ConfigurationFault("smtp_url \(fault)")
        } catch let fault as MailFormatFault {
            throw ConfigurationFault("mail_from takes an address such as hedgerow@garden.example: \(fault)")
        }
    }

    static func endpoint(_ settings: Settings) throws -> (host: String, port: Int) {
        let listen = try settings.value(AppSettings.listen)
        guard let colon = listen.lastIndex(of: ":") else {
            throw ConfigurationFault("listen takes an address and a port, such as 127.0.0.1:8000")
        }
        let address = String(listen[..<colon].drop { $0 == "[" }.prefix { $0 != "]" })
        let host = try settings.value(AppSettings.host) ?? address
        let portText = try settings.value(AppSettings.port) ?? String(listen[listen.index(after: colon)...])
        guard let port = Int(portText), (0...65_535).contains(port) else {
            throw ConfigurationFault("port takes a whole number from 0 to 65535")
        }
        return (host == "localhost" ? "127.0.0.1" : host, port)
    }
}
