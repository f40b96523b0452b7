#if PostgreSQL
/// What to do about an error of PostgreSQL, by its SQLSTATE. This table is the only place that knows.
package enum PostgresErrorClass: Hashable, Sendable {
    /// Run the transaction again: others were in the way.
    case retry
    /// The connection is of no use any more; run the transaction again on another.
    case reconnect
    /// It will be refused again: tell who asked.
    case refuse
    /// The statement is wrong: a bug of ours, or of who wrote it.
    case bug

    /// What a SQLSTATE means. A whole code stands before its class of two characters.
    static func judge(_ sqlState: String) -> (Self, DatabaseError.Code) {
        exact[sqlState] ?? classes[String(sqlState.prefix(2))] ?? (.bug, .misuse)
    }

    private static let exact: [String: (Self, DatabaseError.Code)] = [
        "40001": (.retry, .serialization),  // serialization_failure
        "40P01": (.retry, .serialization),  // deadlock_detected
        "40002": (.refuse, .constraint),  // transaction_integrity_constraint_violation
        "55P03": (.retry, .busy),  // lock_not_available: also what lock_timeout says
        "55006": (.retry, .busy),  // object_in_use
        "57014": (.retry, .timeout),  // query_canceled: by statement_timeout or by request
        "53300": (.retry, .busy),  // too_many_connections
        "53400": (.retry, .busy),  // configuration_limit_exceeded
        "26000": (.retry, .serialization),  // invalid_sql_statement_name: the server forgot what was prepared
        "72000": (.retry, .serialization),  // snapshot_too_old
        "25P03": (.reconnect, .connectionLost),  // idle_in_transaction_session_timeout
        "25P04": (.reconnect, .connectionLost),  // transaction_timeout
        "25006": (.reconnect, .readOnly),  // read_only_sql_transaction: this server is a standby by now
        "57P01": (.reconnect, .connectionLost),  // admin_shutdown
        "57P02": (.reconnect, .connectionLost),  // crash_shutdown
        "57P03": (.reconnect, .connectionLost),  // cannot_connect_now: starting or stopping
        "57P04": (.reconnect, .connectionLost),  // database_dropped
        "57P05": (.reconnect, .connectionLost),  // idle_session_timeout
        "08P01": (.bug, .misuse),  // protocol_violation
        "23505": (.refuse, .unique),  // unique_violation
        "42501": (.refuse, .notPermitted),  // insufficient_privilege
        "53100": (.refuse, .full),  // disk_full
        "53200": (.refuse, .noMemory),  // out_of_memory
        "P0001": (.refuse, .constraint),  // raise_exception: a trigger's rule
        "XX001": (.refuse, .corrupt),  // data_corrupted
        "XX002": (.refuse, .corrupt),  // index_corrupted
    ]

    private static let classes: [String: (Self, DatabaseError.Code)] = [
        "08": (.reconnect, .connectionLost),  // connection exception
        "23": (.refuse, .constraint),  // integrity constraint violation
        "27": (.refuse, .constraint),  // triggered data change violation
        "28": (.refuse, .notPermitted),  // invalid authorization
        "3D": (.refuse, .cannotOpen),  // invalid catalog name: no such database
        "3F": (.refuse, .cannotOpen),  // invalid schema name
        "40": (.retry, .serialization),  // transaction rollback
        "44": (.refuse, .constraint),  // WITH CHECK OPTION
        "53": (.refuse, .full),  // insufficient resources
        "57": (.retry, .timeout),  // operator intervention
        "58": (.refuse, .io),  // system error
        "F0": (.refuse, .io),  // configuration file error
    ]
}

extension DatabaseError {
    /// What to do about it.
    package var postgresClass: PostgresErrorClass {
        switch code {
        case .connectionLost, .outcomeUnknown, .closed: .reconnect
        case .serialization, .busy, .timeout: .retry
        default: sqlState.map { PostgresErrorClass.judge($0).0 } ?? .bug
        }
    }
}
#endif
