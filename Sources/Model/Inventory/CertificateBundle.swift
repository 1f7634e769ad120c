// SPDX-License-Identifier: Apache-2.0
import PlinthReports

/// The certificates of authorities that programs trust, in one file.
enum CertificateBundle {
    /// Where programs look, the commonest first.
    static let places = [
        "etc/ssl/certs/ca-certificates.crt", "etc/pki/tls/certs/ca-bundle.crt",
        "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "etc/ssl/ca-bundle.pem", "etc/ssl/cert.pem",
        "etc/ssl/certs/ca-bundle.crt", "etc/pki/tls/cert.pem", "var/lib/ca-certificates/ca-bundle.pem",
    ]

    static func report(_ view: SystemView) -> SystemReport.Certificates? {
        for place in places {
            guard let content = view.content(place) else { continue }
            let search = ByteSearch(content)
            let count = search.count(of: "-----BEGIN CERTIFICATE-----")
            return SystemReport.Certificates(
                path: "/" + place, count: count + search.count(of: "-----BEGIN TRUSTED CERTIFICATE-----"))
        }
        return nil
    }
}
