import Foundation
import Testing
import WorkflowRuntime

@testable import ERPWorkflows

struct IdentifierTests {
    private func decodingProblem<Value: Decodable>(_ text: String, _ type: Value.Type) throws -> String? {
        let json = try JSONEncoder().encode([text])
        return #expect(throws: DecodingError.self) { try JSONDecoder().decode([Value].self, from: json) }?.pathAndReason
    }

    @Test func `numbers are kept as Latin digits, whatever their writing`() throws {
        for text in ["1234567890", " 123-456-7890", "১২৩৪৫৬৭৮৯০", "123 456 ৭৮৯০", "123\u{2011}456\u{A0}7890"] {
            #expect(try TIN(text).digits == "1234567890", "\(text)")
        }
        #expect(try TIN("123456789012").description == "123456789012")
        #expect(try BIN("001234567-0101").digits == "0012345670101")
        #expect(try BIN("১২৩৪৫৬৭৮৯").digits == "123456789")
        #expect(try BIN("123456789").bengali == "১২৩৪৫৬৭৮৯")
        #expect(try NID("১৯৯০ ১২৩৪ ৫৬৭৮ ৯০১২ ৩").digits == "19901234567890123")
        #expect(try NID("1234567890123").bengali == "১২৩৪৫৬৭৮৯০১২৩")
        let data = try JSONEncoder().encode([try TIN("১২৩-৪৫৬-৭৮৯০")])
        #expect(String(decoding: data, as: UTF8.self) == #"["1234567890"]"#)
        #expect(try JSONDecoder().decode([TIN].self, from: data) == [TIN("1234567890")])
    }

    @Test(arguments: [
        ("123456789", "not a TIN: it must have 10 or 12 digits, and this has 9"),
        ("12345678901", "not a TIN: it must have 10 or 12 digits, and this has 11"),
        ("", "not a TIN: it must have 10 or 12 digits, and this has 0"),
        ("12345678a0", "not a TIN: only digits may stand in it, with blanks or hyphens between"),
        ("१२३४५६७८९०", "not a TIN: only digits may stand in it, with blanks or hyphens between"),
        ("+1234567890", "not a TIN: only digits may stand in it, with blanks or hyphens between"),
        ("12345\n67890", "not a TIN: only digits may stand in it, with blanks or hyphens between"),
    ])
    func `a TIN has 10 or 12 digits and nothing else`(text: String, problem: String) throws {
        #expect(#expect(throws: IdentifierError.self) { try TIN(text) }?.description == problem)
        #expect(try decodingProblem(text, TIN.self) == "'[0]': \(problem)")
    }

    @Test func `each number has its counts of digits`() throws {
        func counts<Number: DigitIdentifier>(_ type: Number.Type) -> [Int] {
            (0...30).filter { (try? type.init(String(repeating: "7", count: $0))) != nil }
        }
        #expect(counts(TIN.self) == [10, 12])
        #expect(counts(BIN.self) == [9, 13])
        #expect(counts(NID.self) == [10, 13, 17])
        #expect(throws: IdentifierError.self) { try MobileNumber("01711") }
        let long = String(repeating: "1", count: 1_000_000)
        #expect(
            #expect(throws: IdentifierError.self) { try BIN(long) }?.description == "not a BIN: the text is too long"
        )
    }

    @Test func `no text that is made of a national id holds more than its last four digits`() throws {
        struct Person {
            var name = "Rahim"
            var nid: NID?
        }
        let nid = try NID("1990123456789")
        #expect(nid.masked == "*********6789")
        var dumped = ""
        dump(Person(nid: nid), to: &dumped)
        for text in ["\(nid)", "\(Person(nid: nid))", String(reflecting: Person(nid: nid)), "\([nid])", dumped] {
            #expect(text.contains("*********6789"), "\(text)")
            #expect(!text.contains("56789") && !text.contains("1990"), "\(text)")
        }
        // All of it where it is stored.
        #expect(String(decoding: try JSONEncoder().encode([nid]), as: UTF8.self) == #"["1990123456789"]"#)
        for text in ["199012345678", "1990 1234 5678 x", "19901234567890123456"] {
            let error = try #require(#expect(throws: IdentifierError.self) { try NID(text) })
            let decoding = try decodingProblem(text, NID.self) ?? ""
            for message in ["\(error)", String(reflecting: error), decoding] {
                #expect(message.contains("not a NID: "))
                #expect(!message.contains("1990") && !message.contains("5678"), "\(message)")
            }
        }
    }

    @Test(arguments: [
        "01711000001", "+8801711000001", "8801711000001", "008801711000001", "+880 1711-000001", "+88 01711 000001",
        "+880 (0)1711-000001", "(+880) 1711 000001", "০১৭১১০০০০০১", "+৮৮০ ১৭১১-০০০০০১", "01711.000.001",
        "0088 01711-000001",
        " 017-1100-0001 ", "880 01711000001",
    ])
    func `a mobile number is kept as 01XXXXXXXXX`(text: String) throws {
        #expect(try MobileNumber(text).digits == "01711000001")
        #expect(try MobileNumber(text).bengali == "০১৭১১০০০০০১")
        #expect(Identifiers.mobile(text) == "01711000001")
    }

    @Test(arguments: [
        ("01211000001", "not a mobile number: it must be 01, a digit from 3 to 9, and 8 digits more"),
        ("0171100000", "not a mobile number: it must be 01, a digit from 3 to 9, and 8 digits more"),
        ("017110000011", "not a mobile number: it must be 01, a digit from 3 to 9, and 8 digits more"),
        ("1711000001", "not a mobile number: it must be 01, a digit from 3 to 9, and 8 digits more"),
        ("02955555555", "not a mobile number: it must be 01, a digit from 3 to 9, and 8 digits more"),
        ("+880", "not a mobile number: it must be 01, a digit from 3 to 9, and 8 digits more"),
        ("", "not a mobile number: it must be 01, a digit from 3 to 9, and 8 digits more"),
        ("+911711000001", "not a mobile number of Bangladesh: the country's code is +880"),
        ("+01711000001", "not a mobile number of Bangladesh: the country's code is +880"),
        ("01711+000001", "not a mobile number: only digits may stand in it, with blanks or hyphens between"),
        ("++8801711000001", "not a mobile number: only digits may stand in it, with blanks or hyphens between"),
        ("01711000001 ext. 5", "not a mobile number: only digits may stand in it, with blanks or hyphens between"),
    ])
    func `what is no mobile number of Bangladesh is refused`(text: String, problem: String) throws {
        #expect(#expect(throws: IdentifierError.self) { try MobileNumber(text) }?.description == problem)
        #expect(Identifiers.mobile(text) == nil)
    }

    @Test func `every operator's digit is taken from 3 to 9`() {
        let taken = (0...9).filter { (try? MobileNumber("01\($0)11000001")) != nil }
        #expect(taken == [3, 4, 5, 6, 7, 8, 9])
    }

    @Test func `only the form in which a number is stored counts as such`() {
        #expect(
            Identifiers.isTIN("1234567890") && !Identifiers.isTIN("123-456-7890") && !Identifiers.isTIN("১২৩৪৫৬৭৮৯০")
        )
        #expect(Identifiers.isBIN("1234567890123") && !Identifiers.isBIN(" 123456789"))
        #expect(Identifiers.isNID("1234567890") && !Identifiers.isNID("123456789"))
    }
}
