// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthReports
import PlinthSBOM

extension FilesOverlay {
    /// What a person is told of the files.
    var reports: [FileReport] {
        zip(files, segments).map { file, segment in
            let entries = segment.table.entries.filter { !$0.node.isDirectory }
            let bytes = entries.map { if case .file(let size) = $0.node.kind { size } else { Int64(0) } }.reduce(0, +)
            return FileReport(
                path: "/\(file.path)", source: file.name, digest: file.digest, files: entries.count,
                size: ByteCount(bytes))
        }
    }
}

extension Recipe.FileItem {
    /// What a person is told before anything is read: a directory's content would go where a file would keep its name.
    var plannedReport: FileReport {
        FileReport(path: "/\(path)" + (isBelow == true ? "/" : ""), source: name)
    }
}

extension LocalFile {
    /// How it stands in the bill.
    var component: FileComponent {
        FileComponent(
            name: "/\(path)", source: name, digest: digest,
            kind: item.image != nil ? .image : item.kind == .tar ? .archive : isDirectory ? .directory : .file)
    }

    /// Where it goes, as far as the recipe tells.
    fileprivate var path: TreePath {
        guard item.isBelow == true, !isDirectory, item.kind != .tar, let own = TreePath(text: item.source) else {
            return item.path
        }
        return item.path.appending(own.name)
    }

    private var isDirectory: Bool { if case .directory = content { true } else { false } }
}
