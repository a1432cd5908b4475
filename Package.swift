// swift-tools-version: 6.2
import PackageDescription

/// OpenVINO comes from a Python wheel that `Scripts/setup` unpacks here; it has no system package.
let openVINO = "\(Context.packageDirectory)/.deps/openvino"

/// A release folder carries its libraries in `lib/`; a working copy finds OpenVINO where setup put it.
let isRelease = Context.environment["HEDGEROW_RELEASE"] == "1"
let libraryPaths = isRelease ? ["$ORIGIN/lib"] : ["\(openVINO)/lib"]

/// Every Swift target gets the same strict settings: a module never opts out alone.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-Xcc", "-I\(openVINO)/include"]),
]

/// Only targets that touch C say so; the compiler then asks for `unsafe` at each place.
let touchesC: [SwiftSetting] = strict + [.strictMemorySafety()]

/// Pixel and tensor loops are a hundred times slower unoptimised, so these targets are optimised in debug builds too.
let hot: [SwiftSetting] = touchesC + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let linking: [LinkerSetting] = [
    .unsafeFlags(["-L\(openVINO)/lib"] + libraryPaths.flatMap { ["-Xlinker", "-rpath", "-Xlinker", $0] })
]

/// A C library of the distribution, found through pkg-config where it has a description.
func library(_ name: String, _ pkgConfig: String?, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let kit = [
    "Core", "HTTPServer", "Database", "ObjectStore", "Backup", "JobQueue", "Redis", "Imaging", "Inference", "Outbound",
    "Archive", "Spreadsheet",
]
let features = ["Observations", "Accounts", "Diagnosis", "Wildlife", "Alerts"]

func tests(of name: String, with more: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name), "TestSupport"] + more,
        resources: resources,
        swiftSettings: strict,
        linkerSettings: linking
    )
}

let package = Package(
    name: "hedgerow",
    products: [.executable(name: "hedgerow", targets: ["hedgerow"])],
    targets: [
        library("CArchive", "libarchive", apt: "libarchive-dev"),
        library("CCrypto", "libcrypto", apt: "libssl-dev"),
        library("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
        library("CHEIF", nil, apt: "libheif-dev"),
        library("CHiredis", nil, apt: "libhiredis-dev"),
        library("CMicroHTTPD", "libmicrohttpd", apt: "libmicrohttpd-dev"),
        library("COpenVINO", nil, apt: "the OpenVINO wheel, see Scripts/setup"),
        library("CPCRE2", "libpcre2-8", apt: "libpcre2-dev"),
        library("CPostgres", "libpq", apt: "libpq-dev"),
        library("CQREncode", "libqrencode", apt: "libqrencode-dev"),
        library("CSodium", "libsodium", apt: "libsodium-dev"),
        library("CSpawn", nil, apt: "libc6-dev"),
        library("CSpng", "spng", apt: "libspng-dev"),
        library("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
        library("CSystemd", "libsystemd", apt: "libsystemd-dev"),
        library("CTIFF", "libtiff-4", apt: "libtiff-dev"),
        library("CTurboJPEG", "libturbojpeg", apt: "libturbojpeg0-dev"),
        library("CWebP", "libwebp", apt: "libwebp-dev"),
        library("CWslay", nil, apt: "libwslay-dev"),
        library("CXLSXWriter", "xlsxwriter", apt: "libxlsxwriter-dev"),
        library("CYAML", "yaml-0.1", apt: "libyaml-dev"),
        library("CZxcvbn", nil, apt: "libzxcvbn-dev"),

        .target(
            name: "Core",
            dependencies: ["CCrypto", "CPCRE2", "CSodium", "CSpawn", "CSystemd", "CYAML"],
            swiftSettings: touchesC
        ),
        .target(
            name: "HTTPServer",
            dependencies: ["CMicroHTTPD", "CWslay", "Core"],
            exclude: ["README.md"],
            swiftSettings: touchesC
        ),
        .target(
            name: "Database",
            dependencies: ["CPostgres", "CSQLite", "Core"],
            exclude: ["README.md"],
            swiftSettings: touchesC
        ),
        .target(
            name: "ObjectStore",
            dependencies: ["Core", "Outbound"],
            exclude: ["README.md"],
            swiftSettings: touchesC
        ),
        .target(
            name: "Backup",
            dependencies: ["Core", "Database", "ObjectStore"],
            exclude: ["README.md"],
            swiftSettings: strict
        ),
        .target(
            name: "JobQueue",
            dependencies: ["Core", "Database", "Redis"],
            exclude: ["README.md"],
            swiftSettings: strict
        ),
        .target(name: "Redis", dependencies: ["CHiredis", "Core"], exclude: ["README.md"], swiftSettings: touchesC),
        .target(
            name: "Imaging",
            dependencies: ["CHEIF", "CSpng", "CTIFF", "CTurboJPEG", "CWebP", "Core"],
            exclude: ["README.md"],
            swiftSettings: hot
        ),
        .target(
            name: "Inference",
            dependencies: ["COpenVINO", "Core", "Imaging"],
            exclude: ["README.md"],
            swiftSettings: hot
        ),
        .target(name: "Outbound", dependencies: ["CCurl", "Core"], exclude: ["README.md"], swiftSettings: touchesC),
        .target(name: "Archive", dependencies: ["CArchive", "Core"], exclude: ["README.md"], swiftSettings: touchesC),
        .target(
            name: "Spreadsheet",
            dependencies: ["CXLSXWriter", "Core"],
            exclude: ["README.md"],
            swiftSettings: touchesC
        ),

        .target(name: "Observations", dependencies: ["Core"], swiftSettings: strict),
        .target(
            name: "Accounts",
            dependencies: [
                "Archive", "CZxcvbn", "Core", "Database", "HTTPServer", "JobQueue", "ObjectStore", "Observations",
                "Outbound",
            ],
            swiftSettings: touchesC
        ),
        .target(
            name: "Diagnosis",
            dependencies: [
                "Accounts", "Archive", "Core", "Database", "HTTPServer", "Imaging", "Inference", "JobQueue",
                "ObjectStore",
                "Observations", "Outbound",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Wildlife",
            dependencies: [
                "Accounts", "Archive", "Core", "Database", "HTTPServer", "Imaging", "Inference", "JobQueue",
                "ObjectStore", "Observations", "Outbound", "Spreadsheet",
            ],
            exclude: ["README.md"],
            swiftSettings: strict
        ),

        .target(
            name: "Alerts",
            dependencies: [
                "Accounts", "Archive", "Core", "Database", "HTTPServer", "JobQueue", "Observations", "Outbound",
            ],
            exclude: ["README.md"],
            swiftSettings: strict
        ),

        .target(
            name: "App",
            dependencies: ["CQREncode"] + (kit + features).map { .target(name: $0) },
            swiftSettings: touchesC
        ),
        .executableTarget(
            name: "hedgerow",
            dependencies: ["App", "Core"],
            swiftSettings: strict,
            linkerSettings: linking
        ),

        .target(name: "TestSupport", dependencies: ["Core"], path: "Tests/TestSupport", swiftSettings: strict),
        tests(of: "Core"),
        tests(of: "HTTPServer"),
        tests(of: "Database"),
        tests(of: "ObjectStore", with: ["Outbound"]),
        tests(of: "Backup", with: ["Database", "ObjectStore"]),
        tests(of: "JobQueue", with: ["Database", "Redis"]),
        tests(of: "Redis"),
        tests(of: "Imaging", resources: [.copy("Fixtures")]),
        tests(of: "Inference", with: ["Imaging"]),
        tests(of: "Outbound"),
        tests(of: "Archive"),
        tests(of: "Spreadsheet"),
        tests(of: "Observations"),
        tests(of: "Accounts", with: ["Archive", "Database", "HTTPServer", "JobQueue", "ObjectStore", "Outbound"]),
        tests(of: "Diagnosis", with: ["Database", "HTTPServer", "Imaging", "Inference", "ObjectStore"]),
        tests(
            of: "Wildlife",
            with: [
                "Accounts", "Archive", "Database", "HTTPServer", "Imaging", "JobQueue", "ObjectStore", "Observations",
            ]
        ),
        tests(of: "Alerts", with: ["Accounts", "Database", "HTTPServer", "JobQueue", "Observations", "Outbound"]),
        tests(
            of: "App",
            with: ["Accounts", "Archive", "Database", "HTTPServer", "Imaging", "Inference", "ObjectStore", "Redis"]
        ),
    ],
    swiftLanguageModes: [.v6]
)
