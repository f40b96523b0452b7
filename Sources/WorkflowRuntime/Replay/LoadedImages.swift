import CWorkflowHooks
import Foundation
package import Runtime

/// The files of code that this process has loaded, as the dynamic linker lists them.
///
/// `ImageMap.capture()` reads the first bytes of whatever the process has mapped. A database file that another thread unmaps
/// in that moment takes the process down with it, so the list is never made that way.
package enum LoadedImages {
    private struct Image {
        var base: UInt64
        var end: UInt64
        var path: String
    }

    /// Swift's map of them; nil if it cannot be made, and then addresses have no names.
    ///
    /// It can be made only from its encoded form (docs/CompactImageMapFormat.md of the Swift project, and before the count of
    /// images the name of the system, after its length).
    package static func map() -> ImageMap? {
        #if os(Linux)
        encodedMap()
        #else
        // Where the system itself lists them.
        ImageMap.capture()
        #endif
    }

    private static func encodedMap() -> ImageMap? {
        let images = list()
        guard !images.isEmpty else { return nil }
        let system = Array("Linux".utf8)
        var bytes = [0x02, UInt8(system.count)] + system + number(images.count)
        for image in images {
            // Eight bytes of an address, eight of a length, no build id.
            bytes.append(0b0011_1111)
            bytes += withUnsafeBytes(of: image.base.bigEndian, Array.init)
            bytes += withUnsafeBytes(of: (image.end - image.base).bigEndian, Array.init)
            bytes += number(0) + string(image.path)
        }
        let text = Data(bytes).base64EncodedString().replacing("=", with: "")
        let map = try? JSONDecoder().decode(ImageMap.self, from: Data("\"\(text)\"".utf8))
        return map?.count == images.count ? map : nil
    }

    private static func list() -> [Image] {
        var images: [Image] = []
        withUnsafeMutablePointer(to: &images) { images in
            wf_loaded_images(
                { images, base, end, path in
                    guard let images, let path else { return }
                    let image = Image(base: UInt64(base), end: UInt64(end), path: String(cString: path))
                    images.assumingMemoryBound(to: [Image].self).pointee.append(image)
                },
                images
            )
        }
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return
            images
            .map { $0.path.isEmpty ? Image(base: $0.base, end: $0.end, path: program ?? "") : $0 }
            .filter { $0.path.hasPrefix("/") }
            .sorted { $0.base < $1.base }
    }

    /// Seven bits a byte, the highest first; all but the last byte have their top bit set.
    private static func number(_ value: Int) -> [UInt8] {
        var bytes = [UInt8(value & 0x7F)]
        var rest = value >> 7
        while rest > 0 {
            bytes.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
            rest >>= 7
        }
        return bytes
    }

    /// Pieces of at most 63 bytes, each after its length, and a zero.
    private static func string(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(63)
            bytes.append(UInt8(piece.count))
            bytes += piece
            rest = rest.dropFirst(63)
        }
        return bytes + [0]
    }
}
