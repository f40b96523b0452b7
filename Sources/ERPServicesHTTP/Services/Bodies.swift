import ERPWorkflows
import Foundation

/// Several things at once: `{"items": [...]}`.
struct Items<Item: Encodable>: Encodable {
    var items: [Item]
}

/// A step for an order: `{"order": {...}, "time": "..."}`.
struct OrderMoment: Encodable {
    var order: OrderKey
    var time: Date
}

/// A step for an employee: `{"employee": {...}, "time": "..."}`.
struct EmployeeMoment: Encodable {
    var employee: EmployeeKey
    var time: Date
}

/// What something was numbered: `{"number": "PO-FY2026-27-00001"}`.
struct Numbered: Decodable {
    var number: String
}

/// The same where there may be none.
struct MaybeNumbered: Decodable {
    var number: String?
}

/// A step for an invoice: `{"invoice": {...}, "time": "..."}`.
struct InvoiceMoment: Encodable {
    var invoice: InvoiceKey
    var time: Date
}
