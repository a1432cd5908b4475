import Testing

@testable import Outbound

@Suite("Listings of other servers") struct FolderListingTests {
    @Test func `both ways of listing are read`() {
        let text = """
            type=cdir;modify=20260524210503; .\r
            type=file;size=1204;modify=20260524210503;UNIX.mode=0644; IMG 0001.JPG\r
            type=dir;modify=20260524210503; oak\r
            type=OS.unix=slink;size=3; link\r
            total 12
            -rw-r--r--    1 1000     1000        88123 May 24 21:05 IMG_0002.JPG
            -rw-r--r--+   1 cam cams 5 Jan  1  2025  two words .jpg
            drwxr-xr-x    2 1000     1000         4096 May 24 21:05 elm
            lrwxrwxrwx    1 1000     1000           11 May 24 21:05 link -> IMG_0002.JPG
            drwxr-xr-x    2 1000     1000         4096 May 24 21:05 ..
            """
        #expect(
            FolderListing.entries(text) == [
                RemoteEntry(name: "IMG 0001.JPG", isFolder: false, size: 1_204, modified: "20260524210503"),
                RemoteEntry(name: "oak", isFolder: true, size: 0, modified: "20260524210503"),
                RemoteEntry(name: "IMG_0002.JPG", isFolder: false, size: 88_123, modified: "May 24 21:05"),
                RemoteEntry(name: " two words .jpg", isFolder: false, size: 5, modified: "Jan 1 2025"),
                RemoteEntry(name: "elm", isFolder: true, size: 4_096, modified: "May 24 21:05"),
            ]
        )
    }

    @Test(
        "A name that leads elsewhere is none",
        arguments: ["..", ".", "a/b", "/etc/passwd", "a\u{7}b", "", String(repeating: "a", count: 256)]
    )
    func names(name: String) {
        #expect(FolderListing.entries("type=file;size=1; \(name)").isEmpty)
        #expect(FolderListing.entries("-rw-r--r-- 1 a a 5 Jan 1 2025 \(name)").isEmpty)
    }

    @Test func `paths are written so that no name is more than a name`() throws {
        let key = RemoteServer.Fingerprint("SHA256:" + String(repeating: "b", count: 43))
        func path(_ kind: RemoteServer.Kind) -> RemotePath {
            RemotePath(
                RemoteServer(kind, host: "::1", port: 2_121, account: "a", secret: .password("p"), fingerprint: key)
            )
        }
        #expect(try path(.ftps).url(["a b", "c?#%.jpg"]) == "ftp://[::1]:2121/a%20b/c%3F%23%25.jpg")
        #expect(try path(.ftpsImplicit).url(["/", "a", "b"]) == "ftps://[::1]:2121/%2Fa/b")
        #expect(try path(.sftp).url(["a", "b"]) == "sftp://[::1]:2121/~/a/b")
        #expect(try path(.sftp).url(["/", "a"]) == "sftp://[::1]:2121/a")
        #expect(try path(.sftp).url([]) == "sftp://[::1]:2121/~/")
        #expect(try path(.ftps).removal(["a", "b c"]) == "DELE b c")
        #expect(try path(.sftp).removal(["/", "a", "b \"c\\"]) == #"rm "/a/b \"c\\""#)
        #expect(throws: OutboundFault.self) { try path(.ftps).removal(["a\r\nDELE b"]) }
        #expect(throws: OutboundFault.self) { try path(.sftp).url(["a\n"]) }
    }

    @Test func `a server prints without its secrets, and fingerprints have one form`() {
        let server = RemoteServer(
            .ftps,
            host: "files.example",
            port: 21,
            account: "oak",
            secret: .password("hunter2"),
            fingerprint: RemoteServer.Fingerprint("sha256//" + String(repeating: "c", count: 43) + "=")
        )
        #expect("\(server)" == "files.example:21" && !String(reflecting: server).contains("hunter2"))
        var dumped = ""
        dump(server, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(server.fingerprint?.description == "SHA256:" + String(repeating: "c", count: 43))
        for text in ["", "SHA256:abc", "SHA256:" + String(repeating: "-", count: 43)] {
            #expect(RemoteServer.Fingerprint(text) == nil)
        }
    }
}
