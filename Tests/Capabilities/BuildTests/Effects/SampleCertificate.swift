// SPDX-License-Identifier: Apache-2.0

/// A certificate made for these tests; its key was never kept.
enum SampleCertificate {
    /// What `openssl x509 -hash` says.
    static let hash = "83027a2e"

    static let pem = """
        -----BEGIN CERTIFICATE-----
        MIIB2TCCAX+gAwIBAgIUCiGCZhl4ge3GF8eK9WS7Gm5f5wcwCgYIKoZIzj0EAwIw
        QTELMAkGA1UEBhMCREUxFzAVBgNVBAoMDlBsaW50aCAgIFRlc3RzMRkwFwYDVQQD
        DBBTYW1wbGUgUk9PVCAow6QpMCAXDTI2MTEyMTEyMDc0OFoYDzIxMjYxMDI4MTIw
        NzQ4WjBBMQswCQYDVQQGEwJERTEXMBUGA1UECgwOUGxpbnRoICAgVGVzdHMxGTAX
        BgNVBAMMEFNhbXBsZSBST09UICjDpCkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
        AARt/3x3DtQX0oVwfRL8icZDnYv+aV5+GJxd1WKgXZSa0sIw9QlBADegRPR0o/je
        FM1+ltETCmANKrnHGBcP0XYMo1MwUTAdBgNVHQ4EFgQUWQ6CB0Fehpfe62t861lZ
        ADqmgG4wHwYDVR0jBBgwFoAUWQ6CB0Fehpfe62t861lZADqmgG4wDwYDVR0TAQH/
        BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAo2FxfCVU5gIKff4cz5y8KjOpi2SC
        t1PqMFt7aF58q3gCIFB89DdWg7cmjpy8Oc/lSGd9cGM5wkp8lN12lZck/z0g
        -----END CERTIFICATE-----

        """
}
