import Core
import TestSupport
import Testing

@testable import App

struct MailSettingsTests {
    private func configuration(_ values: [String: String]) throws -> Configuration {
        let settings = Settings([
            Settings.Layer(source: "test", values: values.merging(["share": SharedData.checkout]) { $1 })
        ])
        return try Configuration(settings, environment: ["HOME": "/nonexistent"])
    }

    private func finding(_ values: [String: String]) async throws -> Doctor.Finding? {
        try await Doctor(configuration(values), fixes: false).examine().first { $0.subject == "mail" }
    }

    @Test func `a mail server and a sender are read, and the password is not shown`() throws {
        #expect(try configuration([:]).mail == nil)
        let both = try configuration([
            "smtp_url": "smtp://keeper:hush@mail.example", "mail_from": "Hedgerow <row@garden.example>",
        ])
        #expect("\(try #require(both.mail).server)" == "mail.example:587")
        #expect(!String(reflecting: both).contains("hush"))
        #expect(AppSettings.all.first { $0.name == "smtp_url" }?.isSecret == true)
        #expect(both.sketched(in: "/tmp").mail == nil)
    }

    @Test(
        "What cannot be a mail server or a sender stops the program with the setting's name",
        arguments: [
            (["smtp_url": "smtp://mail.example"], "smtp_url and mail_from go together"),
            (["mail_from": "row@garden.example"], "smtp_url and mail_from go together"),
            (["smtp_url": "mail.example:hush", "mail_from": "row@garden.example"], "smtp_url takes smtp://"),
            (["smtp_url": "smtp://a:hush@mail.example?x=y", "mail_from": "row@garden.example"], "smtp_url takes tls="),
            (["smtp_url": "smtp://mail.example", "mail_from": "row\nBcc: x@y.example"], "mail_from takes an address"),
        ]
    )
    func wrong(values: [String: String], beginning: String) {
        let fault = #expect(throws: ConfigurationFault.self) { try configuration(values) }
        #expect(fault?.description.hasPrefix(beginning) == true)
        #expect(fault?.description.contains("hush") == false)
    }

    @Test func `doctor signs in and says what is wrong`() async throws {
        #expect(try await finding([:]) == nil)
        let sink = try await MailSink.shared
        let from = "row@garden.example"
        let well = try #require(try await finding(["smtp_url": sink.guardedURL, "mail_from": from]))
        #expect(well.isWell && well.detail == "localhost:\(sink.guardedPort) lets us in")
        let wrong = "smtp://keeper:hush@localhost:\(sink.guardedPort)?tls=required&ca=\(sink.authority)"
        let unwell = try #require(try await finding(["smtp_url": wrong, "mail_from": from]))
        #expect(!unwell.isWell && unwell.detail.hasSuffix("put the right user and password into smtp_url"))
        #expect(!unwell.detail.contains("hush"))
    }
}
