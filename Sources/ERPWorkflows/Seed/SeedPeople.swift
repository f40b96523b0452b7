/// What a tenant has for its employees.
public struct SeedPeople: Codable, Sendable {
    /// The part of mail addresses after the `@`: `example.com.bd`.
    public var mailDomain: String?
    /// Replaces or adds these workstations.
    public var workstations: [SeedWorkstation]?
    /// Replaces or adds these benefit plans.
    public var benefitPlans: [SeedBenefitPlan]?
    /// Replaces or adds these rooms for orientations.
    public var rooms: [SeedRoom]?
    /// Sets who may be a mentor for which department; when given, nobody else may.
    public var mentors: [SeedMentor]?
    /// Sets in what time employees are onboarded.
    public var onboardingPolicy: OnboardingPolicy?
}

/// A workstation.
public struct SeedWorkstation: Codable, Sendable {
    /// The tag that is stuck to it.
    public var tag: String
    /// What it is.
    public var model: String
    /// Where it stands.
    public var location: String
    /// It can be given out; true unless said otherwise.
    public var inService: Bool?
}

/// A benefit plan.
public struct SeedBenefitPlan: Codable, Sendable {
    /// The plan's id.
    public var id: String
    /// The name.
    public var name: String
    /// It is for every employee; true unless said otherwise.
    public var standard: Bool?
}

/// A room for orientations.
public struct SeedRoom: Codable, Sendable {
    /// The room's id.
    public var id: String
    /// Where it is.
    public var location: String
    /// How many newcomers it takes at once, 1 to 1 000.
    public var seats: Int
}

/// Somebody who may be a mentor.
public struct SeedMentor: Codable, Sendable {
    /// The user.
    public var user: String
    /// For newcomers of this department.
    public var department: String
}
