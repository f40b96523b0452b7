import Foundation

/// How a crash-blame file is laid out: a page that says whose it is, then a page for each slot. A slot has the length of a
/// task token in four bytes, a mark in four, a serial number in eight (`wf_blame_slot`), then the token's bytes.
struct CrashBlameLayout: Sendable {
    /// Begins every file; the last byte is the version.
    static let magic: [UInt8] = Array("WFBLAME2".utf8)
    /// Header and slots have this size in bytes; a token with three ids of the greatest length fits.
    static let pageSize = 4096
    /// The longest token that fits into a slot.
    static let maxToken = pageSize - tokenOffset
    /// Where the mark of a slot lies.
    static let markOffset = 4
    /// Where the token of a slot lies.
    static let tokenOffset = 16
    /// What the name ends with while the file is being made.
    static let draftSuffix = ".new"
    /// Where the name of the boot lies in the header, after magic and process id.
    private static let bootOffset = 16
    private static let bootLength = 36

    /// How many slots there are.
    let slots: Int

    /// The size of the file in bytes.
    var size: Int { Self.pageSize * (1 + slots) }

    /// Where a slot begins.
    static func offset(ofSlot slot: Int) -> Int { pageSize * (1 + slot) }

    /// The header's bytes.
    func header(process: Int32, boot: String) -> [UInt8] {
        var bytes = Self.magic
        withUnsafeBytes(of: process.littleEndian) { bytes += $0 }
        withUnsafeBytes(of: UInt32(clamping: slots).littleEndian) { bytes += $0 }
        bytes += boot.utf8.prefix(Self.bootLength)
        bytes += [UInt8](repeating: 0, count: Self.bootOffset + Self.bootLength - bytes.count)
        return bytes
    }

    /// What stands in a file.
    struct Contents {
        var process: Int32
        var boot: String
        /// The tokens whose code ended the process.
        var trapped: [[UInt8]] = []
        /// How many others were in work.
        var others = 0
    }

    /// What stands in a file; nil if it is not such a file.
    static func read(_ bytes: [UInt8]) -> Contents? {
        guard bytes.count >= pageSize, bytes.starts(with: magic) else { return nil }
        func number(at offset: Int) -> UInt32 {
            bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        let boot = bytes[bootOffset..<bootOffset + bootLength].prefix { $0 != 0 }
        var contents = Contents(
            process: Int32(bitPattern: number(at: 8)),
            boot: String(decoding: boot, as: UTF8.self)
        )
        for start in stride(from: pageSize, to: bytes.count - pageSize + 1, by: pageSize) {
            let length = Int(number(at: start))
            guard length > 0, length <= maxToken else { continue }
            guard number(at: start + markOffset) == 1 else {
                contents.others += 1
                continue
            }
            contents.trapped.append(Array(bytes[start + tokenOffset..<start + tokenOffset + length]))
        }
        return contents
    }

    /// Names the time since the machine was started; empty where that is not known. A machine that went down took every
    /// process with it, so what it left behind blames nobody.
    static func bootID() -> String {
        let bytes = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
