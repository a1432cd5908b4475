import Core
import ObjectStore
import TestSupport
import Testing
import Wildlife

@testable import App

struct ConfigurationTests {
    private func configuration(_ values: [String: String]) throws -> Configuration {
        let share = ["share": SharedData.checkout]
        let settings = Settings([Settings.Layer(source: "test", values: share.merging(values) { $1 })])
        return try Configuration(settings, environment: ["HOME": "/home/gardener"])
    }

    @Test func `the data folder holds everything unless told otherwise`() throws {
        let plain = try configuration([:])
        #expect(plain.dataFolder == "/home/gardener/.local/share/hedgerow")
        #expect(plain.databaseURL == "sqlite:/home/gardener/.local/share/hedgerow/hedgerow.db")
        #expect(plain.host == "127.0.0.1" && plain.port == 8_000)
        let other = try configuration(["data_dir": "/srv/h", "objects_url": "file:/mnt/o"])
        #expect("\(other.objects)" == "files in /mnt/o")
        #expect(other.databaseURL == "sqlite:/srv/h/hedgerow.db")
    }

    @Test func `a bucket takes its keys from the settings, then from the usual variables, and shows none`() throws {
        let share = ["share": SharedData.checkout, "objects_url": "s3://photos/h?region=eu-1"]
        func configuration(_ more: [String: String], _ environment: [String: String]) throws -> Configuration {
            let settings = Settings([Settings.Layer(source: "test", values: share.merging(more) { $1 })])
            return try Configuration(settings, environment: environment)
        }
        let variables = ["AWS_ACCESS_KEY_ID": "from-aws", "AWS_SECRET_ACCESS_KEY": "hush"]
        let own = ["s3_access_key": "own", "s3_secret_key": "hush"]
        #expect(try configuration(own, variables).s3Credentials?.accessKey == "own")
        #expect(try configuration([:], variables).s3Credentials?.accessKey == "from-aws")
        #expect(try configuration([:], [:]).s3Credentials == nil)
        #expect(try "\(configuration(own, variables).objects)".hasSuffix(".amazonaws.com, below h/"))
        #expect(try !String(reflecting: configuration(own, variables)).contains("hush"))
        #expect(throws: ConfigurationFault.self) { try configuration(["s3_access_key": "half"], variables) }
        let wrong = #expect(throws: ConfigurationFault.self) { try configuration(["objects_url": "ftp://hush"], [:]) }
        #expect(wrong?.description.hasPrefix("objects_url takes") == true)
    }

    @Test(
        "Host and port are stronger than listen",
        arguments: [
            (["listen": "0.0.0.0:9"], "0.0.0.0", 9), (["listen": "[::]:9", "port": "10"], "::", 10),
            (["host": "localhost"], "127.0.0.1", 8_000),
        ]
    )
    func endpoint(values: [String: String], host: String, port: Int) throws {
        let configuration = try configuration(values)
        #expect(configuration.host == host)
        #expect(configuration.port == port)
    }

    @Test func `a map names one server, which alone the content policy allows`() throws {
        let tiles = ["map_tiles": "https://Tiles.example.org:8443/{z}/{x}/{y}.png?key=1", "map_attribution": "Example"]
        let map = try #require(try configuration(tiles.merging(["map_zoom": "17"]) { $1 }).mapTiles)
        #expect(map.origin == "https://tiles.example.org:8443")
        #expect(map.ground.tiles == tiles["map_tiles"])
        #expect(map.ground.maxZoom == 17)
        #expect(try configuration([:]).mapTiles == nil)
        #expect(throws: ConfigurationFault.self) { try configuration(tiles.filter { $0.key == "map_tiles" }) }
    }

    @Test(arguments: [
        "https://tiles.example.org/{z}/{x}.png", "ftp://tiles.example.org/{z}/{x}/{y}", "/tiles/{z}/{x}/{y}.png",
        "https://{s}.example.org/{z}/{x}/{y}.png", "https://a;script-src *;/{z}/{x}/{y}", "https://*/{z}/{x}/{y}",
        "https://a b/{z}/{x}/{y}", "https:///{z}/{x}/{y}", "https://user@example.org/{z}/{x}/{y}",
    ])
    func `what is no address of tiles is refused`(tiles: String) {
        let fault = #expect(throws: ConfigurationFault.self) {
            try configuration(["map_tiles": tiles, "map_attribution": "Example"])
        }
        #expect(fault?.description.hasPrefix("map_tiles takes") == true)
    }

    @Test(arguments: [
        ["port": "70000"], ["listen": "nowhere"], ["tls": "files"], ["api_key": "short"],
    ])
    func `what does not go together is refused`(values: [String: String]) {
        #expect(throws: ConfigurationFault.self) { try configuration(values) }
    }

    @Test(arguments: [
        (["database_url": "sqlite:"], "database_url names no file"),
        (["database_read_url": "postgres://h/n"], "database_read_url goes with"),
        (["database_url": "postgres://h/n", "database_read_url": "nonsense"], "database_read_url takes"),
        (["trusted_proxies": "10.0.0.1,garbage"], "trusted_proxies: garbage"),
        (["collect_networks": "192.168.1.0/24,192.168.1.0/40"], "collect_networks: 192.168.1.0/40 is no address"),
        (["port": "9000", "metrics_port": "9000"], "metrics_port"), (["otlp_url": "nonsense"], "otlp_url takes"),
        (["otlp_url": "http://"], "otlp_url takes"), (["ui": "/nope"], "ui takes a folder"),
    ])
    func `a setting that cannot be is named before anything is opened`(values: [String: String], words: String) {
        let fault = #expect(throws: ConfigurationFault.self) { try configuration(values) }
        #expect(fault?.description.contains(words) == true)
    }

    @Test func `no address is shown with its user`() {
        let values = ["otlp_url": "http://u:geh@eim@h:4318/v1", "public_url": "https://h/", "mail_from": "a@h"]
        let settings = Settings([Settings.Layer(source: "test", values: values)])
        let texts = [
            AppSettings.otlpURL.description, AppSettings.publicURL.description, AppSettings.mailFrom.description,
        ]
        .map { settings.effective($0).text }
        #expect(texts == ["http://(hidden)@h:4318/v1", "https://h/", "a@h"])
    }

    @Test func `a name that is no setting is reported`() throws {
        #expect(try configuration(["prot": "1"]).warnings == ["test sets prot, which is no setting"])
    }

    @Test func `an authority is made once and its certificate names this machine`() async throws {
        try await withTemporaryDirectory { folder in
            let first = try LocalAuthority(folder: folder, host: "0.0.0.0")
            let second = try LocalAuthority(folder: folder, host: "0.0.0.0")
            #expect(first.authorityPEM == second.authorityPEM)
            #expect(first.certificatePEM == second.certificatePEM)
        }
    }

    @Test func `a QR code is square and has its quiet zone`() throws {
        let svg = try QRCode("https://192.168.1.20:8000/").svg
        #expect(svg.hasPrefix("<svg"))
        #expect(svg.contains("M4 4h1v1h-1z"))
        #expect(throws: ConfigurationFault.self) { try QRCode(String(repeating: "x", count: 5_000)) }
    }

    @Test func `Redis is named or not, and its password is in no message`() throws {
        #expect(try configuration([:]).redis == nil)
        let named = try configuration(["redis_url": "redis://:geheim@10.0.0.7:6380/2"])
        #expect(named.redis.map { "\($0)" } == "10.0.0.7:6380/2")
        for (url, words) in [("rediss://:geheim@h", "tunnel"), ("redis://:geheim@h:0", "port")] {
            let fault = #expect(throws: ConfigurationFault.self) { try configuration(["redis_url": url]) }
            let text = fault.map { "\($0)" } ?? ""
            #expect(text.hasPrefix("redis_url: ") && text.contains(words) && !text.contains("geheim"))
        }
    }
}
