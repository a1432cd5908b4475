import Core
import Testing

private enum Mood: String, CaseIterable { case calm, busy }

private let port = Setting<Int>.integer("port", "Where to listen.", default: 8000, in: 1...65_535)
private let mood = Setting<Mood>.choice("mood", "How it feels.", default: .calm)
private let key = Setting<String?>.optionalText("api_key", "The key.", isSecret: true)
private let origins = Setting<[String]>.list("cors_origins", "Who may call.")

struct SettingsTests {
    @Test func `a flag wins over the environment, that over the file, that over the default`() throws {
        let file = try Settings.Layer.yaml("port: 1\nmood: busy\n", path: "h.yaml")
        let environment = Settings.Layer.environment(["HEDGEROW_PORT": "2", "PORT": "9"])
        let flags = Settings.Layer(source: "flag", values: ["port": "3"])
        #expect(try Settings([]).value(port) == 8000)
        #expect(try Settings([file]).value(port) == 1)
        #expect(try Settings([environment, file]).value(port) == 2)
        #expect(try Settings([flags, environment, file]).value(port) == 3)
        #expect(try Settings([flags, environment, file]).value(mood) == .busy)
    }

    @Test func `nested YAML keys and lists become flat settings`() throws {
        let text = "cors:\n  origins:\n    - https://a.example\n    - https://b.example\napi:\n  key: s3cret\nport: 5\n"
        let settings = Settings([try .yaml(text, path: "h.yaml")])
        #expect(try settings.value(origins) == ["https://a.example", "https://b.example"])
        #expect(try settings.value(key) == "s3cret")
        #expect(try settings.value(port) == 5)
    }

    @Test(
        "A file that is no settings file says where and why",
        arguments: [("port: [", 2), ("port: 1\nport: 2\n", 2), ("a: &x 1\nb: *x\n", 2)]
    )
    func badYAML(text: String, line: Int) {
        let fault = #expect(throws: YAMLFault.self) { try Settings.Layer.yaml(text, path: "h.yaml") }
        #expect(fault?.path == "h.yaml")
        #expect((fault?.line ?? 0) <= line && (fault?.line ?? 0) > 0)
    }

    @Test func `a value that does not fit names setting, source and reason but never the value`() {
        let settings = Settings([.environment(["HEDGEROW_PORT": "hunter2"])])
        let fault = #expect(throws: SettingFault.self) { try settings.value(port) }
        #expect(fault?.description == "setting port (environment) takes a whole number from 1 to 65535")
    }

    @Test func `a dotenv file knows comments, quotes and export`() throws {
        let text = "# ours\nexport HEDGEROW_PORT = '81'\nHEDGEROW_API_KEY=\"a=b\"\nOTHER=1\n"
        let settings = Settings([.dotEnv(text, path: ".env")])
        #expect(try settings.value(port) == 81)
        #expect(try settings.value(key) == "a=b")
    }

    @Test func `secrets are hidden and strangers are named`() {
        let settings = Settings([.environment(["HEDGEROW_API_KEY": "s3cret", "HEDGEROW_PROT": "1"])])
        #expect(settings.effective(key.description).text == "(hidden)")
        #expect(settings.unknown(among: [key.description, port.description]).map(\.name) == ["prot"])
        #expect(port.description.flag == "--port")
        #expect(key.description.variable == "HEDGEROW_API_KEY")
    }
}
