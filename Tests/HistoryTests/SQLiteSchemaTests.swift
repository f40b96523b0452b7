import Database
import History
import Testing

@Suite struct SQLiteSchemaTests {
    @Test func `the whole schema is what its steps make`() throws {
        let whole = try SchemaListing.whole(SQLiteSchema.component)
        #expect(whole == (try SchemaListing.steps(SQLiteSchema.component)))
        #expect(whole.contains { $0.hasPrefix("table execution: ") })
    }
}
