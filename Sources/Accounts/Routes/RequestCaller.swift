import HTTPServer

extension Request {
    /// Who is asking, where the route asks for somebody.
    package var caller: Caller? { principal as? Caller }

    /// The person who is asking.
    ///
    /// - Throws: a 403 for the key of the settings, which is nobody's.
    func person() throws -> (caller: Caller, id: User.ID) {
        guard let caller, let id = caller.user else {
            throw Problem.forbidden("This is about a person, and the key of the settings is nobody's.")
        }
        return (caller, id)
    }
}
