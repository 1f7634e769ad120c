// SPDX-License-Identifier: Apache-2.0
import PlinthCLI

@main struct Main {
    static func main() async { await PlinthCommand.runMain() }
}
