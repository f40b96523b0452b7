import Foundation
import Testing
import WorkflowRuntime

@testable import ERPWorkflows

struct InvoiceThresholdsTests {
    @Test(arguments: [
        ("0", ["accounts_payable"]), ("100000.00", ["accounts_payable"]),
        ("100000.01", ["accounts_payable", "department_head"]), ("500000.00", ["accounts_payable", "department_head"]),
        ("500000.01", ["accounts_payable", "department_head", "finance_manager"]),
        ("1000000.00", ["accounts_payable", "department_head", "finance_manager"]),
        ("1000000.01", ["accounts_payable", "department_head", "finance_manager", "cfo"]),
        ("5000000.00", ["accounts_payable", "department_head", "finance_manager", "cfo"]),
        ("5000000.01", ["accounts_payable", "department_head", "finance_manager", "cfo", "ceo"]),
        ("92233720368547758.07", ["accounts_payable", "department_head", "finance_manager", "cfo", "ceo"]),
    ])
    func `a level is needed one poisha above its threshold, not at it`(total: String, levels: [String]) throws {
        #expect(InvoiceThresholds.standard.levels(forTotal: try Money(total)) == levels)
        #expect(
            try JSONDecoder().decode(InvoiceThresholds.self, from: Data("{}".utf8)).levels(forTotal: Money(total))
                == levels
        )
    }

    @Test func `a tenant may move thresholds, also together or to nothing, and they survive JSON`() throws {
        let json = #"{"departmentHeadAbove": "0", "financeManagerAbove": "২,০০,০০০", "cfoAbove": 200000}"#
        let thresholds = try JSONDecoder().decode(InvoiceThresholds.self, from: Data(json.utf8))
        #expect(thresholds.levels(forTotal: .zero) == ["accounts_payable"])
        #expect(thresholds.levels(forTotal: Money(poisha: 1)) == ["accounts_payable", "department_head"])
        #expect(thresholds.levels(forTotal: Money(poisha: 20_000_001)).last == "cfo")
        #expect(thresholds.ceoAbove == Money(taka: 5_000_000))
        let data = try JSONEncoder().encode(thresholds)
        #expect(try JSONDecoder().decode(InvoiceThresholds.self, from: data) == thresholds)
    }

    @Test(arguments: [
        (#"{"departmentHeadAbove": "-0.01"}"#, "'departmentHeadAbove': may not be negative"),
        (#"{"departmentHeadAbove": "500000.01"}"#, "'financeManagerAbove': may not be below departmentHeadAbove"),
        (#"{"cfoAbove": "499999.99"}"#, "'cfoAbove': may not be below financeManagerAbove"),
        (#"{"ceoAbove": "999999.99"}"#, "'ceoAbove': may not be below cfoAbove"),
        (#"{"ceoAbove": "many"}"#, "'ceoAbove': not an amount; write a decimal number such as \"30000.50\""),
        (#"{"ceoabove": "1"}"#, "the key 'ceoabove' is not known; did you mean 'ceoAbove'?"),
    ])
    func `thresholds that do not ascend are refused with their name`(json: String, problem: String) {
        let error = #expect(throws: PayloadError.self) {
            try StrictJSON.decode(InvoiceThresholds.self, from: Array(json.utf8))
        }
        #expect(error?.message == problem)
    }
}
