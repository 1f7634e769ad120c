// SPDX-License-Identifier: Apache-2.0

/// A tar archive of other projects' tests, and what becomes of it. Names were checked against Python's tarfile.
struct TarVector: Sendable {
    enum Outcome: Sendable {
        case names([String])
        case count(Int)
        case refused(String)
    }
    let path: String
    let outcome: Outcome

    static let all: [TarVector] = [
        TarVector(path: "archive/cpython/Lib/test/archivetestdata/recursion.tar", outcome: .refused("tar.truncated")),
        TarVector(path: "archive/cpython/Lib/test/archivetestdata/testtar.tar", outcome: .refused("tar.sparse")),
        TarVector(path: "archive/cpython/Lib/test/archivetestdata/testtar.tar.xz", outcome: .names(["test.txt"])),
        TarVector(
            path: "archive/go/src/archive/tar/testdata/file-and-dir.tar", outcome: .names(["small.txt", "dir/"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/gnu-incremental.tar", outcome: .refused("tar.sparse")),
        TarVector(path: "archive/go/src/archive/tar/testdata/gnu-long-nul.tar", outcome: .names(["0123456789"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/gnu-multi-hdrs.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/go/src/archive/tar/testdata/gnu-nil-sparse-data.tar", outcome: .refused("tar.sparse")),
        TarVector(path: "archive/go/src/archive/tar/testdata/gnu-nil-sparse-hole.tar", outcome: .refused("tar.sparse")),
        TarVector(path: "archive/go/src/archive/tar/testdata/gnu-not-utf8.tar", outcome: .count(1)),
        TarVector(path: "archive/go/src/archive/tar/testdata/gnu-sparse-big.tar", outcome: .refused("tar.sparse")),
        TarVector(
            path: "archive/go/src/archive/tar/testdata/gnu-utf8.tar",
            outcome: .names(["☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹☺☻☹"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/gnu.tar", outcome: .names(["small.txt", "small2.txt"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/hardlink.tar", outcome: .names(["file.txt", "hard.txt"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/hdr-only.tar", outcome: .count(16)),
        TarVector(path: "archive/go/src/archive/tar/testdata/invalid-go17.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/go/src/archive/tar/testdata/issue10968.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/go/src/archive/tar/testdata/issue11169.tar", outcome: .refused("tar.truncated")),
        TarVector(path: "archive/go/src/archive/tar/testdata/issue12435.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/go/src/archive/tar/testdata/neg-size.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/go/src/archive/tar/testdata/nil-uid.tar", outcome: .names(["P1050238.JPG.log"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-bad-hdr-file.tar", outcome: .refused("tar.corrupt")),
        TarVector(
            path: "archive/go/src/archive/tar/testdata/pax-bad-hdr-large.tar.bz2",
            outcome: .refused("tar.tooLarge")),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-bad-mtime-file.tar", outcome: .refused("tar.corrupt")),
        TarVector(
            path: "archive/go/src/archive/tar/testdata/pax-global-records.tar",
            outcome: .refused("tar.unsupported")),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-multi-hdrs.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-nil-sparse-data.tar", outcome: .refused("tar.sparse")),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-nil-sparse-hole.tar", outcome: .refused("tar.sparse")),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-nul-path.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-nul-xattrs.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-path-hdr.tar", outcome: .refused("tar.truncated")),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-pos-size-file.tar", outcome: .names(["foo"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-records.tar", outcome: .names(["file"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax-sparse-big.tar", outcome: .refused("tar.sparse")),
        TarVector(path: "archive/go/src/archive/tar/testdata/pax.tar", outcome: .count(2)),
        TarVector(path: "archive/go/src/archive/tar/testdata/sparse-formats.tar", outcome: .refused("tar.sparse")),
        TarVector(path: "archive/go/src/archive/tar/testdata/star.tar", outcome: .names(["small.txt", "small2.txt"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/trailing-slash.tar", outcome: .count(1)),
        TarVector(path: "archive/go/src/archive/tar/testdata/ustar-file-devs.tar", outcome: .names(["file"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/ustar-file-reg.tar", outcome: .names(["foo"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/ustar.tar", outcome: .count(1)),
        TarVector(path: "archive/go/src/archive/tar/testdata/v7.tar", outcome: .names(["small.txt", "small2.txt"])),
        TarVector(path: "archive/go/src/archive/tar/testdata/writer-big-long.tar", outcome: .refused("tar.truncated")),
        TarVector(path: "archive/go/src/archive/tar/testdata/writer-big.tar", outcome: .refused("tar.truncated")),
        TarVector(
            path: "archive/go/src/archive/tar/testdata/writer.tar",
            outcome: .names(["small.txt", "small2.txt", "link.txt"])),
        TarVector(
            path: "archive/go/src/archive/tar/testdata/xattrs.tar", outcome: .names(["small.txt", "small2.txt"])),
        TarVector(path: "archive/libarchive/test_acl_pax_nfs4.tar", outcome: .refused("tar.unsupported")),
        TarVector(path: "archive/libarchive/test_acl_pax_posix1e.tar", outcome: .refused("tar.unsupported")),
        TarVector(
            path: "archive/libarchive/test_compat_bzip2_1.tbz",
            outcome: .names(["f1", "f2", "f3", "d1/f1", "d1/f2", "d1/f3"])),
        TarVector(path: "archive/libarchive/test_compat_bzip2_2.tbz", outcome: .refused("archive.corrupt")),
        TarVector(path: "archive/libarchive/test_compat_gtar_1.tar", outcome: .count(2)),
        TarVector(path: "archive/libarchive/test_compat_gtar_2.tar", outcome: .names(["file_with_big_uid_gid"])),
        TarVector(
            path: "archive/libarchive/test_compat_gzip_1.tgz",
            outcome: .names(["f1", "f2", "f3", "d1/f1", "d1/f2", "d1/f3"])),
        TarVector(path: "archive/libarchive/test_compat_gzip_2.tgz", outcome: .refused("archive.corrupt")),
        TarVector(path: "archive/libarchive/test_compat_lzip_1.tlz", outcome: .refused("tar.truncated")),
        TarVector(path: "archive/libarchive/test_compat_lzip_2.tlz", outcome: .refused("tar.truncated")),
        TarVector(path: "archive/libarchive/test_compat_lzip_4.tlz", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/libarchive/test_compat_lzma_1.tlz", outcome: .refused("archive.corrupt")),
        TarVector(
            path: "archive/libarchive/test_compat_lzma_2.tlz",
            outcome: .names(["f1", "f2", "f3", "d1/f1", "d1/f2", "d1/f3"])),
        TarVector(
            path: "archive/libarchive/test_compat_lzma_3.tlz",
            outcome: .names(["f1", "f2", "f3", "d1/f1", "d1/f2", "d1/f3"])),
        TarVector(path: "archive/libarchive/test_compat_perl_archive_tar.tar", outcome: .names(["file1"])),
        TarVector(path: "archive/libarchive/test_compat_plexus_archiver_tar.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/libarchive/test_compat_solaris_tar_acl.tar", outcome: .refused("tar.unsupported")),
        TarVector(path: "archive/libarchive/test_compat_star_acl_nfs4.tar", outcome: .refused("tar.unsupported")),
        TarVector(path: "archive/libarchive/test_compat_star_acl_posix1e.tar", outcome: .refused("tar.unsupported")),
        TarVector(path: "archive/libarchive/test_compat_tar_directory_1.tar", outcome: .refused("tar.corrupt")),
        TarVector(
            path: "archive/libarchive/test_compat_tar_hardlink_1.tar",
            outcome: .names(["xmcd-3.3.2/docs_d/READMf", "xmcd-3.3.2/README"])),
        TarVector(
            path: "archive/libarchive/test_compat_xz_1.txz",
            outcome: .names(["f1", "f2", "f3", "d1/f1", "d1/f2", "d1/f3"])),
        TarVector(
            path: "archive/libarchive/test_compat_zstd_1.tar.zst",
            outcome: .names(["f1", "f2", "f3", "d1/f1", "d1/f2", "d1/f3"])),
        TarVector(
            path: "archive/libarchive/test_compat_zstd_2.tar.zst",
            outcome: .names(["f1", "f2", "f3", "d1/f1", "d1/f2", "d1/f3"])),
        TarVector(path: "archive/libarchive/test_extract.tar.bz2", outcome: .names(["file1", "file2"])),
        TarVector(path: "archive/libarchive/test_extract.tar.gz", outcome: .names(["file1", "file2"])),
        TarVector(path: "archive/libarchive/test_extract.tar.lzma", outcome: .names(["file1", "file2"])),
        TarVector(path: "archive/libarchive/test_extract.tar.xz", outcome: .names(["file1", "file2"])),
        TarVector(path: "archive/libarchive/test_extract.tar.zst", outcome: .names(["file1", "file2"])),
        TarVector(path: "archive/libarchive/test_leading_slash.tar", outcome: .names(["/foo/file", "/foo/hardlink"])),
        TarVector(
            path: "archive/libarchive/test_patterns_2.tar",
            outcome: .names(["/tmp/foo/", "/tmp/foo/bar/", "/tmp/foo/baz", "/tmp/foo/bar/baz"])),
        TarVector(
            path: "archive/libarchive/test_patterns_3.tar",
            outcome: .names(["/tmp/foo/bar/", "/tmp/foo/bar/baz/", "tmp/foo/baz/", "tmp/foo/baz/bar/"])),
        TarVector(path: "archive/libarchive/test_patterns_4.tar", outcome: .count(54)),
        TarVector(path: "archive/libarchive/test_pax_filename_encoding.tar", outcome: .count(2)),
        TarVector(path: "archive/libarchive/test_pax_xattr_header_all.tar", outcome: .names(["file"])),
        TarVector(path: "archive/libarchive/test_pax_xattr_header_libarchive.tar", outcome: .names(["file"])),
        TarVector(path: "archive/libarchive/test_pax_xattr_header_schily.tar", outcome: .names(["file"])),
        TarVector(path: "archive/libarchive/test_read_format_gtar_sparse_1_13.tar", outcome: .refused("tar.sparse")),
        TarVector(path: "archive/libarchive/test_read_format_gtar_sparse_1_17.tar", outcome: .refused("tar.sparse")),
        TarVector(
            path: "archive/libarchive/test_read_format_gtar_sparse_1_17_posix00.tar",
            outcome: .refused("tar.sparse")),
        TarVector(
            path: "archive/libarchive/test_read_format_gtar_sparse_1_17_posix01.tar",
            outcome: .refused("tar.sparse")),
        TarVector(
            path: "archive/libarchive/test_read_format_gtar_sparse_1_17_posix10.tar",
            outcome: .refused("tar.sparse")),
        TarVector(
            path: "archive/libarchive/test_read_format_gtar_sparse_1_17_posix10_modified.tar",
            outcome: .refused("tar.sparse")),
        TarVector(path: "archive/libarchive/test_read_format_tar_concatenated.tar", outcome: .names(["file1"])),
        TarVector(path: "archive/libarchive/test_read_format_tar_empty_filename.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/libarchive/test_read_format_tar_empty_with_gnulabel.tar", outcome: .names([])),
        TarVector(
            path: "archive/libarchive/test_read_format_tar_invalid_pax_size.tar",
            outcome: .refused("tar.corrupt")),
        TarVector(
            path: "archive/libarchive/test_read_pax_xattr_rht_security_selinux.tar",
            outcome: .names(["test.txt"])),
        TarVector(path: "archive/libarchive/test_read_pax_xattr_schily.tar", outcome: .names(["./conffiles"])),
        TarVector(
            path: "archive/libarchive/test_write_disk_hfs_compression.tgz",
            outcome: .names(["file1", "README", "NEWS", "Makefile"])),
        TarVector(
            path: "archive/libarchive/test_write_disk_mac_metadata.tar.gz",
            outcome: .names(["._file3", "file3"])),
        TarVector(
            path: "archive/libarchive/test_write_disk_no_hfs_compression.tgz",
            outcome: .names(["file1", "README", "NEWS", "Makefile"])),
        TarVector(
            path: "archive/node-tar/test/fixtures/example.tzst",
            outcome: .names(["x/", "x/4", "x/7", "x/9", "x/5", "x/8", "x/2", "x/10", "x/1", "x/6", "x/3"])),
        TarVector(path: "archive/node-tar/test/fixtures/excessively-deep.tar", outcome: .count(1)),
        TarVector(path: "archive/node-tar/test/fixtures/long-linkname.tar", outcome: .names(["test"])),
        TarVector(path: "archive/node-tar/test/fixtures/parses.tar", outcome: .count(129)),
        TarVector(
            path: "archive/node-tar/test/fixtures/sync-gzip-fail.tgz",
            outcome: .names(["x/", "x/9", "x/7", "x/6", "x/1", "x/10", "x/8", "x/4", "x/3", "x/2", "x/5"])),
        TarVector(path: "archive/node-tar/test/fixtures/tars/bad-cksum.tar", outcome: .refused("tar.corrupt")),
        TarVector(
            path: "archive/node-tar/test/fixtures/tars/body-byte-counts.tar",
            outcome: .names(["1024-bytes.txt", "512-bytes.txt", "one-byte.txt", "zero-byte.txt"])),
        TarVector(path: "archive/node-tar/test/fixtures/tars/dir.tar", outcome: .names(["dir/"])),
        TarVector(
            path: "archive/node-tar/test/fixtures/tars/emptypax.tar", outcome: .names(["🌟.txt", "one-byte.txt"])),
        TarVector(path: "archive/node-tar/test/fixtures/tars/file.tar", outcome: .names(["one-byte.txt"])),
        TarVector(path: "archive/node-tar/test/fixtures/tars/global-header.tar", outcome: .refused("tar.unsupported")),
        TarVector(path: "archive/node-tar/test/fixtures/tars/links-invalid.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/node-tar/test/fixtures/tars/links-strip.tar", outcome: .count(5)),
        TarVector(
            path: "archive/node-tar/test/fixtures/tars/links.tar",
            outcome: .names(["hardlink-1", "hardlink-2", "symlink"])),
        TarVector(path: "archive/node-tar/test/fixtures/tars/long-paths.tar", outcome: .count(32)),
        TarVector(path: "archive/node-tar/test/fixtures/tars/long-pax.tar", outcome: .count(1)),
        TarVector(path: "archive/node-tar/test/fixtures/tars/next-file-has-long.tar", outcome: .count(2)),
        TarVector(path: "archive/node-tar/test/fixtures/tars/null-byte.tar", outcome: .count(2)),
        TarVector(path: "archive/node-tar/test/fixtures/tars/path-missing.tar", outcome: .refused("tar.corrupt")),
        TarVector(path: "archive/node-tar/test/fixtures/tars/trailing-slash-corner-case.tar", outcome: .count(3)),
        TarVector(
            path: "archive/node-tar/test/fixtures/tars/utf8.tar",
            outcome: .names(["Ω.txt", "🌟.txt", "long-path/r/e/a/l/l/y/-/d/e/e/p/-/f/o/l/d/e/r/-/p/a/t/h/Ω.txt"])),
        TarVector(path: "archive/tar-split/tar/asm/testdata/extranils.tar.gz", outcome: .names(["file"])),
        TarVector(path: "archive/tar-split/tar/asm/testdata/fatlonglink.tar.gz", outcome: .count(22)),
        TarVector(path: "archive/tar-split/tar/asm/testdata/iso-8859.tar.gz", outcome: .count(2)),
        TarVector(path: "archive/tar-split/tar/asm/testdata/longlink.tar.gz", outcome: .count(18)),
        TarVector(path: "archive/tar-split/tar/asm/testdata/notenoughnils.tar.gz", outcome: .names(["file"])),
        TarVector(
            path: "archive/tar-split/tar/asm/testdata/t.tar.gz",
            outcome: .names(["./hurr.txt", "./ermahgerd.txt"])),
        TarVector(path: "hostile/binwalk/testing/tests/input-vectors/dirtraversal.tar", outcome: .count(11)),
        TarVector(
            path: "hostile/exarch/crates/exarch-cli/tests/fixtures/sample.tar.gz",
            outcome: .names(["sample.txt"])),
        TarVector(
            path: "hostile/exarch/crates/exarch-python/tests/fixtures/cve-2024-12905-symlink-escape.tar",
            outcome: .names(["evil_link"])),
        TarVector(
            path: "hostile/exarch/crates/exarch-python/tests/fixtures/cve-2025-4517-traversal.tar.gz",
            outcome: .names(["../../../etc/passwd"])),
        TarVector(
            path: "hostile/exarch/crates/exarch-python/tests/fixtures/cve-2025-48387-hardlink.tar",
            outcome: .names(["evil_hardlink"])),
        TarVector(path: "hostile/ostree/tests/bare-split-xattrs-basic.tar.xz", outcome: .count(278)),
        TarVector(path: "hostile/ostree/tests/ostree-path-traverse.tar.gz", outcome: .count(24)),
    ]
}
