internal import Synchronization

/// What the task of the request calls.
extension Exchange {
    /// The collected body; its memory counts until the request has ended.
    func takeCollected() -> [UInt8] {
        let (pieces, count) = state.withLock { state in
            defer {
                state.pieces = []
                state.pieceBytes = 0
            }
            return (state.pieces, state.pieceBytes)
        }
        if pieces.count == 1 { return pieces[0] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for piece in pieces { bytes += piece }
        return bytes
    }

    func nextPiece() async throws -> [UInt8]? {
        while true {
            enum Found { case piece([UInt8]), end, wait }
            let (result, connection) = state.withLock { state -> (Result<Found, any Error>, Handle?) in
                if let fault = state.fault { return (.failure(fault), nil) }
                if !state.pieces.isEmpty {
                    let piece = state.pieces.removeFirst()
                    state.pieceBytes -= piece.count
                    let isLow = state.pieceBytes < Self.lowWater && !state.isComplete
                    return (.success(.piece(piece)), isLow ? state.resumed() : nil)
                }
                if state.isComplete { return (.success(.end), nil) }
                if state.isClosed { return (.failure(CancellationError()), nil) }
                return (.success(.wait), nil)
            }
            connection?.resume()
            switch try result.get() {
            case .piece(let piece): return piece
            case .end: return nil
            case .wait: try await waitForPiece()
            }
        }
    }

    private func waitForPiece() async throws {
        try Task.checkCancellation()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.pieces.isEmpty || state.isComplete || state.isClosed || state.fault != nil
                        || Task.isCancelled
                    {
                        return true
                    }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeReader() }?.resume()
        }
        try Task.checkCancellation()
    }

    /// Sends a piece of a streamed answer; waits while the client is slow.
    func write(_ piece: [UInt8]) async throws {
        guard !piece.isEmpty else { return }
        while true {
            try Task.checkCancellation()
            let (isWritten, connection) = try state.withLock { state -> (Bool, Handle?) in
                if state.isClosed || state.hasClientLeft || engine.isStopping { throw CancellationError() }
                guard state.outBytes < Self.highWater else { return (false, nil) }
                state.out.append(piece)
                state.outBytes += piece.count
                return (true, state.isQueued ? state.resumed() : nil)
            }
            connection?.resume()
            if isWritten { return }
            await waitForRoom()
        }
    }

    private func waitForRoom() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.outBytes < Self.highWater || state.isClosed || Task.isCancelled { return true }
                    state.writer = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeWriter() }?.resume()
        }
    }

    /// Ends a streamed answer; a broken one closes the connection, so that the client sees that it is not whole.
    func endWriting(isWhole: Bool) {
        let connection = state.withLock { state in
            state.isOutEnded = true
            state.isOutBroken = !isWhole
            return state.isQueued ? state.resumed() : nil
        }
        connection?.resume()
    }
}
