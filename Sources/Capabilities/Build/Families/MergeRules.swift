// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Who wins where packages meet; packages are named by their places among the segments.
protocol MergeRules: Sendable {
    /// Where an entry of a package lands.
    func place(of entry: SegmentTable.Entry, in package: String) -> TreePath

    /// Whether the newcomer's file takes the place of the other's.
    func replaces(_ newcomer: Int, _ old: Int) -> Bool

    /// A directory that two packages have.
    func directory(_ present: FileNode, and newcomer: FileNode) -> FileNode
}

extension MergeRules {
    func place(of entry: SegmentTable.Entry, in package: String) -> TreePath { entry.path }
    func directory(_ present: FileNode, and newcomer: FileNode) -> FileNode { present }
}
