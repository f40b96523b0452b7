import CSQLite

/// What scripts make of an empty database, in a form in which two ways to the same schema compare equal.
package enum SchemaListing {
    /// Tables, indexes, triggers and views that a component's whole schema makes.
    package static func whole(_ component: SchemaComponent) throws -> [String] { try objects([component.whole]) }

    /// What the steps make, one after the other.
    package static func steps(_ component: SchemaComponent) throws -> [String] {
        try objects(component.steps.map(\.sql))
    }

    /// What stands in a database, without SQLite's own tables.
    package static func objects(in connection: SQLiteConnection) throws -> [String] {
        try connection.query(
            """
            SELECT type, name, sql FROM sqlite_schema
            WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> 'schema_version' ORDER BY type, name
            """
        ) { "\($0.text(0)) \($0.text(1)): \(normalised($0.text(2)))" }
    }

    private static func objects(_ scripts: [String]) throws -> [String] {
        let connection = try SQLiteConnection(
            path: ":memory:",
            flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
            synchronous: "OFF"
        )
        defer { connection.close() }
        for script in scripts { try connection.executeScript(script) }
        return try objects(in: connection)
    }

    /// Without comments, with single blanks and none beside punctuation: `ALTER TABLE` edits the text of a table and
    /// leaves other white space than a person, and quotes the names of renamed tables.
    static func normalised(_ sql: String) -> String {
        let code = sql.split(separator: "\n").map { line in
            line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line[...]
        }
        var text = ""
        for character in code.joined(separator: " ") where character != "\"" {
            if character.isWhitespace {
                if let last = text.last, !" (,".contains(last) { text.append(" ") }
            } else {
                if "(),".contains(character), text.last == " " { text.removeLast() }
                text.append(character)
            }
        }
        return text
    }
}
