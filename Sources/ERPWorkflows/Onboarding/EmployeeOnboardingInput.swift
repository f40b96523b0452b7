/// Somebody who is to begin work. Reading it checks everything that can be checked without a database, so that a client
/// that knows the type refuses bad input before anything is started. No error repeats a value.
public struct EmployeeOnboardingInput: Codable, Hashable, Sendable {
    /// The business key: one employee is onboarded once.
    public var employeeId: String
    /// The tenant; when given it must be the namespace that the workflow runs in.
    public var tenantId: String?
    /// The name.
    public var name: String
    /// A mail address that they read already.
    public var email: String
    /// The mobile number.
    public var phone: MobileNumber
    /// The national identity number. It stands in the payload of the start alone.
    public var nid: NID
    /// The department.
    public var department: String
    /// What they are hired as.
    public var position: String
    /// Their first day.
    public var startDate: LocalDate
    /// The user whom they report to.
    public var managerId: String
    /// The user in HR who looks after them.
    public var hrManagerId: String
    /// Where they work.
    public var location: String

    /// An employee of their parts; nothing is checked.
    public init(
        employeeId: String,
        tenantId: String? = nil,
        name: String,
        email: String,
        phone: MobileNumber,
        nid: NID,
        department: String,
        position: String,
        startDate: LocalDate,
        managerId: String,
        hrManagerId: String,
        location: String
    ) {
        self.employeeId = employeeId
        self.tenantId = tenantId
        self.name = name
        self.email = email
        self.phone = phone
        self.nid = nid
        self.department = department
        self.position = position
        self.startDate = startDate
        self.managerId = managerId
        self.hrManagerId = hrManagerId
        self.location = location
    }

    /// Reads and checks an employee. Throws `DecodingError` with one line that names what is wrong.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        employeeId = try container.decodeName(forKey: .employeeId)
        tenantId = try container.decodeIfPresent(String.self, forKey: .tenantId)
        name = try container.decodeName(forKey: .name)
        email = try container.decodeName(forKey: .email)
        guard Identifiers.isMailAddress(email) else {
            throw DecodingError.dataCorruptedError(
                forKey: .email,
                in: container,
                debugDescription: "not a mail address of the form name@domain"
            )
        }
        phone = try container.decode(MobileNumber.self, forKey: .phone)
        nid = try container.decode(NID.self, forKey: .nid)
        department = try container.decodeName(forKey: .department)
        position = try container.decodeName(forKey: .position)
        startDate = try container.decode(LocalDate.self, forKey: .startDate)
        managerId = try container.decodeName(forKey: .managerId)
        hrManagerId = try container.decodeName(forKey: .hrManagerId)
        location = try container.decodeName(forKey: .location)
    }
}
