#if PostgreSQL
import Dispatch
import PostgresServer

/// What befalls workers on a PostgreSQL server, and the server.
enum Trouble: String, CaseIterable {
    /// A worker dies of SIGKILL.
    case kill
    /// All connections are cut.
    case cut
    /// The server is restarted as after a power cut.
    case restart

    /// Two troubles for each round: every pair that there is as often as the others, two different ones before two deaths, in
    /// an order that chance makes.
    static func pairs(for rounds: Int, using random: inout some RandomNumberGenerator) -> [(Trouble, Trouble)] {
        let kinds: [(Trouble, Trouble)] = [(.kill, .restart), (.cut, .restart), (.kill, .cut), (.kill, .kill)]
        return (0..<rounds).map { kinds[$0 % kinds.count] }.shuffled(using: &random)
    }

    /// Two different ones of three workers, for the first trouble and the second.
    static func victims(using random: inout some RandomNumberGenerator) -> [Int] {
        let first = Int.random(in: 0..<3, using: &random)
        return [first, (first + Int.random(in: 1...2, using: &random)) % 3]
    }

    /// Lets two troubles happen at the same time, on two threads.
    /// - Parameter kill: kills a worker; told whether it is the first trouble or the second.
    static func befall(_ pair: (Trouble, Trouble), _ server: PostgresServer, kill: (Int) -> Void) throws {
        var restart = Result<Void, any Error>.success(())
        try withoutActuallyEscaping(kill) { kill in
            // Only one of a pair is a restart.
            withUnsafeMutablePointer(to: &restart) { restart in
                nonisolated(unsafe) let (restart, kill) = (restart, kill)
                DispatchQueue.concurrentPerform(iterations: 2) { index in
                    switch index == 0 ? pair.0 : pair.1 {
                    case .kill: kill(index)
                    // There may be no server in that moment.
                    case .cut: try? server.terminateConnections()
                    case .restart: restart.pointee = Result { try server.restart(.immediate) }
                    }
                }
            }
            try restart.get()
        }
    }
}
#endif
