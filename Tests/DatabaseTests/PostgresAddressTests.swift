import Testing

@testable import Database

@Suite("The address of a PostgreSQL server") struct PostgresAddressTests {
    @Test(
        "Its parts become what libpq is told",
        arguments: [
            ("postgres://ann:s%40cret@db.example:6543/garden", ["user": "ann", "password": "s@cret", "port": "6543"]),
            ("postgresql://db.example/garden", ["host": "db.example", "dbname": "garden"]),
            ("postgres:///garden?host=/run/postgresql", ["host": "/run/postgresql", "dbname": "garden"]),
            ("postgres://%2Frun%2Fpostgresql/garden", ["host": "/run/postgresql"]),
            ("postgres://a@[::1]:5433/g", ["host": "::1", "port": "5433", "user": "a"]),
            ("postgres://one:1,two:2/g?target_session_attrs=read-write", ["host": "one,two", "port": "1,2"]),
            ("postgres://a:p@ss@h/g", ["password": "p@ss", "host": "h"]),
            ("postgres://h/g?sslmode=verify-full&sslcert=/c.pem", ["sslmode": "verify-full", "sslcert": "/c.pem"]),
        ]
    )
    func parts(url: String, expected: [String: String]) throws {
        let address = try PostgresAddress(url, pool: PoolOptions())
        for (keyword, value) in expected { #expect(address.keywords[keyword] == value, "\(keyword)") }
    }

    @Test("The pool may be set in it") func pool() throws {
        let address = try PostgresAddress(
            "postgres://h/g?pool_min=2&pool_max=7&pool_wait=3&pool_recycle=60&connect_timeout=4",
            pool: PoolOptions()
        )
        #expect(address.pool.minimum == 2 && address.pool.maximum == 7)
        #expect(address.pool.patience == .seconds(3) && address.pool.recycleAfter == .seconds(60))
        #expect(address.pool.connectLimit == .seconds(4))
        #expect(address.keywords["pool_min"] == nil)
    }

    @Test(
        "What is wrong is named, and the password is not shown",
        arguments: [
            ("postgres://u:geheim@h:port/g", "port"), ("postgres://u:geheim@h/g?colour=red", "colour"),
            ("postgres://u:geheim%@h/g", "the password"), ("postgres://u:geheim@h/g?pool_max=many", "pool_max"),
            ("postgres://u:geheim@h/g?pool_max=2&pool_min=3", "pool_max"), ("postgres://u:geheim@[::1/g", "host"),
            ("postgres://u:geheim@h/g?options=-c%20fsync=off", "options"), ("postgres://u:geheim%00@h/g", "password"),
        ]
    )
    func wrong(url: String, part: String) {
        let fault = #expect(throws: DatabaseFault.self) { try PostgresAddress(url, pool: PoolOptions()) }
        #expect(fault?.code == .unavailable)
        #expect(fault?.detail.contains(part) == true)
        #expect(fault?.detail.contains("geheim") == false)
    }

    @Test("Its description is for logs") func description() throws {
        let address = try PostgresAddress("postgres://ann:geheim@db.example/garden", pool: PoolOptions())
        #expect("\(address)" == "db.example/garden")
    }
}
