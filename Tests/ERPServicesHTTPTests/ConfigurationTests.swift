import Testing

@testable import ERPServicesHTTP

struct ConfigurationTests {
    @Test func `services with a URL run elsewhere, the others stay`() throws {
        let configuration = try HTTPServiceConfiguration(environment: [
            "MASTER_DATA_URL": "https://erp.example.com.bd/vendors/v1/", "MASTER_DATA_TOKEN": "s3cret",
            "AUTH_URL": "http://127.0.0.1:8080", "NOTIFICATION_URL": "", "VENDOR_URL": "not ours",
            "AUDIT_TOKEN": "alone",
        ])
        #expect(Set(configuration.addresses.keys) == [.masterData, .auth])
        let vendors = try #require(configuration.addresses[.masterData])
        #expect(vendors.base == "https://erp.example.com.bd/vendors/v1")
        #expect(vendors.token == "s3cret")
        #expect(configuration.addresses[.auth]?.token == nil)
        #expect(RemoteService.allCases.map(\.urlVariable).contains("MENTORING_URL"))
    }

    @Test func `a token is in no description`() throws {
        let address = try HTTPServiceAddress("https://erp.example.com.bd", token: "s3cret")
        let configuration = HTTPServiceConfiguration(addresses: [.auth: address])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(address)", String(reflecting: address), "\(configuration)", dumped] {
            #expect(!text.contains("s3cret"), "\(text)")
        }
        #expect(!address.showsToken)
        #expect(try HTTPServiceAddress("http://erp.example.com.bd", token: "s3cret").showsToken)
        #expect(try !HTTPServiceAddress("http://127.0.0.1:80", token: "s3cret").showsToken)
    }

    @Test(arguments: [
        ("erp.example.com", "AUTH_URL is not a URL such as https://host/path"),
        ("ftp://erp.example.com", "AUTH_URL is not a URL such as https://host/path"),
        ("https://", "AUTH_URL is not a URL such as https://host/path"),
        ("https://a b", "AUTH_URL is not a URL such as https://host/path"),
        (
            "https://me:s3cret@erp.example.com",
            "AUTH_URL holds a user or a password; a token goes into a variable of its own"
        ),
        ("https://erp.example.com?a=b", "AUTH_URL may not have a '?' or a '#'; paths are put at its end"),
    ])
    func `a bad URL is one clear line without its value`(url: String, message: String) {
        #expect(throws: HTTPConfigurationError(message)) {
            try HTTPServiceConfiguration(environment: ["AUTH_URL": url])
        }
    }

    @Test func `a bad token is one clear line without its value`() {
        let message = "the token of AUTH_URL has blanks or other characters that no header can carry"
        #expect(throws: HTTPConfigurationError(message)) {
            try HTTPServiceConfiguration(environment: ["AUTH_URL": "https://a.b", "AUTH_TOKEN": "x\r\nHost: c"])
        }
    }

    @Test func `services that the database checks against each other go together`() throws {
        let alone = HTTPConfigurationError(
            "LEDGER_URL needs PAYMENT_URL as well: payments in the file are checked against entries in the file"
        )
        #expect(throws: alone) { try HTTPServiceConfiguration(environment: ["LEDGER_URL": "https://a.b"]) }
        let books = ["PURCHASING", "BUDGET", "INVOICE", "PAYMENT", "LEDGER"]
        let all = Dictionary(uniqueKeysWithValues: books.map { ($0 + "_URL", "https://a.b") })
        #expect(try HTTPServiceConfiguration(environment: all).addresses.count == 5)
    }
}
