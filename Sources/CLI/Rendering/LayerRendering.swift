// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

/// The layers of an image.
enum LayerRendering {
    /// A line for each.
    static func brief(_ layers: [InspectReport.Layer]) -> [String] {
        layers.enumerated().flatMap { number, layer -> [String] in
            let hidden = layer.wasted.map { words($0) }.joined(separator: ", ")
            return Table.row(
                number == 0 ? "layers" : "", InspectRendering.labelWidth,
                summary(number, layer) + (hidden.isEmpty ? "" : "; hidden: " + hidden))
        }
    }

    /// With digests, origin and the largest hidden files.
    static func full(_ layers: [InspectReport.Layer]) -> [String] {
        layers.enumerated().flatMap { number, layer -> [String] in
            var lines = ["", "  layer " + summary(number, layer)]
            if let digest = layer.digest { lines.append("    \(digest)") }
            if let diffID = layer.diffID { lines.append("    unpacks to \(diffID)") }
            if let origin = layer.createdBy, !origin.isEmpty {
                let short = origin.count > 300 ? origin.prefix(300) + "…" : origin[...]
                lines += TextWrap.wrap("    made by \(short)", indent: "      ")
            }
            for waste in layer.wasted {
                lines += TextWrap.wrap("    hidden: \(words(waste))", indent: "      ")
                lines += waste.largest.prefix(5).map { file in
                    "    " + Table.padLeft("\(file.size)", 9) + "  \(file.path), by layer \(file.byLayer)"
                }
            }
            return lines
        }
    }

    private static func summary(_ number: Int, _ layer: InspectReport.Layer) -> String {
        "\(number + 1): \(layer.size), unpacked \(layer.unpacked), \(counted(layer.files, "file"))"
    }

    private static func words(_ waste: InspectReport.Waste) -> String {
        let what =
            switch waste.cause {
            case "overwritten": "overwritten later"
            case "deleted": "deleted later"
            case "metadataOnly": "repeated later with other owner, mode or time"
            default: "twice in the layer"
            }
        return "\(waste.size) in \(counted(waste.files, "file")) \(what)"
    }
}

/// Where the space goes.
enum AnatomyRendering {
    static func lines(_ purposes: [InspectReport.Purpose], of whole: ByteCount) -> [String] {
        let rows = purposes.filter { $0.size.bytes > 0 }.map { purpose in
            "  " + Table.padLeft("\(purpose.size)", 9) + Table.padLeft(share(purpose.size, whole), 7) + "  "
                + Table.pad(purpose.name, 20) + purpose.why
        }
        return ["", "  " + Table.padLeft("\(whole)", 9) + Table.padLeft("", 7) + "  in all"] + rows
    }

    /// Such as `12.5 %`.
    private static func share(_ part: ByteCount, _ whole: ByteCount) -> String {
        guard whole.bytes > 0 else { return "" }
        let thousandths =
            (part.bytes.multipliedFullWidth(by: 1000)).high == 0
            ? (part.bytes * 1000 + whole.bytes / 2) / whole.bytes : part.bytes / (whole.bytes / 1000)
        return "\(thousandths / 10).\(thousandths % 10) %"
    }
}
