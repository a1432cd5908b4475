import HTTPServer

/// What somebody's data may be used for, as far as they said so.
package enum ConsentPurpose: String, CaseIterable, Codable, Sendable {
    /// Keep what I send, so that I can come back to it.
    case service
    case modelTraining = "model_training"
    case researchSharing = "research_sharing"
    case community

    /// Counts up whenever the text comes to mean something else; a consent holds for the version it was given to.
    package var version: Int { 1 }

    /// What somebody agrees to.
    package var text: String {
        switch self {
        case .service:
            "This server keeps the pictures I send, with what it read from them, as my history. Only I can see them."
        case .modelTraining:
            "My pictures, and what people said of them, may be used to train and test models of this server."
        case .researchSharing:
            "My observations may be shared with researchers: without my name, with the exact place."
        case .community: "What I publish may be seen by the other people of this server, under my name."
        }
    }

    /// Whether using the server is to agree: nothing would work otherwise.
    var isGrantedByUse: Bool { self == .service }
}

extension ConsentPurpose: APIValue {}
