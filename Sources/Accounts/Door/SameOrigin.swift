import HTTPServer

/// Whether a request with a cookie was made by our own pages, and not by another's in the same browser.
enum SameOrigin {
    /// Browsers say where a changing request comes from; one that says nothing is no browser and has no use for a cookie.
    static func admits(_ request: Request, publicURL: String?) -> Bool {
        if [.get, .head].contains(request.method) { return true }
        if let origin = request.headers["origin"] {
            if let publicURL, origin == self.origin(of: publicURL) { return true }
            guard let host = request.headers["host"] else { return false }
            return origin == "https://\(host)" || !request.isSecure && origin == "http://\(host)"
        }
        return request.headers["sec-fetch-site"] == "same-origin"
    }

    /// Whether a page of ours led here: for the few addresses that do more than answer when they are opened.
    ///
    /// Browsers leave out `Sec-Fetch-Site` on an open line; there the `Referer` tells, which a stranger can hide but not forge.
    static func cameFromOurPage(_ request: Request, publicURL: String?) -> Bool {
        if let site = request.headers["sec-fetch-site"] { return site == "same-origin" }
        guard let page = request.headers["referer"], let host = request.headers["host"] else { return false }
        let origin = self.origin(of: page)
        if let publicURL, origin == self.origin(of: publicURL) { return true }
        return origin == "\(request.isSecure ? "https" : "http")://\(host)"
    }

    /// Whether a call that shows nothing may come: a form of another's page carries no key, and says whose it is.
    ///
    /// Programs name no origin.
    static func admitsStranger(_ request: Request, publicURL: String?, others: [String]) -> Bool {
        guard let origin = request.headers["origin"] else { return true }
        return admits(request, publicURL: publicURL) || others.contains(origin)
            || request.headers["sec-fetch-site"] == "same-origin"
    }

    /// The name in an address, without its port.
    static func host(of url: String) -> String? {
        let place = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first
        return place.map { String($0.prefix { $0 != ":" }) }
    }

    private static func origin(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.prefix(3).joined(separator: "/")
    }
}
